"""
The reading of one source of a consumer, which may have to wait.

``_loop`` tells why a read that waits belongs to a task that is not the
consumer's.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import types
from collections.abc import Coroutine
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, Callable, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator

    from ._typing import Message

    Source = Callable[[], Awaitable[Message]]


def as_coroutine(awaitable: Awaitable[Message]) -> Coroutine[Any, Any, Message]:
    """
    Return a coroutine that awaits *awaitable*.

    Raises:
        TypeError: It is not awaitable.
    """
    # PERF: the one that nearly all are.
    if type(awaitable) is types.CoroutineType or inspect.iscoroutine(awaitable):
        return awaitable
    if not inspect.isawaitable(awaitable):
        # As `asyncio.ensure_future()` has it.
        raise TypeError("An asyncio.Future, a coroutine or an awaitable is required")
    return _wait_for(awaitable)


async def _wait_for(awaitable: Awaitable[Message]) -> Message:
    return await awaitable


class _Bed:
    """
    What a task sleeps on that does not know what will wake it.

    It looks like a future to the task, as asyncio allows, and keeps the task's
    callback. So others can hand it to a future of theirs, and a message costs
    one turn of the loop, not two or three.
    """

    __slots__ = ("_asyncio_future_blocking", "callback", "context", "loop")

    loop: asyncio.AbstractEventLoop
    #: What wakes the task; None if it does not sleep here.
    callback: Callable[[Any], object] | None
    #: The context of the task.
    context: Context | None

    def made(self) -> _Bed:
        """Return what the task has to yield to sleep."""
        self._asyncio_future_blocking = True
        return self

    # What a task needs of a future.

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return self.loop

    def add_done_callback(
        self, callback: Callable[[Any], object], *, context: Context | None = None
    ) -> None:
        self.callback, self.context = callback, context

    def result(self) -> None:
        """Tell the task that it was no error that woke it."""


class Wake(_Bed):
    """What a consumer sleeps on. To call it wakes the consumer."""

    __slots__ = ("consumer", "reads")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.callback = None
        #: The task of the consumer; None if it is no task of asyncio.
        self.consumer = asyncio.current_task(loop)
        self.reads: list[Read] = []

    @types.coroutine
    def sleep(self) -> Generator[Any, None, None]:
        """Sleep until there may be a message."""
        try:
            yield self.made()
        finally:
            self.callback = None

    def __call__(self) -> None:
        """Wake the consumer in the next turn of the loop."""
        if self.callback is not None:
            self.loop.call_soon(self.arrived, self, context=self.context)

    def arrived(self, future: Any) -> None:
        """Wake the consumer now. The loop calls it when *future* is done."""
        callback = self.callback
        # It may be awake by now, for another reason.
        if callback is not None:
            self.callback = None
            callback(self)

    def add_done_callback(
        self, callback: Callable[[Any], object], *, context: Context | None = None
    ) -> None:
        self.callback, self.context = callback, context
        for read in self.reads:
            read.watch()

    def cancel(self, msg: Any = None) -> bool:
        self()
        # False lets the task throw the error when it wakes up.
        return False


class Read(Protocol):
    """
    The reading of one source, one message at a time.

    A read that waits belongs to the consumer while that sleeps, and to itself
    while a handler runs: ``leave()`` tells it to go on by itself, ``arrived()``
    asks if it has come to an end.
    """

    #: Whether a message, or an error, can be taken.
    ready: bool

    def begin(self) -> None:
        """Begin to read the next message."""

    def arrived(self) -> bool:
        """Go on if it can, and tell if a message, or an error, can be taken."""

    def watch(self) -> None:
        """See that the consumer, which begins to sleep, is woken."""

    def leave(self) -> None:
        """Go on without the consumer, which is about to handle a message."""

    def take(self) -> Message:
        """Return the message that was read, or raise the error."""

    def stop(self) -> Coroutine[Any, Any, None] | None:
        """
        Cancel the read, and raise its error if any.

        Returns what has to be awaited until the read has ended, or ``None``.
        """


class _ReadsBed(_Bed):
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
        "read",
        "ready",
        "source",
        "stopping",
        "task",
        "wake",
        "watched",
    )

    def __init__(self, source: Source, wake: Wake) -> None:
        self.source = source
        self.wake = wake
        self.loop = wake.loop
        self.ready = self.stopping = self.watched = False
        #: The read that waits.
        self.read: Coroutine[Any, Any, Message] | None = None
        #: The future that it waits for, while the consumer is to go on with it.
        self.future: Any = None
        #: What it waits for, until the task has been told, in a tuple.
        self.pending: tuple[Any] | None = None
        self.message: Any = None
        self.error: BaseException | None = None
        self.bed = _ReadsBed(self.loop)
        self.task = self.loop.create_task(self)

    # For the consumer

    def begin(self) -> None:
        self.ready = False
        self.read = as_coroutine(self.source())
        self.context = copy_context()
        self._step_here(None)

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
                self._step_here(error)
            else:
                self._step_here(None)
        return self.ready

    def _step_here(self, error: BaseException | None) -> None:
        """Take one step of the read, in the name of the task."""
        loop, task, consumer = self.loop, self.task, self.wake.consumer
        # The API for those who bring tasks of their own ("Extending asyncio").
        if consumer is not None:
            asyncio._leave_task(loop, consumer)
        asyncio._enter_task(loop, task)
        try:
            pending = self._step(error)
        finally:
            asyncio._leave_task(loop, task)
            if consumer is not None:
                asyncio._enter_task(loop, consumer)
                # It will hold an error of the read, and that holds this frame.
                consumer = None
        self.bed.target = None
        if self.ready:
            return
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

    async def stop(self) -> None:
        task = self.task
        self.leave()
        self.stopping = True
        if self.read is None and self.bed.callback is not None:
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
        # It holds this object, and this object holds it.
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
        read, self.read = self.read, None
        if read is not None:
            self.context.run(read.close)

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
        if self.read is not None and self.future is None:
            bed.target = None
            pending = self._step(error)
            if not self.ready:
                return pending
            self.wake()
        if self.stopping:
            raise StopIteration
        return bed.made()

    # For both

    def _step(self, error: BaseException | None) -> Any:
        """Take one step of the read, and return what it waits for."""
        assert self.read is not None, "it waits"
        try:
            if error is None:
                return self.context.run(self.read.send, None)
            return self.context.run(self.read.throw, error)
        except StopIteration as stop:
            self.message = stop.value
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as raised:
            self.error = raised
        self.read = None
        self.ready = True
        return None


def _cancel_again(task: asyncio.Task[None]) -> None:
    # Python 3.11 began to count the requests. It is still one.
    uncancel = getattr(task, "uncancel", None)
    if uncancel is not None:
        uncancel()
    task.cancel()
