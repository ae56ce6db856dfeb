"""
A quicker trip from an event loop to the thread for synchronous code.

A sync consumer makes it for each message, and one back for what it sends (see
``_to_loop.py``). Much of its price with ``asgiref`` is not the change of threads
but what carries the result: two futures and a shield. Here the thread hands it to
who waits. The rules stay those of asgiref: which thread, which context, what is
cancelled and when. Its own method still runs the function in the thread.

Only the plain case is taken: the one thread of the process, with nothing around
the call that chooses another, and nothing replaced that would have been called.
All else goes to asgiref.

Relies on private things: the queue of ``ThreadPoolExecutor`` and what its thread
does with an item, as in Python 3.9 to 3.13; ``thread_handler()`` and
``_restore_context()``, as in asgiref 3.10 to 3.13. With other versions all goes to
asgiref.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import thread as pools
from contextvars import Context, copy_context
from functools import partial
from queue import SimpleQueue
from types import FunctionType
from typing import TYPE_CHECKING, Any, Callable

import asgiref
from asgiref import sync
from asgiref.sync import AsyncToSync, SyncToAsync

if TYPE_CHECKING:
    from collections.abc import Sequence

# --- What is as it is known ------------------------------------------------

_call_in_thread = SyncToAsync.__call__
call_on_loop = AsyncToSync.__call__
_submit = ThreadPoolExecutor.submit
_run_in_executor = asyncio.BaseEventLoop.run_in_executor


def _is_known() -> bool:
    """Tell if asgiref and Python are what this module was written for."""
    asgiref_version = tuple(map(int, re.findall(r"\d+", asgiref.__version__)[:2]))
    return (
        (3, 10) <= asgiref_version <= (3, 13)
        and sys.version_info < (3, 14)
        # Somebody may have put a function of his own there before.
        and all(
            type(function) is FunctionType and function.__globals__ is vars(module)
            for function, module in (
                (_call_in_thread, sync),
                (call_on_loop, sync),
                (_submit, pools),
                (_run_in_executor, asyncio.base_events),
            )
        )
    )


IS_KNOWN = _is_known()


def _is_plain_loop(loop: asyncio.AbstractEventLoop) -> bool:
    """Tell if *loop* asks an executor as asyncio does."""
    method = getattr(loop.run_in_executor, "__func__", None)
    return method is _run_in_executor or (
        # That of uvloop is compiled, and nobody can change it there.
        type(method) is not FunctionType
        and getattr(method, "__module__", None) == "uvloop.loop"
    )


def plain_pool(
    bridge: SyncToAsync[Any, Any], loop: asyncio.AbstractEventLoop
) -> ThreadPoolExecutor | None:
    """Return the pool that asgiref would use for *bridge*; None if not plain."""
    if not (
        IS_KNOWN
        and bridge._thread_sensitive
        and not getattr(AsyncToSync.executors, "current", None)
        and not bridge.thread_sensitive_context.get(None)
        and loop not in AsyncToSync.loop_thread_executors
        and not bridge.deadlock_context.get(False)
        and getattr(bridge, "context", None) is None
        and SyncToAsync.__call__ is _call_in_thread
        and ThreadPoolExecutor.submit is _submit
        and _is_plain_loop(loop)
    ):
        return None
    pool = bridge.single_thread_executor
    if (
        type(pool) is ThreadPoolExecutor
        and "submit" not in vars(pool)
        and pool._max_workers == 1
        and pool._initializer is None
        # Its thread starts with its first item, which comes from asgiref.
        and pool._threads
        and type(pool._work_queue) is SimpleQueue
    ):
        return pool
    return None


# --- To the thread ---------------------------------------------------------


class _Job:
    """A call in the thread of a pool. For the pool it is an item of its queue."""

    __slots__ = ("failure", "function", "loop", "settled", "tickets", "value", "waiter")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, function: Callable[[], Any]
    ) -> None:
        self.loop = loop
        self.function = function
        self.waiter = loop.create_future()
        # Who takes it decides: the thread, or whoever cancels. `pop()` is atomic.
        self.tickets = [True]
        #: Whether the loop knows the outcome.
        self.settled = False
        self.value: Any = None
        self.failure: Future[Any] | None = None

    @property
    def future(self) -> _Job:
        """What the pool cancels when it is shut down with ``cancel_futures``."""
        return self

    def cancel(self) -> bool:
        """Let it not begin. True if it has not begun."""
        if not self._claim():
            return False
        self._tell_loop(self._settle_cancelled)
        return True

    def run(self) -> None:
        """Make the call, in the thread of the pool."""
        if not self._claim():
            return
        try:
            value = self.function()
        except BaseException as error:
            self._fail(error)
            # The error's traceback holds this frame, which would be a loop.
            del self
        else:
            self.value = value
            self._tell_loop(self._settle)

    def _claim(self) -> bool:
        try:
            return self.tickets.pop()
        except IndexError:
            return False

    def _fail(self, error: BaseException) -> None:
        self.failure = Future()
        self.failure.set_exception(error)
        self._tell_loop(self._settle)

    def _tell_loop(self, function: Callable[[], None]) -> None:
        # On a closed loop nobody waits.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(function)

    def _settle(self) -> None:
        self.settled = True
        if not self.waiter.done():
            self.waiter.set_result(None)

    def _settle_cancelled(self) -> None:
        self.settled = True
        self.waiter.cancel()

    async def outcome(self) -> Any:
        """Await the result, or the error as ``run_in_executor()`` has it."""
        await self.waiter
        if self.failure is None:
            return self.value
        # The error's traceback will hold the frames of who awaits this.
        failure, self.failure = asyncio.wrap_future(self.failure), None
        try:
            await failure
        finally:
            del failure


def _enqueue(pool: ThreadPoolExecutor, job: _Job) -> None:
    with pool._shutdown_lock, pools._global_shutdown_lock:
        if not (pool._shutdown or pool._broken or pools._shutdown):
            pool._work_queue.put(job)  # type: ignore[arg-type] # as good as an item
            return
    # It raises the error for this.
    pool.submit(job.run)


# From asgiref 3.12 on, a `Local` knows its thread and has to be told of the change.
_LOCALS_HAVE_A_THREAD = hasattr(sync, "_rehome")


def _runner(context: Context) -> Callable[[Callable[[], Any]], Any]:
    """Return what calls a function in *context*, in a thread that is new to it."""
    if not _LOCALS_HAVE_A_THREAD:
        return context.run

    def rehome_and_call(function: Callable[[], Any]) -> Any:
        sync._restore_context(context)
        return function()

    return partial(context.run, rehome_and_call)  # type: ignore[call-arg] # it comes later


async def call_in_thread(
    bridge: SyncToAsync[Any, Any],
    loop: asyncio.AbstractEventLoop,
    pool: ThreadPoolExecutor,
    args: Sequence[Any],
    kwargs: dict[str, Any],
) -> Any:
    """Do what ``SyncToAsync.__call__()`` does with a ``plain_pool()``."""
    __traceback_hide__ = True  # noqa: F841 - Django's error pages look for it
    bridge.deadlock_context.set(True)
    context = copy_context()
    sending: list[asyncio.Task[Any]] = []
    job = _Job(
        loop,
        partial(
            bridge.thread_handler,
            loop,
            sys.exc_info(),
            sending,
            _runner(context),
            partial(bridge.func, *args, **kwargs),
        ),
    )
    _enqueue(pool, job)
    try:
        return await job.outcome()
    except asyncio.CancelledError:
        if not job.settled:
            job.waiter = loop.create_future()
        # The handler learns of it from what it sends. If it sends nothing, nobody
        # waits for its end.
        abandoned = True
        if sending:
            task = sending[0]
            task.cancel()
            try:
                await task
                abandoned = False
            except asyncio.CancelledError:
                pass
        if job.settled:
            raise
        if abandoned:
            job.cancel()
            job.waiter.cancel()
        return await job.outcome()
    finally:
        sync._restore_context(context)
        bridge.deadlock_context.set(False)
