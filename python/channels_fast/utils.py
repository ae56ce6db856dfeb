"""Helpers that are part of Channels' public API."""

from __future__ import annotations

import asyncio
import contextlib
import types
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Optional

from ._typing import Message

# What `import *` gives: the names of Channels, none that could hide a project's own.
__all__ = ["asyncio", "await_many_dispatch", "name_that_thing", "types"]

Source = Callable[[], Awaitable[Message]]
Dispatch = Callable[[Message], Awaitable[Any]]

# A source may lose its cancellation, as redis-py does now and then. It is cancelled
# again after this many seconds, until it ends.
CANCEL_AGAIN_AFTER = 0.2


def name_that_thing(thing: Any) -> str:
    """
    Return the dotted path of a function or class.

    An instance, or anything else without a name of its own, answers with the
    path of its class. So does a bound method.
    """
    if hasattr(thing, "im_class"):
        # A mock answers every attribute with another mock, without end.
        if hasattr(thing, "mock_calls"):
            return "<mock>"
        return f"{name_that_thing(thing.im_class)}.{thing.im_func.func_name}"
    if not hasattr(thing, "__name__"):
        return name_that_thing(thing.__class__)
    # A named object that is neither a function nor a class, such as a partial
    # that was given a name, is described by its class.
    if not isinstance(thing, (types.FunctionType, types.MethodType, type)):
        return name_that_thing(thing.__class__)
    if isinstance(thing, types.MethodType):
        return name_that_thing(thing.__self__)
    return f"{thing.__module__}.{thing.__name__}"


async def await_many_dispatch(
    consumer_callables: Sequence[Source], dispatch: Dispatch
) -> None:
    """
    Read from all sources and await *dispatch* for each message.

    One message is dispatched at a time, in the order of the sources. A source is
    read again only after its message was dispatched. Between two messages the event
    loop turns at least once, so a task that a handler starts has begun before the
    next handler runs. Ends with the first exception of a source or of *dispatch*;
    all reads are cancelled then.

    Args:
        consumer_callables: The sources. Each returns an awaitable of its next message.
        dispatch: Returns an awaitable that handles a message.

    Raises:
        ValueError: There are no sources.
    """
    if not consumer_callables:
        raise ValueError("There are no sources to read from.")
    if len(consumer_callables) > 1:
        await _dispatch_many(consumer_callables, dispatch)
        return
    # One source is read in the task of the caller, as by any ASGI application.
    source = consumer_callables[0]
    while True:
        message = await source()
        await dispatch(message)
        # A connection that waits for the next message must not keep this one.
        del message
        await asyncio.sleep(0)


class _Reader:
    """One source of several, read by a task one message ahead of the handlers."""

    __slots__ = ("ended", "handled", "message", "source", "wake")

    def __init__(self, source: Source, wake: Callable[[], None]) -> None:
        self.source = source
        #: Wakes the consumer if it waits.
        self.wake = wake
        self.message: Any = None
        #: What the next read waits for. None if there is no message.
        self.handled: Optional[asyncio.Future[None]] = None
        self.ended = False

    async def read(self) -> None:
        """Read until the consumer ends."""
        loop = asyncio.get_running_loop()
        # A source may answer its cancellation with one more message.
        while not self.ended:
            self.message = await self.source()
            self.handled = loop.create_future()
            self.wake()
            await self.handled

    def take(self) -> Message:
        """Return the message, and keep no reference to it."""
        message: Message = self.message
        self.message = None
        return message

    def read_next(self) -> None:
        """Begin the next read, now that the message was handled."""
        handled, self.handled = self.handled, None
        # It is cancelled with the task, as when the event loop ends.
        if handled is not None and not handled.done():
            handled.set_result(None)


async def _dispatch_many(sources: Sequence[Source], dispatch: Dispatch) -> None:
    """
    Read each source in a task of its own.

    No read runs in the task of the handlers: a timeout in ``receive()`` would
    otherwise cancel a handler that runs for a message of the layer.
    """
    loop = asyncio.get_running_loop()
    waiter: Optional[asyncio.Future[None]] = None

    def wake(ended: object = None) -> None:
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    readers = [_Reader(source, wake) for source in sources]
    tasks: list[asyncio.Task[None]] = []
    try:
        for reader in readers:
            tasks.append(loop.create_task(reader.read()))
            tasks[-1].add_done_callback(wake)
        while True:
            idle = True
            for index, reader in enumerate(readers):
                if tasks[index].done():
                    # It has failed, or was cancelled from outside.
                    tasks[index].result()
                if reader.handled is None:
                    continue
                idle = False
                await dispatch(reader.take())
                reader.read_next()
                await asyncio.sleep(0)
            if idle:
                waiter = loop.create_future()
                await waiter
    finally:
        for reader in readers:
            reader.ended = True
        await _cancel(tasks)
        # No task has a name here: it holds its error, and the traceback this frame.
        while tasks:
            with contextlib.suppress(asyncio.CancelledError):
                tasks.pop(0).result()


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    """
    Cancel *tasks* and wait until all have ended.

    As in Channels, cancelling the caller does not interrupt this.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait(pending, timeout=CANCEL_AGAIN_AFTER)
        pending = {task for task in pending if not task.done()}
