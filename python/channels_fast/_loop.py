"""
How a consumer reads: no task and no `asyncio.wait` for a message.

A read begins where its consumer is: the first step of ``receive()`` runs at
once, without a task, and mostly finds a message. Only a read that has to wait
goes further.

With one source nothing else can happen meanwhile, so the consumer's own task
waits in it, as that of any ASGI application does (``AsyncConsumer.__call__``).

With two sources (client and channel layer) it must not. While one read waits,
handlers run for the messages of the other, and a read may hold what belongs to
the current task: a timeout that ends in a handler would cancel the handler. It
may also have work to do that a handler waits for. So a read that waits belongs
to a second task, one for all reads of the source, and all its steps run in the
name of that task. The task itself takes them only while a handler runs; else
the consumer does, so that a message wakes one task and not two. Sources whose
code is known, such as the in-memory layer, need none and bring a class of their
own (``register_read``).

In every case a read has a fresh copy of the consumer's context, so what it
sets there is not seen by handlers.
"""

from __future__ import annotations

import asyncio
import functools
import sys
import types
from typing import TYPE_CHECKING, Any, Callable

from ._reads import Wake
from ._task_read import TaskRead

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine, Generator, Iterator, Sequence
    from contextvars import Context

    from ._reads import Read, Source
    from ._typing import Message

    Dispatch = Callable[[Message], Awaitable[Any]]

# So many messages that are already there are handled before others get a turn.
READY_IN_A_ROW = 32


class _NoTask:
    """Stands for the current task where it is no task of asyncio."""

    _must_cancel = False


def noting_cancel(task: Any) -> Any:
    """
    Return *task*, or what stands for it if it is no task of asyncio.

    A handler may cancel the task that it runs in, which asyncio notes in
    ``_must_cancel`` until the task waits the next time.
    """
    # PERF: the one that nearly all are.
    if type(task) is asyncio.Task or hasattr(task, "_must_cancel"):
        return task
    return _NoTask


@types.coroutine
def rest_of(
    read: types.GeneratorType[Any, Any, None], context: Context, pending: Any
) -> Generator[Any, Any, Message]:
    """
    Await the message of *read*, which waits for *pending*, in *context*.

    Raises:
        asyncio.CancelledError: Also if the coroutine was cancelled from outside
            and went on to a result: who cancels a consumer wants it to end.
    """
    # Not the error itself: its traceback holds this frame, which would be a loop.
    cancelled: tuple[Any, ...] | None = None
    requests = 0
    while read.gi_yieldfrom is not None:
        try:
            sent = yield pending
        except GeneratorExit:
            context.run(read.close)
            raise
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError):
                cancelled, requests = error.args, _cancel_requests()
            pending = context.run(read.throw, error)
        else:
            pending = context.run(read.send, sent)
    # A timeout inside of the coroutine takes its request back.
    if cancelled is not None and _cancel_requests() >= requests > 0:
        raise asyncio.CancelledError(*cancelled)
    return pending  # type: ignore[no-any-return] # a coroutine of messages returned it


def _cancel_requests() -> int:
    count = getattr(asyncio.current_task(), "cancelling", None)
    return count() if count else 0


# Whether reads that wait need a task of their own even with one source. Before
# Python 3.11 requests to cancel are not counted. So it would not be known if a read
# took back a request of its own, or swallowed another's.
ALWAYS_NEEDS_TASK = sys.version_info < (3, 11)


async def serve_many(sources: Sequence[Source], dispatch: Dispatch) -> None:
    """Do the work of ``await_many_dispatch()`` with a task for each source."""
    if not sources:
        # As `asyncio.wait()` has it.
        raise ValueError("Set of Tasks/Futures is empty.")
    wake = Wake(asyncio.get_running_loop())
    task = noting_cancel(wake.consumer)
    reads = wake.reads = [_open(source, wake) for source in sources]
    in_a_row = 0
    try:
        for read in reads:
            read.begin()
        while True:
            idle = True
            for read in reads:
                # PERF: a call for each that has nothing to do would cost as much as
                # a message does.
                if read.ready or (read.future is not None and read.arrived()):
                    idle = False
                    for other in reads:
                        if other.future is not None:
                            other.leave()
                    await dispatch(read.take())
                    read.begin()
            if idle:
                in_a_row = 0
                await wake.sleep()
            else:
                in_a_row += 1
                # A message of each source may have been handled.
                if 2 * in_a_row >= READY_IN_A_ROW or task._must_cancel:
                    in_a_row = 0
                    await asyncio.sleep(0)
    finally:
        left = iter(reads)
        ending = _stop_at_once(left)
        # PERF: mostly there is nothing to await, and then a coroutine less.
        if ending is not None:
            await _stop(ending, left)
        # The task holds the error, and the error's traceback holds this frame.
        # The reads hold what wakes the consumer, which holds them.
        wake.consumer, wake.reads = None, ()
        del task


def _stop_at_once(left: Iterator[Read]) -> Coroutine[Any, Any, None] | None:
    """
    Stop the reads that are *left*, up to one that has to be waited for.

    Returns what awaits the end of that one, or ``None`` if all have ended.
    """
    for read in left:
        ending = read.stop()
        if ending is not None:
            return ending
    return None


async def _stop(ending: Coroutine[Any, Any, None] | None, left: Iterator[Read]) -> None:
    """
    Await the *ending* of a read, then stop those that are *left*.

    Raises the first error that one of them has left.
    """
    first: BaseException | None = None
    while ending is not None:
        try:
            await ending
        except BaseException as error:
            first = first or error
        ending = _stop_at_once(left)
    try:
        if first is not None:
            raise first
    finally:
        # The error's traceback holds this frame, which would be a loop.
        del first


# Functions of a class -> what reads for a `functools.partial` of a bound one.
_reads: dict[Any, Callable[..., Read]] = {}


def register_read(method: Callable[..., Any], read: Callable[..., Read]) -> None:
    """
    Let *read* read the sources that are ``functools.partial(x.method, ...)``.

    It is called with ``x``, the arguments, and a ``Wake``.
    """
    _reads[method] = read


def _open(source: Source, wake: Wake) -> Read:
    if type(source) is functools.partial and not source.keywords:
        known = _reads.get(getattr(source.func, "__func__", None))
        if known is not None:
            return known(source.func.__self__, *source.args, wake)  # type: ignore[attr-defined] # a bound method, since it has a function
    return TaskRead(source, wake)
