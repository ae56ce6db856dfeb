"""
Which database connections are old, and the closing of them.

Django closes old connections between requests. A consumer has no requests, so
this is done around its database work and before each of its messages. The
connections belong to the thread that opened them, and a trip to that thread
costs many times what a message does. So the thread of the event loop looks at
them from where it is, and goes only where one has to be closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import weakref
from types import FunctionType
from typing import TYPE_CHECKING, Any, Optional

import django
from asgiref.sync import AsyncToSync, SyncToAsync, sync_to_async
from django.db import connections
from django.db.backends.base import base
from django.db.backends.signals import connection_created

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

# Before Django 4.1 `all()` has no argument.
_INITIALIZED = {"initialized_only": True} if django.VERSION >= (4, 1) else {}

# `close_at` is a time of the clock that Django itself reads.
_clock = time.monotonic if django.VERSION >= (3, 0) else time.time

#: An item for each context in which no connection is closed.
pauses: list[None] = []

#: The threads that close their old connections as soon as what they run has ended. To
#: go there before that would make a message wait for a query that is not its own.
closing_soon: set[int] = set()

# Every wrapper that has opened a connection, and the thread it was opened in.
# The tuple is replaced and never changed, so that reading takes no lock.
_opened: tuple[tuple[weakref.ref[BaseDatabaseWrapper], int], ...] = ()
_opened_lock = threading.Lock()

# The executor that runs synchronous code where nothing else is said, and the
# identity of its one thread. It is the same for all event loops.
_sync_thread: Optional[tuple[Any, int]] = None


@contextlib.contextmanager
def housekeeping_paused() -> Iterator[None]:
    """Close no connection in this context. Contexts of several tasks may overlap."""
    pauses.append(None)
    try:
        yield
    finally:
        pauses.pop()


def close_old_connections(**kwargs: Any) -> None:
    """
    Close the connections of this thread that are unusable or past their age.

    As ``django.db.close_old_connections``, except that atomic blocks are left
    alone and no connection is opened to find out. Accepts a signal's arguments.
    """
    for connection in connections.all(**_INITIALIZED):
        if _is_old(connection):
            if _has_special_rules(connection) or not _has_to_close(connection):
                connection.close_if_unusable_or_obsolete()
            else:
                connection.close()


def _is_old(connection: Any) -> bool:
    """
    Return whether Django's ``close_if_unusable_or_obsolete()`` has something to do.

    It only reads the wrapper, so any thread may ask. Django's method may open a
    connection to learn the autocommit state, and pytest-django forbids that in
    tests without a database. Nothing is old inside an atomic block, where closing
    would lose the transaction.
    """
    if connection.connection is None:
        return False
    if _has_special_rules(connection):
        return True
    # Django's method orders a new health check (Django 4.1) for the next query.
    was_checked = (
        getattr(connection, "health_check_enabled", False)
        and connection.health_check_done
    )
    return (
        not connection.in_atomic_block
        and (_has_to_close(connection) or connection.errors_occurred or was_checked)
        # Django never closes a database in memory, so it would be old forever.
        and not (connection.vendor == "sqlite" and connection.is_in_memory_db())
    )


def _has_special_rules(connection: BaseDatabaseWrapper) -> bool:
    """Return whether a backend or a patch has replaced Django's method."""
    method = type(connection).close_if_unusable_or_obsolete
    return (
        type(method) is not FunctionType
        or method.__globals__ is not vars(base)
        or "close_if_unusable_or_obsolete" in vars(connection)
    )


def _has_to_close(connection: BaseDatabaseWrapper) -> bool:
    """Return whether an open connection is past its age or left without autocommit."""
    if connection.autocommit != connection.settings_dict["AUTOCOMMIT"]:
        return True
    return connection.close_at is not None and _clock() >= connection.close_at


def needs_closing() -> bool:
    """
    Return whether the thread for synchronous code may have an old connection.

    For the thread of a running event loop. It calls nothing that may wait or
    connect. True as long as that thread is not known.
    """
    if _sync_thread is None:
        return True
    for ref, thread in _opened:
        connection = ref()
        if thread in closing_soon or connection is None:
            continue
        if _is_old(connection):
            executor, sync_thread = _sync_thread
            is_known = executor is SyncToAsync.single_thread_executor
            if thread == sync_thread or not is_known or _has_other_thread():
                return True
    return False


async def learn_sync_thread() -> None:
    """Learn which thread runs synchronous code, unless this context has another."""
    if _sync_thread is None and not _has_other_thread():
        await sync_to_async(_learn_this_thread)()


def _learn_this_thread() -> None:
    global _sync_thread  # noqa: PLW0603 # one thread for the whole process
    _sync_thread = SyncToAsync.single_thread_executor, threading.get_ident()
    # No signal was heard of what was opened before this module was loaded. What a test
    # has lent to this thread stays that of its own.
    known = [ref() for ref, _ in _opened]
    for connection in connections.all(**_INITIALIZED):
        if connection.connection is not None and connection not in known:
            _remember(connection)


def _has_other_thread() -> bool:
    """Return whether sync code of this context may run in a thread of its own."""
    return bool(
        getattr(AsyncToSync.executors, "current", None)
        or SyncToAsync.thread_sensitive_context.get(None)
        # Not every asgiref has these.
        or asyncio.get_running_loop()
        in getattr(AsyncToSync, "loop_thread_executors", ())
    )


def opened_here() -> list[BaseDatabaseWrapper]:
    """
    Return what has opened a connection in this thread, and still stands for it.

    In the thread of a running event loop, Django's ``connections`` hides from
    coroutines what the thread had before.
    """
    here = threading.get_ident()
    found = [ref() for ref, thread in _opened if thread == here]
    return [connection for connection in found if connection is not None]


def _remember(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Note that *connection* was opened by this thread."""
    global _opened  # noqa: PLW0603 # one registry for the whole process
    opened = (weakref.ref(connection), threading.get_ident())
    with _opened_lock:
        if opened not in _opened:
            others = [pair for pair in _opened if pair[0]() not in (None, connection)]
            _opened = (*others, opened)


connection_created.connect(_remember, dispatch_uid="channels_fast.db")
