"""What all reading of a source has in common: ``_loop`` tells how consumers read."""

from __future__ import annotations

import asyncio
import inspect
import types
from collections.abc import Coroutine
from contextvars import Context
from typing import TYPE_CHECKING, Any, Callable, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator, Sequence

    from ._typing import Message

    Source = Callable[[], Awaitable[Message]]


def as_coroutine(awaitable: Awaitable[Message]) -> Coroutine[Any, Any, Message]:
    """
    Return a coroutine that awaits *awaitable*.

    Raises:
        TypeError: It is not awaitable.
    """
    if inspect.iscoroutine(awaitable):
        return awaitable
    if not inspect.isawaitable(awaitable):
        # As `asyncio.ensure_future()` has it.
        raise TypeError("An asyncio.Future, a coroutine or an awaitable is required")
    return _wait_for(awaitable)


async def _wait_for(awaitable: Awaitable[Message]) -> Message:
    return await awaitable


@types.coroutine
def reading(
    coroutine: Coroutine[Any, Any, Message],
) -> Generator[Any, Any, None]:
    """
    Await *coroutine*, then each that is sent in return for its message.

    To be driven by hand. ``gi_yieldfrom`` tells what it has yielded: it is None with
    a message, and the coroutine with what that waits for.

    PERF: a coroutine that is driven by hand hands over its result in an error, which
    costs more than all else about it. Here no error is made.
    """
    while True:
        # No name for the message, which would keep it until the next one comes.
        coroutine = yield (yield from coroutine)


class Bed:
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

    def made(self) -> Bed:
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


class Wake(Bed):
    """What a consumer sleeps on. To call it wakes the consumer."""

    __slots__ = ("consumer", "reads")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.callback = None
        #: The task of the consumer; None if it is no task of asyncio.
        self.consumer = asyncio.current_task(loop)
        self.reads: Sequence[Read] = ()

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
        callback, self.callback = self.callback, None
        # It may be awake by now, for another reason.
        if callback is not None:
            try:
                callback(self)
            finally:
                # The consumer may end here with an error, whose traceback holds this
                # frame. The callback holds the task, and that the error.
                del callback

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
    #: What the consumer has to go on with when it is done, or to leave.
    future: Any

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
        End the read at once, or return what cancels it, awaits its end and
        raises its error if any.
        """
