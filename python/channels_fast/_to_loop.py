"""
A quicker trip back to the event loop, from the thread for synchronous code.

A handler of a sync consumer waits in it for what it sends. With ``asgiref`` there
is a future for the result, and an executor with a condition for work that the
coroutine may have for the thread that waits. Here both are one queue. The rest is
asgiref's: its ``main_wrap()`` runs the coroutine, in a task and a context of its own.

As with ``_to_thread.py``, only the plain case is taken and all else goes to asgiref.
Relies on ``main_wrap()`` and on what ``CurrentThreadExecutor`` consists of, as in
asgiref 3.10 to 3.13.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from _thread import allocate_lock
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any

from asgiref import current_thread_executor, sync
from asgiref.sync import AsyncToSync, SyncToAsync

from ._to_thread import IS_KNOWN, call_on_loop


class _Inbox(SimpleQueue):  # type: ignore[type-arg] # it is no generic of Python 3.9
    """What a thread has to do while it waits, and the lock of who gives it more."""

    # These are the names of the two attributes that it stands for: a deque, and a
    # condition. asgiref uses them from a waiting executor further up the stack.
    append = SimpleQueue.put

    def __init__(self) -> None:
        self.lock = allocate_lock()

    def __enter__(self) -> None:
        self.lock.acquire()

    def __exit__(self, *exc_info: object) -> None:
        self.lock.release()

    def notify(self) -> None:
        """Do nothing. Who waits for the queue sees what is in it."""


class _Meeting(current_thread_executor.CurrentThreadExecutor):
    """
    Where a thread waits for its coroutine and works for it meanwhile.

    It is the future of the result as well, as far as ``main_wrap()`` needs one.
    """

    def __init__(self) -> None:
        self._work_thread = threading.current_thread()
        self._inbox = _Inbox()
        self._work_ready = self._work_items = self._inbox  # type: ignore[assignment] # see there
        self._broken = False
        self._old_executor = None
        self._value: Any = None
        self._error: BaseException | None = None

    def set_result(self, value: Any) -> None:
        self._value = value
        self._end()

    def set_exception(self, error: BaseException) -> None:
        self._error = error
        self._end()

    def _end(self) -> None:
        with self._inbox:
            self._broken = True
        self._inbox.put(None)

    def work(self) -> None:
        """Work until there is a result."""
        get = self._inbox.get
        while (item := get()) is not None:
            item.run()
            del item

    def result(self) -> Any:
        """Return the result, or raise the error. For once."""
        error, self._error = self._error, None
        if error is None:
            return self._value
        try:
            raise error
        finally:
            # Its traceback holds this frame, which would be a loop.
            del error


class _QuickAsyncToSync(AsyncToSync):  # type: ignore[type-arg] # no generic in every asgiref
    """``async_to_sync`` for a handler in its thread."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True  # noqa: F841 - Django's error pages look for it
        here = SyncToAsync.threadlocal
        loop = getattr(here, "main_event_loop", None)
        if (
            loop is None
            or getattr(here, "main_event_loop_pid", None) != os.getpid()
            # Before asgiref 3.12 a bridge stays with the loop that it was made on.
            or vars(self).get("main_event_loop", loop) is not loop
            or self.force_new_loop
            or loop.is_closed()
            or asyncio._get_running_loop() is not None
            or getattr(self.executors, "current", None)
            or sys.exc_info()[1] is not None
            or AsyncToSync.__call__ is not call_on_loop
        ):
            return super().__call__(*args, **kwargs)
        meeting = self.executors.current = _Meeting()
        context = [copy_context()]
        try:
            awaitable = self.awaitable(*args, **kwargs)
            coroutine = self.main_wrap(
                meeting,  # type: ignore[arg-type] # as good as a future
                (None, None, None),
                getattr(here, "task_context", None),
                context,
                awaitable,
            )
            try:
                loop.call_soon_threadsafe(loop.create_task, coroutine)
            except RuntimeError:
                coroutine.close()
            else:
                meeting.work()
                return meeting.result()
        finally:
            sync._restore_context(context[0])
            self.executors.current = None
        # The loop was closed in this very moment. asgiref makes another one.
        bridge = AsyncToSync.__new__(AsyncToSync)
        vars(bridge).update(vars(self), awaitable=lambda: awaitable)
        return bridge()


def quickened(bridge: Any) -> Any:
    """Return *bridge*, which async_to_sync() has made, as one that is quicker."""
    if IS_KNOWN and type(bridge) is AsyncToSync:
        # In place: to make another one would warn once more of an odd awaitable.
        bridge.__class__ = _QuickAsyncToSync
    return bridge
