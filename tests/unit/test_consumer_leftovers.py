"""Connections leave nothing behind, and idle ones hold nothing."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

import pytest

from channels_fast import layers
from channels_fast.consumer import AsyncConsumer
from channels_fast.exceptions import StopConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer

from ..conftest import OURS
from ..support.consumers import CONNECT, DISCONNECT, WEBSOCKET, run, settle, text
from ..support.counting import Counting
from ..support.layers import any_layer, memory_layer, ours  # noqa: F401 # fixtures


@pytest.fixture
def without_collector():
    """Switch the collector off, so that loops of references are not freed."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("end", ["stop", "fail", "cancel", "lost"])
async def test_a_connection_leaves_no_loops_of_references(
    layer, end, without_collector
):
    class Consumer(AsyncConsumer):
        async def stop(self, message):
            raise StopConsumer

        async def fail(self, message):
            raise LookupError

    queue = asyncio.Queue()

    async def receive():
        message = await queue.get()
        if message["type"] == "lost":
            raise LookupError
        return message

    consumer = Consumer()
    alive = weakref.ref(consumer)
    task = asyncio.ensure_future(consumer(WEBSOCKET, receive, None))
    del consumer
    await settle()
    if end == "cancel":
        task.cancel()
    else:
        queue.put_nowait({"type": end})
    await asyncio.gather(task, return_exceptions=True)
    del task
    # The loop itself holds the last callback that it has run.
    await settle()
    assert alive() is None


async def test_an_idle_connection_holds_no_message(layer):
    class Message(dict):
        pass

    consumer = Counting()
    messages = [Message(type="client")]
    alive = weakref.ref(messages[0])
    waits = asyncio.Event()

    async def receive():
        if messages:
            return messages.pop()
        await waits.wait()
        return {"type": "client"}

    consumer.limit = 2
    task = asyncio.ensure_future(consumer(WEBSOCKET, receive, None))
    await settle()
    assert consumer.log == ["client"]
    assert alive() is None
    waits.set()
    await task


async def test_ten_thousand_connections_leave_nothing_behind(settings):
    settings.CHANNEL_LAYERS = memory_layer(OURS)

    class Echo(AsyncWebsocketConsumer):
        groups = ["room"]

        async def receive(self, text_data=None, bytes_data=None):
            await self.channel_layer.group_send(
                "room", {"type": "chat.message", "text": text_data}
            )

        async def chat_message(self, event):
            await self.send(text_data=event["text"])

    app = Echo.as_asgi()
    await run(app, CONNECT, text("hello"), DISCONNECT)
    threads = set(threading.enumerate())
    gc.collect()
    objects = len(gc.get_objects())
    for _ in range(10_000):
        sent = await run(app, CONNECT, text("hello"), DISCONNECT)
        assert sent[0]["type"] == "websocket.accept"
    layer = layers.get_channel_layer()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert set(threading.enumerate()) == threads
    assert (layer.groups, layer.channels) == ({}, {})
    gc.collect()
    assert len(gc.get_objects()) < objects + 1000
