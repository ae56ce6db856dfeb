"""
Database work in async code, and the closing of connections that grew old.

Django closes old connections between requests. A consumer has no requests, so
this is done around its database work and before each of its messages. The
connections belong to the thread that opened them, and a trip to that thread
costs many times what the message does. So the thread of the event loop looks
at the connections from where it is, and goes only where one has to be closed.
"""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any, Callable

import django
from asgiref.sync import AsyncToSync, SyncToAsync
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from ._to_thread import call_in_thread, plain_pool

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

# Before Django 4.1 there are no health checks, and `all()` has no argument.
_HAS_HEALTH_CHECKS = django.VERSION >= (4, 1)
_INITIALIZED = {"initialized_only": True} if _HAS_HEALTH_CHECKS else {}

# `close_at` is a time of the clock that Django's own method reads: the wall clock
# in Django 2.2, a monotonic one in later releases.
_clock = (
    time.monotonic
    if "monotonic"
    in BaseDatabaseWrapper.close_if_unusable_or_obsolete.__code__.co_names
    else time.time
)


class _Pause:
    """
    A context in which no connection is closed. The testing helpers enter it.

    It counts, since the contexts of two tasks may overlap without being nested.
    """

    def __init__(self) -> None:
        self.depth = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.depth += 1

    def __exit__(self, *exc_info: object) -> None:
        with self._lock:
            self.depth -= 1


housekeeping_paused = _Pause()


# --- What is old -----------------------------------------------------------


def _is_old(connection: Any) -> bool:
    """
    Tell if Django's ``close_if_unusable_or_obsolete()`` has something to do.

    It reads the wrapper's own fields and calls nothing, so any thread may ask.
    Django's method may open a connection to learn the autocommit state, and
    pytest-django forbids that in tests without a database. Nothing is old
    inside an atomic block, where closing would lose somebody's transaction.
    """
    return (
        connection.connection is not None
        and not connection.in_atomic_block
        and (
            _has_to_close(connection)
            or connection.errors_occurred
            # Django's method orders a new health check for the next query.
            or (
                _HAS_HEALTH_CHECKS
                and connection.health_check_enabled
                and connection.health_check_done
            )
            or _has_own_rules(connection)
        )
        # Django never closes these, so they would be old forever.
        and not _is_in_memory(connection)
    )


def _has_to_close(connection: BaseDatabaseWrapper) -> bool:
    """Tell if an open connection is past its age or left without autocommit."""
    if connection.autocommit != connection.settings_dict["AUTOCOMMIT"]:
        return True
    return connection.close_at is not None and _clock() >= connection.close_at


def _has_own_rules(connection: BaseDatabaseWrapper) -> bool:
    """Tell if the backend has a method of its own in place of Django's."""
    return (
        type(connection).close_if_unusable_or_obsolete
        is not BaseDatabaseWrapper.close_if_unusable_or_obsolete
    )


def _is_in_memory(connection: Any) -> bool:
    return bool(connection.vendor == "sqlite" and connection.is_in_memory_db())


def close_old_connections(**kwargs: Any) -> None:
    """
    Close the connections of this thread that are unusable or past their age.

    As ``django.db.close_old_connections``, except that atomic blocks are left
    alone and no connection is opened to find out. Accepts a signal's arguments.
    """
    if housekeeping_paused.depth:
        return
    for connection in connections.all(**_INITIALIZED):
        if _is_old(connection):
            if _has_to_close(connection) and not _has_own_rules(connection):
                connection.close()
            else:
                connection.close_if_unusable_or_obsolete()


_own_close_old_connections = close_old_connections


def _close_unless_paused() -> None:
    # PERF: to ask Django for the connections of a thread costs more than to look at
    # all that are known. So it is asked once, for those of before the import.
    if not _memory.knows_opened:
        _learn_opened()
    # The name is looked up at each call: tests and projects replace it.
    if not housekeeping_paused.depth and not nothing_to_close():
        close_old_connections()


# --- Sync functions in async code ------------------------------------------


class DatabaseSyncToAsync(_Base[P, R]):
    """
    ``sync_to_async`` for functions that use the database.

    Closes old connections before and after the function, in its thread.
    """

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Await the function in its thread."""
        __traceback_hide__ = True  # noqa: F841 - Django's error pages look for it
        loop = asyncio.get_running_loop()
        pool = plain_pool(self, loop)
        if pool is None:
            return await super().__call__(*args, **kwargs)
        result: R = await call_in_thread(self, loop, pool, args, kwargs)
        return result

    def thread_handler(self, loop: Any, *args: Any, **kwargs: Any) -> Any:
        """Run the function in its thread, between two rounds of closing."""
        # The arguments behind `loop` are not the same in every asgiref.
        _close_unless_paused()
        try:
            return super().thread_handler(loop, *args, **kwargs)  # type: ignore[no-untyped-call] # asgiref leaves it untyped
        finally:
            _close_unless_paused()


if TYPE_CHECKING:
    # As a class it would not become a method where it decorates one.
    def database_sync_to_async(
        func: Callable[P, R],
        thread_sensitive: bool = True,
        executor: ThreadPoolExecutor | None = None,
    ) -> Callable[P, Coroutine[Any, Any, R]]:
        """Return *func* for async code, see DatabaseSyncToAsync."""

else:
    database_sync_to_async = DatabaseSyncToAsync


# --- Closing from the event loop -------------------------------------------

# Every wrapper that has opened a connection, and the thread it was opened in.
# The tuple is replaced and never changed, so that reading takes no lock.
_opened: tuple[tuple[weakref.ref[BaseDatabaseWrapper], int], ...] = ()
_opened_lock = threading.Lock()


def _remember(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Note that *connection* was opened by this thread."""
    global _opened  # noqa: PLW0603 - one registry for the whole process
    thread = threading.get_ident()
    with _opened_lock:
        if not any(ref() is connection and at == thread for ref, at in _opened):
            others = [
                (ref, at) for ref, at in _opened if ref() not in (None, connection)
            ]
            _opened = (*others, (weakref.ref(connection), thread))


