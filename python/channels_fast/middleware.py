"""The base of every middleware: an application that wraps another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._typing import Application, Receive, Scope, Send


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
        inner = self.inner(dict(scope), receive, send)
        # PERF: this frame lives as long as its connection, and need not hold a scope.
        del scope
        return await inner
