"""The base of every middleware: an application that wraps another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import Union

    from ._typing import Application, Receive, Scope, Send

    #: The inner application, and the scope and the ``send`` that it gets.
    Inside = tuple[Application, Scope, Send]
    MaybeInside = Union[Inside, Awaitable[Inside]]

Class = TypeVar("Class", bound=type)

#: Middleware of this package -> its ``__call__``. What that does before it calls the
#: inner application is in the method ``_step_inside``.
own_steps: dict[type, Any] = {}

# Middleware in itself leads nowhere. Python finds that out by the depth of its stack.
_MOST_STEPS = 100


def has_step(cls: Class) -> Class:
    """Let `go_inside` pass through middleware of the class *cls* and no subclass."""
    own_steps[cls] = cls.__call__
    return cls


def go_inside(step: Any, left: int = _MOST_STEPS) -> MaybeInside:
    """
    Do the work of the middleware that *step* leads to, and return what is inside.

    PERF: one coroutine waits for the inner application and not one for each
    middleware. All of them would live as long as the connection, and every wake-up
    would pass through all of them.

    A subclass, and a class that somebody has given another ``__call__``, is inside.
    """
    # PERF: most steps have nothing to wait for, and need no coroutine either.
    while type(step) is tuple:
        application, scope, send = step
        cls: Any = type(application)
        call = own_steps.get(cls)
        left -= 1
        if call is None or call is not cls.__call__ or left <= 0:
            return step
        step = application._step_inside(scope, send)
    return _wait_and_go_inside(step, left)


async def _wait_and_go_inside(step: Awaitable[Inside], left: int) -> Inside:
    inside = go_inside(await step, left)
    return inside if type(inside) is tuple else await inside  # type: ignore[misc] # then it is awaitable


class Stepping:
    """Middleware whose work is all done before it calls the inner application."""

    def _step_inside(self, scope: Scope, send: Send) -> MaybeInside:
        """Return the inner application and what it gets, or a promise of that."""
        raise NotImplementedError

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        step: Any = self._step_inside(scope, send)
        # PERF: no call where it leads to an application of the project.
        if type(step) is not tuple or type(step[0]) in own_steps:
            step = go_inside(step)
            if type(step) is not tuple:
                step = await step
        application, scope, send = step
        inner = application(scope, receive, send)
        # PERF: this frame lives as long as its connection, and need not hold a scope.
        del scope, step
        return await inner


class BaseMiddleware:
    """
    An application that gives the inner one a scope of its own.

    Subclasses override ``__call__``, change the scope, and call ``super()``.
    One instance serves every connection, so what belongs to a connection goes
    into the scope and never onto ``self``.
    """

    inner: Application

    # A router wrapped in middleware is an endpoint to an outer URLRouter, as it
    # is upstream: only an object that has `_path_routing` itself is a prefix.
    # Passing the inner application's flag on would happen here.

    def __init__(self, inner: Application) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        # The copy keeps changes made below away from the applications above.
        # PERF: the display is faster than `dict(scope)`, and does the same.
        application, scope = self.inner, {**scope}
        # PERF: as above.
        if type(application) in own_steps:
            step: Any = go_inside((application, scope, send))
            if type(step) is not tuple:
                step = await step
            application, scope, send = step
            del step
        inner = application(scope, receive, send)
        del scope
        return await inner
