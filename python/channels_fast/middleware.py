"""The base of every middleware: an application that wraps another one."""

from __future__ import annotations

from typing import Any

from ._routes import printed
from ._typing import Application, Receive, Scope, Send

# What `import *` gives: the names of Channels, none that could hide a project's own.
__all__ = ["BaseMiddleware"]


class BaseMiddleware:
    """
    An application that gives the inner one a scope of its own.

    Subclasses override ``__call__``, change the scope, and call ``super()``.
    One instance serves every connection, so what belongs to a connection goes
    into the scope and never onto ``self``.
    """

    def __init__(self, inner: Application) -> None:
        self.inner = inner

    __repr__ = printed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Pass the connection on with a copy of its scope."""
        # The copy keeps changes made below away from the applications above.
        scope = dict(scope)
        return await self.inner(scope, receive, send)
