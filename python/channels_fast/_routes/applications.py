"""
What an application is: of ASGI 3, of ASGI 2, a mistake, or one around another.

Nothing here runs for a connection that goes well.
"""

from __future__ import annotations

import inspect
import warnings
import weakref
from typing import TYPE_CHECKING, Any

from asgiref.compatibility import is_double_callable
from django.core.exceptions import ImproperlyConfigured

from .describe import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._typing import Application, Receive, Scope, Send

#: Where middleware keeps what it wraps: `BaseMiddleware` and most others,
#: `OriginValidator`, middleware of Starlette's kind, and `functools.wraps`.
_INNER = ("inner", "application", "app", "__wrapped__")
# A chain that goes on for longer leads back to itself.
_MOST_LAYERS = 100


class NotAnApplicationError(ImproperlyConfigured, TypeError):
    """A route leads to something that is nearly an application."""


def inner_of(application: Any) -> Any:
    """Return what the middleware *application* wraps, or ``None``."""
    # Only what is stored: a property or `__getattr__` of others may do anything.
    attributes = getattr(application, "__dict__", None)
    # A class is no middleware yet, and `as_asgi()` has the consumer as `__wrapped__`.
    if (
        not attributes
        or "consumer_class" in attributes
        or isinstance(application, type)
    ):
        return None
    for name in _INNER:
        if attributes.get(name) is not None:
            return attributes[name]
    return None


def layers_of(application: Any) -> Iterator[Any]:
    """Yield *application*, what it wraps, and so on."""
    for _ in range(_MOST_LAYERS):
        if application is None:
            return
        yield application
        application = inner_of(application)


def is_around_router(application: Any) -> bool:
    """
    Say whether *application* is middleware around a router of paths.

    The outermost layer that has ``_path_routing`` decides by it, so middleware
    with ``_path_routing = False`` stays an endpoint.
    """
    for _ in range(_MOST_LAYERS):
        flag = getattr(application, "_path_routing", None)
        if flag is not None:
            return flag is True
        application = inner_of(application)
        if application is None:
            break
    return False


def mistake_in(application: Any) -> tuple[str, str] | None:
    """Return what is wrong with a consumer's class as a route, and what to write."""
    if inspect.isclass(application) and hasattr(application, "as_asgi"):
        name = application.__name__
        return f"{name} is a class and no application.", f"Write {name}.as_asgi()."
    if inspect.ismethod(application) and application.__name__ == "as_asgi":
        consumer = application.__self__
        name = getattr(consumer, "__name__", type(consumer).__name__)
        return f"{name}.as_asgi was not called.", f"Write {name}.as_asgi()."
    return None


def takes_scope_only(application: Any) -> bool:
    """Say by its signature whether *application* is one of ASGI 2."""
    if not is_double_callable(application):  # type: ignore[no-untyped-call] # asgiref leaves it untyped
        return False
    try:
        signature = inspect.signature(application)
        signature.bind(None)
    except (TypeError, ValueError):
        return False
    try:
        signature.bind(None, None, None)
    except TypeError:
        return True
    # It takes everything. The instances of ASGI 3's classes are awaited.
    return inspect.isclass(application) and not hasattr(application, "__await__")


def as_single_callable(
    application: Any, error: TypeError, place: Callable[[], str]
) -> Application | None:
    """
    Return an application of ASGI 2 as one of ASGI 3.

    *error* is what came of calling it as one of ASGI 3. ``None`` if it is
    another kind of error, which the caller then raises again. *place* returns
    the route, for the texts.

    Raises:
        NotAnApplicationError: A consumer's class, which nobody can call.
    """
    if not _is_about_the_call(error) and not _is_about_an_inner_call(
        application, error
    ):
        return None
    mistake = mistake_in(application)
    if mistake:
        raise NotAnApplicationError(f"{place()}: {' '.join(mistake)}") from error
    if not is_double_callable(application):  # type: ignore[no-untyped-call] # asgiref leaves it untyped
        return None

    async def single_callable(scope: Scope, receive: Receive, send: Send) -> Any:
        try:
            instance = application(scope)
        except TypeError as second:
            if _is_about_the_call(second):
                # It is not of ASGI 2 either.
                raise error from None
            raise
        # It holds the frame that holds this function.
        error.__traceback__ = None
        _warn_once(application, place)
        return await instance(receive, send)

    return single_callable


def _is_about_the_call(error: TypeError) -> bool:
    """Say whether the call itself failed, and nothing inside of what was called."""
    traceback = error.__traceback__
    return traceback is not None and traceback.tb_next is None


def _is_about_an_inner_call(application: Any, error: TypeError) -> bool:
    """Say whether middleware of ASGI 2 has handed on more than it was made for."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
        # What was awaited was called well.
        if traceback.tb_frame.f_code.co_flags & inspect.CO_COROUTINE:
            return False
    return any(takes_scope_only(layer) for layer in layers_of(inner_of(application)))


_warned: weakref.WeakSet[Any] = weakref.WeakSet()


def _warn_once(application: Any, place: Callable[[], str]) -> None:
    try:
        if application in _warned:
            return
        _warned.add(application)
    except TypeError:
        # It has no hash, or no place for a weak reference. Python's own filter
        # keeps the warning from being shown twice.
        pass
    text = (
        f"{place()}: {name_of(application)} is an application of ASGI 2, which is "
        "deprecated. Make it a single callable, `async def __call__(self, scope, "
        "receive, send)`, or pass `.as_asgi()` of a consumer."
    )
    # A stack level would point at the event loop. What has to be changed is the
    # application, so the warning points there.
    code = inspect.unwrap(application)
    if not inspect.isroutine(code) and not inspect.isclass(code):
        code = type(code)
    try:
        file = inspect.getsourcefile(code) or "<unknown>"
        line = inspect.getsourcelines(code)[1]
    except (OSError, TypeError):
        file, line = "<unknown>", 1
    warnings.warn_explicit(
        text,
        DeprecationWarning,
        file,
        line,
        module=getattr(code, "__module__", None),
        registry=_registry,
    )


# For the filter "default", which shows a text once for each line.
_registry: dict[Any, Any] = {}
