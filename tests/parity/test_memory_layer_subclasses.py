"""The in-memory layer: methods and queues that a project puts in their place."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import queue
import time
from copy import deepcopy
from unittest import mock

import pytest

from ..support.consumers import run
from ..support.layers import make


async def test_a_subclass_sees_every_send(channels):
    sent = []

    class Layer(channels.layers.InMemoryChannelLayer):
        async def send(self, channel, message):
            sent.append(channel)
            if channel == "full":
                raise channels.exceptions.ChannelFull(channel)

    layer = Layer()
    for name in ("a", "full", "b"):
        await layer.group_add("g", name)
    await layer.group_send("g", {"type": "x"})
    assert sent == ["a", "full", "b"]


async def test_a_patched_send_is_used(channels):
    layer = make(channels)
    await layer.group_add("g", "a")
    with mock.patch.object(
        channels.layers.InMemoryChannelLayer, "send", mock.AsyncMock()
    ) as send:
        await layer.group_send("g", {"type": "x"})
    send.assert_awaited_once_with("a", {"type": "x"})


@pytest.mark.since("4.0", "all sends are begun before one of them can fail")
async def test_a_send_that_fails_does_not_keep_the_message_from_the_others(channels):
    sent = []

    class Layer(channels.layers.InMemoryChannelLayer):
        async def send(self, channel, message):
            sent.append(channel)
            if channel == "broken":
                raise RuntimeError("the line is down")

    layer = Layer()
    for name in ("a", "broken", "b"):
        await layer.group_add("g", name)
    with pytest.raises(RuntimeError, match="the line is down"):
        await layer.group_send("g", {"type": "x"})
    assert sent == ["a", "broken", "b"]


def auditing(channels):
    """Return a layer that puts messages into queues of its own, as many copied it."""

    class Layer(channels.layers.InMemoryChannelLayer):
        async def send(self, channel, message):
            channel_queue = self.channels.setdefault(channel, asyncio.Queue())
            if channel_queue.qsize() >= self.capacity:
                raise channels.exceptions.ChannelFull(channel)
            await channel_queue.put((time.time() + self.expiry, deepcopy(message)))

    return Layer(capacity=2)


async def test_a_send_of_a_subclass_may_put_into_a_queue_of_its_own(channels):
    layer = auditing(channels)
    await layer.send("a", {"type": "first"})
    await layer.send("a", {"type": "second"})
    with pytest.raises(channels.exceptions.ChannelFull):
        await layer.send("a", {"type": "third"})
    assert await layer.receive("a") == {"type": "first"}
    assert await layer.receive("a") == {"type": "second"}
    assert layer.channels == {}


async def test_a_send_of_a_subclass_may_put_into_the_queue_of_a_receiver(channels):
    layer = auditing(channels)
    await layer.group_add("g", "a")
    waiting = asyncio.ensure_future(layer.receive("a"))
    await asyncio.sleep(0)
    await layer.group_send("g", {"type": "x"})
    assert await asyncio.wait_for(waiting, 30) == {"type": "x"}
    assert layer.channels == {}


async def received(layer):
    """Return what *layer* receives after the receiver began to wait."""
    waiting = asyncio.ensure_future(layer.receive("a"))
    await asyncio.sleep(0)
    await layer.send("a", {"type": "x"})
    return await asyncio.wait_for(waiting, 30)


async def test_a_receive_of_a_subclass_may_read_from_a_queue_of_its_own(channels):
    class Layer(channels.layers.InMemoryChannelLayer):
        async def receive(self, channel):
            own = self.channels.setdefault(channel, asyncio.Queue())
            return (await own.get())[1]

    assert await received(Layer()) == {"type": "x"}


@pytest.mark.since("4.2", "send() does not await the queue")
async def test_a_queue_of_a_project_may_be_of_any_kind(channels):
    class Layer(channels.layers.InMemoryChannelLayer):
        async def receive(self, channel):
            self._clean_expired()
            own = self.channels.setdefault(channel, queue.Queue())
            return (await asyncio.to_thread(own.get))[1]

    assert await received(Layer()) == {"type": "x"}


# Upstream's consumers look after connections of the database.
@pytest.mark.django_db(transaction=True)
async def test_a_consumer_reads_with_the_receive_of_a_subclass(channels, settings):
    received = []

    class Layer(channels.layers.InMemoryChannelLayer):
        async def receive(self, channel):
            message = await super().receive(channel)
            received.append(message)
            return message

    class Consumer(channels.consumer.AsyncConsumer):
        async def start(self, event):
            await self.channel_layer.send(self.channel_name, {"type": "stop"})

        async def stop(self, event):
            raise channels.exceptions.StopConsumer

    # The setting takes the layer away after the test.
    settings.CHANNEL_LAYERS = {}
    channels.layers.channel_layers.set("default", Layer())
    await run(Consumer.as_asgi(), {"type": "start"})
    assert received == [{"type": "stop"}]


async def test_a_subclass_need_not_call_the_constructor(channels):
    class Layer(channels.layers.InMemoryChannelLayer):
        def __init__(self):
            self.expiry = self.group_expiry = 60
            self.capacity = 2
            self.channel_capacity = {}
            self.channels = {}
            self.groups = {}

    layer = Layer()
    await layer.group_add("g", "a")
    await layer.group_send("g", {"type": "x"})
    assert await layer.receive("a") == {"type": "x"}


@pytest.mark.parametrize(
    "copied", [deepcopy, lambda one: pickle.loads(pickle.dumps(one))]
)
async def test_a_layer_can_be_copied(channels, copied):
    layer = make(channels, capacity=2)
    await layer.group_add("g", "a")
    copy = copied(layer)
    await layer.group_discard("g", "a")
    await copy.group_send("g", {"type": "x"})
    assert await copy.receive("a") == {"type": "x"}
    assert (copy.capacity, layer.channels) == (2, {})


async def test_a_subclass_may_have_a_lock_of_its_own(channels):
    class Layer(channels.layers.InMemoryChannelLayer):
        _lock = asyncio.Lock()

        async def send(self, channel, message):
            async with self._lock:
                await super().send(channel, message)

    layer = Layer()
    await layer.group_add("g", "a")
    await layer.send("a", {"type": "x"})
    assert await layer.receive("a") == {"type": "x"}


async def test_a_queue_of_the_project_may_put_into_another_layer(channels):
    other = make(channels)

    class Forwarding(asyncio.Queue):
        def put_nowait(self, item):
            super().put_nowait(item)
            self.sending = other.send("b", {"type": "y"})
            with contextlib.suppress(StopIteration):
                self.sending.send(None)

    layer = make(channels)
    layer.channels["a"] = Forwarding()
    await layer.send("a", {"type": "x"})
    assert await other.receive("b") == {"type": "y"}
