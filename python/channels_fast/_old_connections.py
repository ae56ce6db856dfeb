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
import threading
import time
import weakref
from types import FunctionType
from typing import TYPE_CHECKING, Any

import django
from asgiref.sync import AsyncToSync, SyncToAsync
from django.db import connections
from django.db.backends.base import base
from django.db.backends.signals import connection_created

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

# Before Django 4.1 there are no health checks, and `all()` has no argument.
_HAS_HEALTH_CHECKS = django.VERSION >= (4, 1)
_INITIALIZED = {"initialized_only": True} if _HAS_HEALTH_CHECKS else {}

# `close_at` is a time of the clock that Django itself reads.
_clock = time.monotonic if django.VERSION >= (3, 0) else time.time


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


# --- What is old -----------------------------------------------------------


def _is_old(connection: Any) -> bool:
    """
    Tell if Django's ``close_if_unusable_or_obsolete()`` has something to do.

    It reads the wrapper's own fields and calls nothing, so any thread may ask.
    Django's method may open a connection to learn the autocommit state, and
    pytest-django forbids that in tests without a database. Nothing is old
    inside an atomic block, where closing would lose the transaction.
    """
    if connection.connection is None:
        return False
    if _has_special_rules(connection):
        return True
    return (
        not connection.in_atomic_block
        and (
            _has_to_close(connection)
            or connection.errors_occurred
            # Django's method orders a new health check for the next query.
            or (
                _HAS_HEALTH_CHECKS
                and connection.health_check_enabled
                and connection.health_check_done
            )
        )
        # Django never closes these, so they would be old forever.
        and not _is_in_memory(connection)
    )


def _has_special_rules(connection: BaseDatabaseWrapper) -> bool:
    """Tell if a backend or a patch has replaced Django's method."""
    method = type(connection).close_if_unusable_or_obsolete
    return (
        type(method) is not FunctionType
        or method.__globals__ is not vars(base)
        or "close_if_unusable_or_obsolete" in vars(connection)
    )


def _has_to_close(connection: BaseDatabaseWrapper) -> bool:
    """Tell if an open connection is past its age or left without autocommit."""
    if connection.autocommit != connection.settings_dict["AUTOCOMMIT"]:
        return True
    return connection.close_at is not None and _clock() >= connection.close_at


def _is_in_memory(connection: Any) -> bool:
    return bool(connection.vendor == "sqlite" and connection.is_in_memory_db())


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


# --- Looking from the event loop -------------------------------------------

# The executor that runs synchronous code where nothing else is said, and the
# identity of its one thread. It is the same for all event loops.
_sync_thread: tuple[Any, int] | None = None


def _may_go_elsewhere() -> bool:
    """Tell if sync code of this context may run in a thread of its own."""
    return bool(
        getattr(AsyncToSync.executors, "current", None)
        or SyncToAsync.thread_sensitive_context.get(None)
        # Not every asgiref has these.
        or asyncio.get_running_loop()
        in getattr(AsyncToSync, "loop_thread_executors", ())
    )


def learn_sync_thread() -> None:
    """
    Note which thread this is, and what it opened before this module was loaded.

    To be called in the thread that runs the synchronous code of the process.
    """
    global _sync_thread  # noqa: PLW0603 - one thread for the whole process
    _sync_thread = SyncToAsync.single_thread_executor, threading.get_ident()
    for connection in connections.all(**_INITIALIZED):
        if connection.connection is not None:
            _remember(connection)


def can_learn_sync_thread() -> bool:
    """Tell if the thread is not known, and sync code of this context runs in it."""
    return _sync_thread is None and not _may_go_elsewhere()


def needs_closing() -> bool:
    """
    Tell if the thread for synchronous code may have an old connection.

    For the thread of a running event loop. It calls nothing that may wait or
    connect. True as long as that thread is not known.
    """
    if _sync_thread is None:
        return True
    for ref, thread in _opened:
        connection = ref()
        if connection is not None and _is_old(connection) and _may_go_to(thread):
            return True
    return False


def _may_go_to(thread: int) -> bool:
    """Tell if sync code of this context may run in *thread*."""
    return (
        _sync_thread is None
        or _sync_thread[1] == thread
        or _sync_thread[0] is not SyncToAsync.single_thread_executor
        or _may_go_elsewhere()
    )
