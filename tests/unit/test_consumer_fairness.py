"""Consumers under a flood of messages hold up neither the loop nor each other."""

from __future__ import annotations

import asyncio
import contextlib

from channels_fast.exceptions import ChannelFull

from ..support.consumers import WEBSOCKET
from ..support.counting import Counting, flood, longest_wait
from ..support.layers import any_layer, any_second_source, ours  # noqa: F401 # fixtures


async def test_a_flood_of_messages_does_not_hold_the_loop(layer):
    consumer = Counting()

    async def other():
        while True:
            consumer.log.append("other")
            await asyncio.sleep(0)

    task = asyncio.ensure_future(other())
    await consumer(WEBSOCKET, flood, None)
    task.cancel()
    assert longest_wait(consumer.log, "other") <= 2


async def test_connections_under_a_flood_take_turns(layer):
    log = []

    class Named(Counting):
        def __init__(self, name):
            super().__init__()
            self.name = name

        def note(self, name):
            log.append(self.name)
            super().note(name)

    await asyncio.gather(*(Named(name)(WEBSOCKET, flood, None) for name in "ab"))
    both = log[: log.index("b") + Counting.limit // 2]
    for name in "ab":
        assert longest_wait(both, name) <= 2


async def test_a_flood_of_the_client_does_not_starve_the_layer(two_sources):
    consumer = Counting()

    async def sender():
        await asyncio.sleep(0)
        while True:
            with contextlib.suppress(ChannelFull):
                await two_sources.send(consumer.channel_name, {"type": "layer"})
            await asyncio.sleep(0)

    task = asyncio.ensure_future(sender())
    await consumer(WEBSOCKET, flood, None)
    task.cancel()
    assert longest_wait(consumer.log[10:-10], "layer") <= 4
    assert consumer.log.count("layer") > Counting.limit / 5


async def test_a_flood_of_the_layer_does_not_starve_the_client(two_sources):
    """Each message sends the next one, so the layer always has one."""

    class Echo(Counting):
        async def client(self, message):
            await self.layer(message)
            self.log[-1] = "client"

        async def layer(self, message):
            self.note("layer")
            with contextlib.suppress(ChannelFull):
                await self.channel_layer.send(self.channel_name, {"type": "layer"})

    queue = asyncio.Queue()
    queue.put_nowait({"type": "client"})
    consumer = Echo()

    async def client():
        while True:
            queue.put_nowait({"type": "client"})
            await asyncio.sleep(0)

    task = asyncio.ensure_future(client())
    await consumer(WEBSOCKET, queue.get, None)
    task.cancel()
    assert consumer.log.count("layer") > Counting.limit / 3
    assert longest_wait(consumer.log, "client") <= 4
