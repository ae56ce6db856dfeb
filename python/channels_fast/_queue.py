"""
The messages of one channel of the in-memory layer, and who waits for them.

``asyncio.Queue`` holds three deques, an event and a dict, and takes two turns
of the loop and a coroutine for each message. Here a consumer is handed its
message where it is sent.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from typing import Callable

    from ._reads import Wake
    from ._typing import Message
    from .layers import InMemoryChannelLayer

#: When a message expires, as a time of the wall clock, and the message.
Item = tuple[float, Any]


class _Waiter(Protocol):
    """Somebody who waits for an item: a future of asyncio, or a consumer."""

    def done(self) -> bool: ...

    def set_result(self, result: None, /) -> None: ...


class ChannelQueue:
    """The messages of one channel, with the part of ``asyncio.Queue`` it needs."""

    __slots__ = ("_queue", "maxsize", "receivers", "waiters")

    def __init__(self, maxsize: int = 0) -> None:
        self.maxsize = maxsize
        self._queue: deque[Item] = deque()
        #: Who is told about the next item.
        self.waiters: list[_Waiter] = []
        #: How many are in `get()`. They may have been told and not yet come.
        self.receivers = 0

    def qsize(self) -> int:
        """Return the number of items."""
        return len(self._queue)

    def empty(self) -> bool:
        """Tell if there is no item."""
        return not self._queue

    def full(self) -> bool:
        """Tell if there are as many items as there may be."""
        return 0 < self.maxsize <= len(self._queue)

    def unused(self) -> bool:
        """Tell if there is no item, and nobody who waits for one."""
        return not (self._queue or self.waiters or self.receivers)

    def put_nowait(self, item: Item) -> None:
        """
        Add an item.

        Raises:
            asyncio.QueueFull: There are as many as there may be.
        """
        if 0 < self.maxsize <= len(self._queue):
            raise asyncio.QueueFull
        self._queue.append(item)
        if self.waiters:
            self._tell_next()

    def get_nowait(self) -> Item:
        """
        Remove and return the first item.

        Raises:
            asyncio.QueueEmpty: There is none.
        """
        if not self._queue:
            raise asyncio.QueueEmpty
        return self._queue.popleft()

    async def get(self) -> Item:
        """Remove and return the first item; wait if there is none."""
        self.receivers += 1
        try:
            while not self._queue:
                waiter = asyncio.get_running_loop().create_future()
                self.waiters.append(waiter)
                try:
                    await waiter
                except BaseException:
                    if waiter in self.waiters:
                        self.waiters.remove(waiter)
                    elif self._queue:
                        # It was told about an item that is now somebody else's.
                        self._tell_next()
                    raise
            return self._queue.popleft()
        finally:
            self.receivers -= 1

    def _tell_next(self) -> None:
        while self.waiters:
            waiter = self.waiters.pop(0)
            if not waiter.done():
                waiter.set_result(None)
                return


class ChannelRead:
    """
    How a consumer reads its channel: no task and no coroutine for a message.

    It does what ``InMemoryChannelLayer.receive()`` does, and is registered for
    that method only. While the consumer handles other messages, one message is
    taken out of the channel, where it can neither expire nor take up room.
    """

    __slots__ = ("channel", "error", "layer", "message", "queue", "ready", "wake")

    #: The layer hands it its message. So the consumer has nothing to go on with.
    future = None

    def __init__(self, layer: InMemoryChannelLayer, channel: str, wake: Wake) -> None:
        self.layer = layer
        self.channel = channel
        self.wake: Callable[[], None] = wake
        self.ready = False
        self.error: Exception | None = None
        self.message: Any = None
        self.queue: ChannelQueue | None = None

    def begin(self) -> None:
        """Take the next message, or wait for it."""
        self.ready = False
        layer = self.layer
        try:
            if self.queue is None:
                layer.require_valid_channel_name(self.channel)
            layer._clean_expired()
            queue = self.queue = layer._queue(self.channel, self.queue)
        except Exception as error:
            # It counts when the consumer looks at this source, not before.
            self.error = error
            self.ready = True
            return
        if queue._queue:
            self._take_first(queue)
        else:
            queue.waiters.append(self)

    def _take_first(self, queue: ChannelQueue) -> None:
        self.message = queue.get_nowait()[1]
        self.ready = True
        self.layer._drop_if_unused(self.channel, queue)

    def arrived(self) -> bool:
        """Tell if there is a message. It was taken when it was sent."""
        return self.ready

    def watch(self) -> None:
        """Do nothing: whoever sends a message wakes the consumer."""

    leave = watch

    def take(self) -> Message:
        """Return the message that was taken, or raise the error."""
        if self.error is not None:
            raise self.error.with_traceback(None)
        message: Message = self.message
        self.message = None
        return message

    def stop(self) -> None:
        """Wait no longer."""
        queue = self.queue
        if queue is not None and self in queue.waiters:
            queue.waiters.remove(self)
            self.layer._drop_if_unused(self.channel, queue)

    # What the queue needs of those who wait.

    def done(self) -> bool:
        """Tell if it waits no longer."""
        return self.ready

    def set_result(self, result: None, /) -> None:
        """Take the item that has come."""
        assert self.queue is not None, "waits in a queue"
        self._take_first(self.queue)
        self.wake()
