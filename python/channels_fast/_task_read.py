"""
The reading of a source about which nothing is known.

``_loop`` tells why a read that waits belongs to a task that is not the
consumer's.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import types
from asyncio import _enter_task, _leave_task
from collections.abc import Coroutine
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Callable

from ._reads import Bed, as_coroutine, reading

if TYPE_CHECKING:
    from collections.abc import Generator

    from ._reads import Source, Wake
    from ._typing import Message


class _ReadsBed(Bed):
    """What the task of a source sleeps on."""

    __slots__ = ("target", "woken")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.callback = None
        #: The future that the read waits for.
        self.target: Any = None
        self.woken = False

    def wake(self) -> None:
        """Wake the task in the next turn of the loop."""
        assert self.callback is not None, "it sleeps"
        self.woken = True
        self.loop.call_soon(self.callback, self, context=self.context)

    def wake_after_target(self) -> None:
        """Wake the task when the read can go on."""
        self.target.add_done_callback(self.callback, context=self.context)

    def cancel(self, msg: Any = None) -> bool:
        if self.target is not None:
            return bool(self.target.cancel(msg=msg))
        # False lets the task throw the error when it wakes up. If it is to sleep
        # on, there is no read that could be cancelled.
        return not self.woken


class TaskRead(Coroutine[Any, None, None]):
    """
    The reading of a source about which nothing is known.

    It is the coroutine of its own task, written as a class: the task may be
    cancelled before its first step, which a generator would not survive.

    The task takes the steps of a read while a handler runs. Else the consumer
    takes them in the name of the task, which then need not wake up.
    """

    __slots__ = (
        "bed",
        "context",
        "error",
        "future",
        "loop",
        "message",
        "pending",
        "reads",
        "ready",
        "source",
        "stopping",
        "task",
        "waits",
        "wake",
        "watched",
    )

    def __init__(self, source: Source, wake: Wake) -> None:
        self.source = source
        self.wake = wake
        self.loop = wake.loop
        self.ready = self.stopping = self.watched = False
        #: What goes through the reads, one after the other.
        self.reads: Any = None
        #: Whether a read waits.
        self.waits = False
        #: The future that it waits for, while the consumer is to go on with it.
        self.future: Any = None
        #: What it waits for, until the task has been told, in a tuple.
        self.pending: tuple[Any] | None = None
        self.message: Any = None
        self.error: BaseException | None = None
        self.bed = _ReadsBed(self.loop)
        self.task = _start(self, self.loop)

    # For the consumer

    def begin(self) -> None:
        self.ready = False
        read: Any = self.source()
        # PERF: one call less for what nearly all are.
        if type(read) is not types.CoroutineType:
            read = as_coroutine(read)
        if self.reads is None:
            self.reads, read = reading(read), None
        self.waits = True
        self.context = copy_context()
        self._step_here(self.reads.send, read)

    def arrived(self) -> bool:
        future = self.future
        if future is not None and future.done():
            if getattr(self.task, "_must_cancel", False):
                # It was cancelled when it was done, and only a task can tell.
                self.leave()
                return False
            self.future = None
            try:
                future.result()
            except BaseException as error:
                self._step_here(self.reads.throw, error)
            else:
                self._step_here(self.reads.send, None)
        return self.ready

    def _step_here(self, go_on: Callable[[Any], Any], what: Any) -> None:
        """Take one step of the read, in the name of the task."""
        loop, task, consumer = self.loop, self.task, self.wake.consumer
        # The API for those who bring tasks of their own ("Extending asyncio").
        if consumer is not None:
            _leave_task(loop, consumer)
        _enter_task(loop, task)
        try:
            pending = self._step(go_on, what)
        finally:
            _leave_task(loop, task)
            if consumer is not None:
                _enter_task(loop, consumer)
                # It will hold an error of the read, and that holds this frame.
                consumer = None
        self.bed.target = None
        if not self.ready:
            self._wait_here(pending)

    def _wait_here(self, pending: Any) -> None:
        """Let the consumer go on when *pending* is done, or else the task."""
        if self._is_future(pending):
            pending._asyncio_future_blocking = False
            self.future = self.bed.target = pending
            self.watched = False
        else:
            self._hand_over(pending)

    def _is_future(self, pending: Any) -> bool:
        """Tell if a task would wait for *pending*. All else is left to the task."""
        get_loop = getattr(pending, "get_loop", None)
        return bool(
            getattr(pending, "_asyncio_future_blocking", None)
            and get_loop is not None
            and get_loop() is self.loop
            and pending is not self.task
        )

    def _hand_over(self, pending: Any) -> None:
        """Let the task wait for *pending* as if its own step had yielded it."""
        self.pending = (pending,)
        # A task that has not begun will find it.
        if self.bed.callback is not None:
            self.bed.wake()

    def watch(self) -> None:
        if self.future is not None and not self.watched:
            self.watched = True
            self.future.add_done_callback(self.wake.arrived, context=self.wake.context)

    def leave(self) -> None:
        future, self.future = self.future, None
        if future is None:
            return
        if self.bed.callback is not None:
            self.bed.wake_after_target()
        else:
            future._asyncio_future_blocking = True
            self._hand_over(future)

    def take(self) -> Message:
        if self.error is not None:
            self._raise()
        message: Message = self.message
        self.message = None
        return message

    def _raise(self) -> None:
        error, self.error = self.error, None
        try:
            if error is not None:
                raise error
        finally:
            # The error's traceback holds this frame, which would be a loop.
            del error

    def stop(self) -> Coroutine[Any, Any, None] | None:
        callback = self.bed.callback
        loop, consumer = self.loop, self.wake.consumer
        if (
            callback is None
            or self.waits
            or self.error is not None
            # As in Channels, who waits for the end of its reads survives that.
            or getattr(consumer, "_must_cancel", False)
        ):
            return self._end()
        # PERF: it sleeps, and has nothing to do but to end. It does so here, and
        # need not wait for its turn of the loop.
        self.stopping = True
        if consumer is not None:
            _leave_task(loop, consumer)
        try:
            callback(self.bed)
        finally:
            if consumer is not None:
                _enter_task(loop, consumer)
        if not self.task.done():
            return self._end()
        # It holds this object, and this object holds it.
        del self.task
        return None

    async def _end(self) -> None:
        task = self.task
        self.leave()
        self.stopping = True
        if not self.waits and self.bed.callback is not None:
            self.bed.wake()
        else:
            task.cancel()
        # Nobody who sees that the consumer has ended may find its task.
        with contextlib.suppress(asyncio.CancelledError):
            # PERF: nearly always this is enough, and half the price.
            await asyncio.sleep(0)
        if not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await task
        del self.task
        if not isinstance(self.error, asyncio.CancelledError):
            self._raise()

    # For its task

    def send(self, value: None, /) -> Any:
        return self._task_step(None)

    def throw(self, error: Any, *others: Any) -> Any:
        # asyncio gives one argument.
        return self._task_step(error)

    def close(self) -> None:
        if self.waits:
            self.waits = False
            self.context.run(self.reads.close)

    def __await__(self) -> Generator[Any, None, None]:
        raise TypeError("only its task may run it")

    def _task_step(self, error: BaseException | None) -> Any:
        bed = self.bed
        bed.callback = None
        bed.woken = False
        if error is not None:
            # It was cancelled before its first step.
            self.leave()
        if self.pending is not None:
            # A request to cancel that came before is made again: the task will
            # pass it on to what it waits for.
            (pending,), self.pending = self.pending, None
            bed.target = None
            if error is not None:
                _cancel_again(self.task)
            return pending
        if self.waits and self.future is None:
            bed.target = None
            if error is None:
                pending = self._step(self.reads.send, None)
            else:
                pending = self._step(self.reads.throw, error)
            if not self.ready:
                return pending
            self.wake()
        if self.stopping:
            raise StopIteration
        return bed.made()

    # For both

    def _step(self, go_on: Callable[[Any], Any], what: Any) -> Any:
        """
        Take one step of the read, and return what it waits for.

        *go_on* is ``self.reads.send`` or ``self.reads.throw``.
        """
        try:
            pending = self.context.run(go_on, what)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self.error = error
            self.reads = None
        else:
            if self.reads.gi_yieldfrom is not None:
                return pending
            self.message = pending
        self.waits = False
        self.ready = True
        return None


if sys.version_info >= (3, 12):

    def _start(read: TaskRead, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        if loop.get_task_factory() is None:
            # PERF: it falls asleep at once, and need not wait for its turn of the loop.
            return asyncio.Task(read, loop=loop, eager_start=True)
        return loop.create_task(read)

else:

    def _start(read: TaskRead, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        return loop.create_task(read)


def _cancel_again(task: asyncio.Task[None]) -> None:
    # Python 3.11 began to count the requests. It is still one.
    uncancel = getattr(task, "uncancel", None)
    if uncancel is not None:
        uncancel()
    task.cancel()
