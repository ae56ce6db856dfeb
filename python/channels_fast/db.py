"""Database work in async code, and the closing of connections that grew old."""

from __future__ import annotations

from threading import get_ident
from typing import TYPE_CHECKING, Any, Callable, Optional

from asgiref.sync import SyncToAsync, sync_to_async

from . import _old_connections
from ._old_connections import (
    close_old_connections,
    closing_soon,
    learn_sync_thread,
    needs_closing,
    pauses,
)

__all__ = [
    "DatabaseSyncToAsync",
    "SyncToAsync",
    "aclose_old_connections",
    "close_old_connections",
    "database_sync_to_async",
    "sync_to_async",
]

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from concurrent.futures import ThreadPoolExecutor
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")
    _Base = SyncToAsync
else:

    class _Base:
        """Stands for ``SyncToAsync``, which is not generic in every asgiref."""

        def __class_getitem__(cls, parameters):
            return SyncToAsync

    P = R = None


def _close_unless_paused() -> None:
    # The name is looked up at each call: tests and projects replace it.
    if not pauses:
        close_old_connections()


class DatabaseSyncToAsync(_Base[P, R]):
    """
    ``sync_to_async`` for functions that use the database.

    Closes old connections before and after the function, in its thread.
    """

    def thread_handler(self, loop: Any, *args: Any, **kwargs: Any) -> Any:
        """Run the function in its thread, between two rounds of closing."""
        # The arguments behind `loop` are not the same in every asgiref.
        _close_unless_paused()
        thread = get_ident()
        # A function may call others through async code, in its own thread.
        is_outermost = thread not in closing_soon
        closing_soon.add(thread)
        try:
            return super().thread_handler(loop, *args, **kwargs)  # type: ignore[no-untyped-call] # asgiref leaves it untyped
        finally:
            try:
                _close_unless_paused()
            finally:
                if is_outermost:
                    closing_soon.discard(thread)


if TYPE_CHECKING:
    # As a class it would not become a method where it decorates one.
    def database_sync_to_async(
        func: Callable[P, R],
        thread_sensitive: bool = True,
        executor: Optional[ThreadPoolExecutor] = None,
    ) -> Callable[P, Coroutine[Any, Any, R]]:
        """Return *func* for async code, see DatabaseSyncToAsync."""

else:
    database_sync_to_async = DatabaseSyncToAsync


async def aclose_old_connections() -> None:
    """
    Close old connections of the thread that runs the loop's synchronous code.

    Goes to that thread only if there is something to close, if the thread is not
    known yet, or if ``close_old_connections()`` was replaced here, by a test for
    example: it is called each time then, as in Channels.
    """
    if pauses:
        return
    is_replaced = close_old_connections is not _old_connections.close_old_connections
    if is_replaced or needs_closing():
        await learn_sync_thread()
        await sync_to_async(close_old_connections)()
