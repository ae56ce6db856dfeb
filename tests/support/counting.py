"""A consumer that counts its messages, and a client that never stops."""

from __future__ import annotations

from channels_fast.consumer import AsyncConsumer
from channels_fast.exceptions import StopConsumer


class Counting(AsyncConsumer):
    """Counts messages, and stops after ``limit`` of them."""

    limit = 1000

    def __init__(self):
        self.log = []

    async def client(self, message):
        self.note("client")

    async def layer(self, message):
        self.note("layer")

    def note(self, name):
        self.log.append(name)
        if len(self.log) >= self.limit:
            raise StopConsumer


async def flood():
    """A client that always has a message."""
    return {"type": "client"}


def longest_wait(log, name):
    """Return how long the longest run without *name* is."""
    runs = "".join("." if entry != name else " " for entry in log).split()
    return max(map(len, runs), default=0)
