"""Ways to run a consumer as a server does, and what tests of consumers feed it."""

from __future__ import annotations

import asyncio
import time

from .patience import WAIT_SECONDS

CONNECT = {"type": "websocket.connect"}
DISCONNECT = {"type": "websocket.disconnect", "code": 1000}
WEBSOCKET = {"type": "websocket"}


def text(content):
    """Return the event of a text frame."""
    return {"type": "websocket.receive", "text": content}


async def run(application, *events, scope=None):
    """
    Feed *events* to *application* until it ends, and return what it sent.

    An application that waits for more than there is runs into a timeout.
    """
    queue = asyncio.Queue()
    for event in events:
        queue.put_nowait(event)
    sent = []

    async def send(event):
        sent.append(event)

    call = application(scope or {"type": "websocket"}, queue.get, send)
    await asyncio.wait_for(call, WAIT_SECONDS)
    return sent


def consumer_class(channels):
    """Return a consumer class whose ``stop`` handler ends it."""

    class Consumer(channels.consumer.AsyncConsumer):
        async def stop(self, message):
            raise channels.exceptions.StopConsumer

        async def put(self, *types):
            """Send messages to this consumer by its layer."""
            for name in types:
                await self.channel_layer.send(self.channel_name, {"type": name})

    return Consumer


class FailedError(Exception):
    """What a source or a handler raises in a test."""


class Client:
    """A ``receive()`` that notes what happens to it."""

    def __init__(self, *events):
        self.events = list(events)
        self.log = []
        self.waiting = asyncio.Event()

    async def __call__(self):
        self.log.append("read")
        if self.events:
            return self.events.pop(0)
        self.waiting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            self.log.append("cancelled")
            raise


async def settle(turns=10):
    """Let everything that can go on do so."""
    for _ in range(turns):
        await asyncio.sleep(0)


async def until(condition):
    """Wait for *condition*, also where the clock of the loop stands still."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it does not happen"
        await asyncio.sleep(0)
