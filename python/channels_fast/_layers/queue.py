"""The queue of one channel of the in-memory layer."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import deque
from typing import Any, Callable, Optional

#: When a message expires, as a time of the wall clock, and the message.
Item = tuple[float, Any]


class ChannelQueue:
    """
    An ``asyncio.Queue`` that other threads may put into, as light as it can be.

    ``asyncio.Queue`` does not wake its loop when another thread puts something
    into it, and takes 3 KB, which every connection would pay. This one has the
    same methods, except for ``shutdown()``.
    """

    __slots__ = ("_queue", "_unfinished", "_waiters", "maxsize")

    def __init__(self, maxsize: int = 0) -> None:
        self.maxsize = maxsize
        self._queue: deque[Item] = deque()
        self._unfinished = 0
        # All of them look at the queue again after each change, in the order in
        # which they came. There is hardly ever more than one.
        self._waiters: list[asyncio.Future[None]] = []

    def qsize(self) -> int:
        """Return the number of items."""
        return len(self._queue)

    def empty(self) -> bool:
        """Return whether there is no item."""
        return not self._queue

    def full(self) -> bool:
        """Return whether there are ``maxsize`` items; a size of 0 is no limit."""
        return 0 < self.maxsize <= len(self._queue)

    def unused(self) -> bool:
        """Return whether there is neither an item nor a coroutine that waits."""
        return not self._queue and not self._waiters

    def next_expiry(self) -> float:
        """Return when the first item expires; infinity if there is none."""
        try:
            return self._queue[0][0]
        except IndexError:
            return math.inf

    def expire(self, now: float) -> bool:
        """Drop the items that have expired, and tell whether there were any."""
        expired = False
        while self.next_expiry() < now:
            self.get_nowait()
            expired = True
        return expired

    def put_nowait(self, item: Item) -> None:
        """
        Add an item.

        Raises:
            asyncio.QueueFull: The queue is full.
        """
        if self.full():
            raise asyncio.QueueFull
        self._queue.append(item)
        self._unfinished += 1
        self._wake_all()

    async def put(self, item: Item) -> None:
        """Add an item; wait while the queue is full."""
        await self._wait_while(self.full)
        self.put_nowait(item)

    def get_nowait(self) -> Item:
        """
        Remove and return the first item.

        Raises:
            asyncio.QueueEmpty: There is none.
        """
        if not self._queue:
            raise asyncio.QueueEmpty
        item = self._queue.popleft()
        self._wake_all()
        return item

    async def get(self) -> Item:
        """Remove and return the first item; wait while there is none."""
        await self._wait_while(self.empty)
        return self.get_nowait()

    def task_done(self) -> None:
        """
        Say that an item which was taken has been dealt with.

        Raises:
            ValueError: It was called more often than items were added.
        """
        if not self._unfinished:
            raise ValueError("task_done() called too many times")
        self._unfinished -= 1
        self._wake_all()

    async def join(self) -> None:
        """Wait until ``task_done()`` was called for every item that was added."""
        await self._wait_while(lambda: self._unfinished > 0)

    async def _wait_while(self, blocked: Callable[[], bool]) -> None:
        while blocked():
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                # Another thread may have changed the queue before it could see the
                # waiter.
                if blocked():
                    await waiter
            finally:
                self._waiters.remove(waiter)

    def _wake_all(self) -> None:
        for waiter in self._waiters.copy():
            loop = waiter.get_loop()
            if loop is _running_loop():
                _wake(waiter)
            else:
                # A closed loop raises an error; nothing waits there any more.
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(_wake, waiter)


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def _running_loop() -> Optional[asyncio.AbstractEventLoop]:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
