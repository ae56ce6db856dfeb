"""
The layers of the soak: those that users have, and they count what they drop.

A layer may drop a message to a channel that is full, or that was not read before the
message expired. Only what was dropped before it reached a member of a group counts:
what is sent to clients that have left expires as well. channels_redis also loses what
Redis hands over in the moment in which the consumer that asked for it ends, be it for
all others of its process: https://github.com/django/channels_redis/issues/366
"""

from __future__ import annotations

import functools
import os
from collections import defaultdict
from typing import Any

from benches import arms

PACKAGE = os.environ["SOAK_PACKAGE"]


class MemoryLayer(arms.part(PACKAGE, "layers").InMemoryChannelLayer):  # type: ignore[misc] # of either package
    dropped = 0

    async def send(self, channel: str, message: Any) -> None:
        try:
            await super().send(channel, message)
        except arms.part(PACKAGE, "exceptions").ChannelFull:
            self.dropped += 1
            raise

    def _remove_from_groups(self, channel: str) -> None:
        # Both packages call it when a message of the channel has expired.
        self.dropped += any(channel in members for members in self.groups.values())
        super()._remove_from_groups(channel)

    def queued(self) -> int:
        """Return how many messages wait to be read."""
        return sum(queue.qsize() for queue in list(self.channels.values()))


def redis_layer(**options: Any) -> Any:
    """Return a layer of channels_redis that counts what it drops."""
    from channels_redis.core import BoundedQueue, RedisChannelLayer

    class Queue(BoundedQueue):  # type: ignore[misc] # channels_redis has no types
        def put_nowait(self, item: Any) -> None:
            layer.overflowed += self.full()  # the oldest one is dropped then
            super().put_nowait(item)

    class Layer(RedisChannelLayer):  # type: ignore[misc] # channels_redis has no types
        groups: Any = {}  # they are in Redis

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.receive_buffer = defaultdict(functools.partial(Queue, self.capacity))
            self.overflowed = 0
            self.under_way: set[str] = set()

        async def group_send(self, group: str, message: Any) -> None:
            if "text" in message:
                self.under_way.add(message["text"])
            await super().group_send(group, message)

        async def receive_single(self, channel: str) -> Any:
            name, message = await super().receive_single(channel)
            self.under_way.discard(message["text"])
            return name, message

        @property
        def dropped(self) -> int:
            """What a queue had no room for, and what Redis has not handed over."""
            return self.overflowed + len(self.under_way)

        @property
        def channels(self) -> Any:
            return self.receive_buffer

        def queued(self) -> int:
            return sum(queue.qsize() for queue in list(self.channels.values()))

    layer = Layer(**options)
    return layer
