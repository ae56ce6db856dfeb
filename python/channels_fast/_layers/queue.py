"""The queue of one channel of the in-memory layer."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Callable

#: When a message expires, as a time of the wall clock, and the message.
Item = tuple[float, Any]

Waiter = asyncio.Future[None]


class ChannelQueue:
    """
    An ``asyncio.Queue`` that other threads may put into, as light as it can be.

    ``asyncio.Queue`` does not wake its loop when another thread puts something
    into it, and takes 3 KB, which every connection would pay. This one has the
    same methods, except for ``shutdown()``.
    """

    __slots__ = ("_getters", "_joiners", "_putters", "_queue", "_unfinished", "maxsize")

    def __init__(self, maxsize: int = 0) -> None:
        self.maxsize = maxsize
        self._queue: deque[Item] = deque()
        # A waiter leaves its list by itself, when its coroutine goes on.
        self._getters: list[Waiter] = []
        self._putters: list[Waiter] = []
        self._joiners: list[Waiter] = []
        self._unfinished = 0

    def qsize(self) -> int:
        """Return the number of items."""
        return len(self._queue)

    def empty(self) -> bool:
        """Tell whether there is no item."""
        return not self._queue

    def full(self) -> bool:
        """Tell whether there are ``maxsize`` items; a size of 0 is no limit."""
        return 0 < self.maxsize <= len(self._queue)

    def unused(self) -> bool:
        """Tell whether there is neither an item nor a coroutine that waits."""
        return not (self._queue or self._getters or self._putters or self._joiners)

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
        self._wake_getters()

    async def put(self, item: Item) -> None:
        """Add an item; wait while the queue is full."""
        try:
            await self._wait_while(self.full, self._putters)
            self.put_nowait(item)
        finally:
            self._wake_putters()

    def get_nowait(self) -> Item:
        """
        Remove and return the first item.

        Raises:
            asyncio.QueueEmpty: There is none.
        """
        if not self._queue:
            raise asyncio.QueueEmpty
        item = self._queue.popleft()
        self._wake_putters()
        return item

    async def get(self) -> Item:
        """Remove and return the first item; wait while there is none."""
        try:
            await self._wait_while(self.empty, self._getters)
            return self.get_nowait()
        finally:
            # This one may have been woken and then cancelled.
            self._wake_getters()

    def task_done(self) -> None:
        """
        Say that an item which was taken has been dealt with.

        Raises:
            ValueError: It was called more often than items were added.
        """
        if not self._unfinished:
            raise ValueError("task_done() called too many times")
        self._unfinished -= 1
        if not self._unfinished:
            _wake(self._joiners)

    async def join(self) -> None:
        """Wait until ``task_done()`` was called for every item that was added."""
        await self._wait_while(lambda: self._unfinished > 0, self._joiners)

    async def _wait_while(
        self, blocked: Callable[[], bool], waiters: list[Waiter]
    ) -> None:
        while blocked():
            waiter = asyncio.get_running_loop().create_future()
            waiters.append(waiter)
            try:
                # Another thread may have changed the queue before it could see
                # the waiter.
                if blocked():
                    await waiter
            finally:
                waiters.remove(waiter)

    # As many are woken as can go on, in the order in which they came. Those that were
    # woken already and have not run yet are counted.

    def _wake_getters(self) -> None:
        if self._getters:
            _wake(self._getters[: len(self._queue)])

    def _wake_putters(self) -> None:
        if self._putters:
            _wake(self._putters[: self.maxsize - len(self._queue)])


def _wake(waiters: list[Waiter]) -> None:
    for waiter in waiters:
        if waiter.done():
            continue
        loop = waiter.get_loop()
        if loop is _running_loop():
            waiter.set_result(None)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(_set_done, waiter)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _set_done(waiter: Waiter) -> None:
    if not waiter.done():
        waiter.set_result(None)