connection_created.connect(_remember, dispatch_uid="channels_fast.db")


# The executor that runs synchronous code where nothing else is said, and the
# identity of its one thread. It is the same for all loops, so only the first of
# them has to go there to learn it.
_default_thread: tuple[Any, int] | None = None


class _ThreadMemory(threading.local):
    """What is known about this thread, and about the event loop that runs in it."""

    def __init__(self) -> None:
        self.loop: Callable[[], Any] = lambda: None
        self.sync_thread: int | None = None
        #: Whether all that this thread has opened is in `_opened`.
        self.knows_opened = False


_memory = _ThreadMemory()


def _learn_opened() -> None:
    """Note what this thread opened before this module was imported."""
    for connection in connections.all(**_INITIALIZED):
        if connection.connection is not None:
            _remember(connection)
    _memory.knows_opened = True


def _work_in_sync_thread() -> int:
    """Close old connections, and return the identity of the thread."""
    _learn_opened()
    _close_unless_paused()
    return threading.get_ident()


_go_to_sync_thread = SyncToAsync(_work_in_sync_thread)


def _may_go_elsewhere() -> bool:
    """Tell if sync code of this context may run in a thread of its own."""
    context = getattr(SyncToAsync, "thread_sensitive_context", None)
    return bool(
        getattr(AsyncToSync.executors, "current", None)
        or (context is not None and context.get(None))
    )


def _default_executor(loop: asyncio.AbstractEventLoop) -> Any:
    """Return the executor of the process; None if *loop* has one of its own."""
    # Not every asgiref has both.
    if loop in getattr(AsyncToSync, "loop_thread_executors", ()):
        return None
    return getattr(SyncToAsync, "single_thread_executor", None)


def _recognize(loop: asyncio.AbstractEventLoop) -> bool:
    """Tell if a new loop uses the thread that is known, and remember the loop."""
    if (
        _default_thread is None
        or _default_thread[0] is not _default_executor(loop)
        or _may_go_elsewhere()
    ):
        return False
    _memory.loop = weakref.ref(loop)
    _memory.sync_thread = _default_thread[1]
    return True


def knows_loop(loop: asyncio.AbstractEventLoop) -> bool:
    """Tell if ``needs_closing()`` had an answer on *loop*, which runs here."""
    return _memory.loop() is loop and not housekeeping_paused.depth


def nothing_to_close() -> bool:
    """
    Tell if it is clear at a glance that ``needs_closing()`` is false.

    For whoever asks for each message. It does not look at the loop, so there
    must have been an answer of ``needs_closing()`` on this one.
    """
    if close_old_connections is not _own_close_old_connections:
        return False
    # PERF: a generator expression would cost more than all the rest.
    for ref, _ in _opened:
        connection = ref()
        if (
            connection is not None
            and connection.connection is not None
            and _is_old(connection)
        ):
            return False
    return True


def needs_closing() -> bool:
    """
    Tell if ``aclose_old_connections()`` has to go to another thread.

    For the thread of a running event loop. It calls nothing that may wait or
    connect.

    Raises:
        RuntimeError: No event loop is running.
    """
    if housekeeping_paused.depth:
        return False
    # PERF: a loop that runs and was met in this thread is the one that runs here.
    # To ask asyncio which one that is costs a system call before Python 3.12.
    loop = _memory.loop()
    if not (loop and loop.is_running()) and not _recognize(asyncio.get_running_loop()):
        return True
    # A test that put a function of its own in place wants to see it called.
    if close_old_connections is not _own_close_old_connections:
        return True
    for ref, thread in _opened:
        connection = ref()
        if (
            connection is not None
            and connection.connection is not None
            and _is_old(connection)
            and (
                _memory.sync_thread is None
                or thread == _memory.sync_thread
                or _may_go_elsewhere()
            )
        ):
            return True
    return False


async def aclose_old_connections() -> None:
    """
    Close old connections of the thread that runs the loop's synchronous code.

    Goes to that thread only if there is something to close. The first call
    always goes: it learns which thread that is, and what was open before this
    module was imported. Other event loops use the same thread, except where
    asgiref has another one for them; they go once as well.
    """
    if not needs_closing():
        return
    global _default_thread  # noqa: PLW0603 - one thread for the whole process
    elsewhere = _may_go_elsewhere()
    loop = asyncio.get_running_loop()
    executor = _default_executor(loop)
    went_to = await _go_to_sync_thread()
    if _memory.loop() is not loop:
        _memory.loop = weakref.ref(loop)
        _memory.sync_thread = None
    if not elsewhere:
        _memory.sync_thread = went_to
        if executor is not None:
            _default_thread = executor, went_to
