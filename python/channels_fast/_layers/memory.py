"""The channel layer inside one process."""

from __future__ import annotations

import asyncio
import random
import string
import threading
import time
from copy import deepcopy
from typing import Any, Optional, Union

from ..exceptions import ChannelFull
from . import BaseChannelLayer, CapacityMap
from .queue import ChannelQueue

#: Subclasses and projects put queues of their own into ``channels``.
AnyQueue = Union[ChannelQueue, asyncio.Queue[Any]]


class InMemoryChannelLayer(BaseChannelLayer):
    """
    A channel layer inside one process, for development and tests.

    Other threads of the process may send as well. All methods raise a TypeError
    for a name that is not valid, and those that send raise an AssertionError for a
    message that is not a dict or has a reserved key.

    Args:
        expiry: Seconds after which an unread message is dropped. Its channel
            leaves all groups then.
        group_expiry: Seconds after which a membership ends.
        capacity: Messages that a channel holds before it is full.
        channel_capacity: Other capacities, by channel name, glob or regex.
    """

    extensions = ["groups", "flush"]

    # When expired messages and memberships were last dropped, and when to do it again.
    _cleaned_at = 0.0
    _clean_at = 0.0
    # Held while `channels` or `groups` change, and while a message is put into a
    # queue, so that no other thread drops the queue in between. This one is for copies,
    # and for a subclass that does not call `__init__`; the others have one each. Two
    # underscores: a project may have a `_lock` of its own.
    __lock = threading.Lock()

    def __init__(
        self,
        expiry: float = 60,
        group_expiry: float = 86400,
        capacity: int = 100,
        channel_capacity: Optional[CapacityMap] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            expiry=expiry,
            capacity=capacity,
            channel_capacity=channel_capacity,
            **kwargs,
        )
        self.group_expiry = group_expiry
        self.channels: dict[str, AnyQueue] = {}
        #: Group -> member -> when it joined. A false value is a membership that
        #: does not expire.
        self.groups: dict[str, dict[str, float]] = {}
        self.__lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        """Return what is copied and pickled: all but the lock, which cannot be."""
        state = dict(vars(self))
        state.pop("_InMemoryChannelLayer__lock", None)
        return state

    async def new_channel(self, prefix: str = "specific.") -> str:
        """Return a new channel name for a consumer in this process."""
        letters = "".join(random.choices(string.ascii_letters, k=12))  # noqa: S311 # not a secret
        return f"{prefix}.inmemory!{letters}"

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        """
        Send a copy of *message* to one channel.

        Raises:
            ChannelFull: The channel holds as many messages as it may.
        """
        assert isinstance(message, dict), "message is not a dict"
        self.require_valid_channel_name(channel)
        assert "__asgi_channel__" not in message
        expires = time.time() + self.expiry
        item = (expires, _copy(message))
        try:
            with self.__lock:
                self._queue(channel).put_nowait(item)
                self._clean_at = min(self._clean_at, expires)
        except asyncio.QueueFull:
            raise ChannelFull(channel) from None

    async def receive(self, channel: str) -> dict[str, Any]:
        """
        Return the next message of a channel; wait if there is none.

        If several wait on one channel, each message goes to one of them.
        """
        self.require_valid_channel_name(channel)
        self._clean_expired()
        with self.__lock:
            queue = self._queue(channel)
        try:
            _, message = await queue.get()
        finally:
            with self.__lock:
                self._drop_if_unused(channel, queue)
        return message  # type: ignore[no-any-return] # a queue of pairs

    def _queue(self, channel: str) -> AnyQueue:
        queue = self.channels.get(channel)
        if queue is None:
            queue = self.channels[channel] = ChannelQueue(self.get_capacity(channel))
        return queue

    def _drop_if_unused(self, channel: str, queue: AnyQueue) -> None:
        unused = queue.unused if isinstance(queue, ChannelQueue) else queue.empty
        # After a flush the channel may have another queue with messages in it.
        if unused() and self.channels.get(channel) is queue:
            del self.channels[channel]

    # Expiry

    def _clean_expired(self) -> None:
        """Drop what expired. A channel with an expired message leaves all groups."""
        now = time.time()
        # A walk over all channels for every message would make a broadcast quadratic.
        # The first comparison is for a clock that was set back.
        if self._cleaned_at <= now < self._clean_at:
            return
        with self.__lock:
            # Once in each second, since memberships expire by whole seconds, and a
            # queue of the project may hold messages that send() knows nothing about.
            self._cleaned_at, self._clean_at = now, int(now) + 1.0
            self._expire_messages(now)
            self._expire_memberships(int(now) - self.group_expiry)

    def _expire_messages(self, now: float) -> None:
        for channel, queue in list(self.channels.items()):
            if queue.empty():
                continue
            if isinstance(queue, ChannelQueue):
                expired = queue.expire(now)
                self._clean_at = min(self._clean_at, queue.next_expiry())
            else:
                expired = _expire(queue, now)
            if expired:
                self._remove_from_groups(channel)
                self._drop_if_unused(channel, queue)

    def _expire_memberships(self, joined_before: float) -> None:
        for group, members in list(self.groups.items()):
            for channel, joined in list(members.items()):
                if joined and joined < joined_before:
                    self._leave(group, channel)

    def _remove_from_groups(self, channel: str) -> None:
        """End all memberships of a channel."""
        for group in list(self.groups):
            self._leave(group, channel)

    def _leave(self, group: str, channel: str) -> None:
        """End a membership, if there is one, and the group with its last one."""
        members = self.groups.get(group, {})
        members.pop(channel, None)
        if not members:
            self.groups.pop(group, None)

    # Extensions

    async def flush(self) -> None:
        """Drop all messages and groups."""
        with self.__lock:
            self.channels = {}
            self.groups = {}

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""

    async def group_add(self, group: str, channel: str) -> None:
        """Make a channel a member of a group, or renew its membership."""
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        with self.__lock:
            self.groups.setdefault(group, {})[channel] = time.time()

    async def group_discard(self, group: str, channel: str) -> None:
        """End the membership of a channel, if there is one."""
        self.require_valid_channel_name(channel)
        self.require_valid_group_name(group)
        with self.__lock:
            self._leave(group, channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send a copy of *message* to every member; members that are full miss it."""
        assert isinstance(message, dict), "Message is not a dict"
        self.require_valid_group_name(group)
        self._clean_expired()
        failed = None
        for channel in list(self.groups.get(group, ())):
            try:
                await self.send(channel, message)
            except ChannelFull:
                continue
            except Exception as error:  # of a subclass; the others get the message
                failed = failed or error
        # A sender in a loop has to let the members read.
        await asyncio.sleep(0)
        if failed is not None:
            raise failed


def _expire(queue: asyncio.Queue[Any], now: float) -> bool:
    """Drop the expired items of a queue that was put into ``channels``."""
    # Any other kind of queue is its owner's business.
    if not isinstance(queue, asyncio.Queue):
        return False
    items = [queue.get_nowait() for _ in range(queue.qsize())]
    fresh = [item for item in items if item[0] >= now]
    for item in fresh:
        queue.put_nowait(item)
    return len(fresh) < len(items)


# Values of these types are their own copies.
_IMMUTABLE = frozenset({str, int, float, bool, bytes, type(None)})


def _copy(message: dict[str, Any]) -> dict[str, Any]:
    """Return a deep copy of *message*."""
    # PERF: most messages are flat, and `deepcopy` costs more than all the rest.
    if (
        type(message) is dict
        and _IMMUTABLE.issuperset(map(type, message.values()))
        and _IMMUTABLE.issuperset(map(type, message))
    ):
        return message.copy()
    return deepcopy(message)


# This is where it is imported from. What is pickled or shown has to say so.
InMemoryChannelLayer.__module__ = "channels_fast.layers"
