"""
The layers of the soak: those that users have, and they count what they drop.

A layer may drop a message to a channel that is full, or that was not read before the
message expired. Only what was dropped before it reached a member of a group counts:
what is sent to clients that have left expires as well.
"""

from __future__ import annotations

import functools
import logging
import os
from collections import defaultdict
from typing import Any

from benches import arms

PACKAGE = os.environ["SOAK_PACKAGE"]


class MemoryLayer(arms.part(PACKAGE, "layers").InMemoryChannelLayer):  # type: ignore[misc]  # of either package
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

    class Queue(BoundedQueue):  # type: ignore[misc]  # channels_redis has no types
        def put_nowait(self, item: Any) -> None:
            layer.dropped += self.full()  # the oldest one is dropped then
            super().put_nowait(item)

    class Layer(RedisChannelLayer):  # type: ignore[misc]  # channels_redis has no types
        dropped = 0
        groups: Any = {}  # they are in Redis

        @property
        def channels(self) -> Any:
            return self.receive_buffer

        def queued(self) -> int:
            return sum(queue.qsize() for queue in list(self.channels.values()))

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "over capacity" in record.msg and isinstance(record.args, tuple):
                layer.dropped += int(str(record.args[0]))

    layer = Layer(**options)
    layer.receive_buffer = defaultdict(functools.partial(Queue, layer.capacity))
    logger = logging.getLogger("channels_redis.core")
    logger.setLevel(logging.INFO)
    logger.addHandler(Listener())
    return layer
