"""Consumers are fair to others, need few tasks, and leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
import threading
import weakref
from unittest import mock

import pytest

from channels_fast import layers
from channels_fast.consumer import AsyncConsumer
from channels_fast.exceptions import ChannelFull, StopConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.utils import await_many_dispatch

from ..support.consumers import CONNECT, DISCONNECT, run, text

MEMORY = {"default": {"BACKEND": "channels_fast.layers.InMemoryChannelLayer"}}
WEBSOCKET = {"type": "websocket"}


class ForeignLayer(layers.InMemoryChannelLayer):
    """A layer that is read with a task of its own."""

    async def receive(self, channel):
        return await super().receive(channel)


def use_foreign_layer(settings):
    settings.CHANNEL_LAYERS = MEMORY
    layers.channel_layers.set("default", ForeignLayer())


@pytest.fixture(params=["no layer", "memory layer", "foreign layer"])
def layer(request, settings):
    if request.param == "memory layer":
        settings.CHANNEL_LAYERS = MEMORY
    elif request.param == "foreign layer":
        use_foreign_layer(settings)
    return request.param


@pytest.fixture(params=["memory layer", "foreign layer"])
def two_sources(request, settings):
    settings.CHANNEL_LAYERS = MEMORY
    if request.param == "foreign layer":
        use_foreign_layer(settings)
    return layers.get_channel_layer()


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


async def settle(turns=10):
    for _ in range(turns):
        await asyncio.sleep(0)


def longest_wait(log, name):
    """Return how long the longest run without *name* is."""
    runs = "".join("." if entry != name else " " for entry in log).split()
    return max(map(len, runs), default=0)


# --- Fairness ---------------------------------------------------------------


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


# --- Tasks ------------------------------------------------------------------


async def test_messages_make_no_tasks(layer):
    queue = asyncio.Queue()
    consumer = Counting()
    consumer.limit = 50
    task = asyncio.ensure_future(consumer(WEBSOCKET, queue.get, None))
    await settle()
    loop = asyncio.get_running_loop()
    with (
        mock.patch("asyncio.wait", side_effect=AssertionError),
        mock.patch.object(loop, "create_task", side_effect=AssertionError),
    ):
        for _ in range(50):
            queue.put_nowait({"type": "client"})
            await settle(3)
    await task
    assert len(consumer.log) == 50


async def test_a_waiting_connection_has_a_task_for_each_of_several_sources(layer):
    task = asyncio.ensure_future(AsyncConsumer()(WEBSOCKET, asyncio.Queue().get, None))
    await settle()
    others = asyncio.all_tasks() - {asyncio.current_task(), task}
    assert len(others) == (0 if layer == "no layer" else 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 has eager tasks")
async def test_consumers_run_with_eager_tasks(layer):
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    try:
        queue = asyncio.Queue()
        consumer = Counting()
        consumer.limit = 3
        task = asyncio.ensure_future(consumer(WEBSOCKET, queue.get, None))
        for _ in range(3):
            queue.put_nowait({"type": "client"})
            await settle()
        await asyncio.gather(task, return_exceptions=True)
    finally:
        loop.set_task_factory(None)
    assert consumer.log == ["client"] * 3
    assert asyncio.all_tasks() == {asyncio.current_task()}


class Drive:
    """
    Runs a coroutine without a task of asyncio, as some servers do.

    It waits for futures by their callbacks, as a task would.
    """

    def __init__(self, coroutine):
        self.coroutine = coroutine
        self.done = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(self.step)

    def step(self, future=None):
        try:
            pending = self.coroutine.send(None)
        except StopIteration:
            self.done.set_result(None)
        except BaseException as error:
            self.done.set_exception(error)
        else:
            if pending is None:
                asyncio.get_running_loop().call_soon(self.step)
            else:
                pending._asyncio_future_blocking = False
                pending.add_done_callback(self.step)


async def test_consumers_run_without_a_task_of_asyncio(layer):
    seen = []

    class Consumer(Counting):
        limit = 4

        async def client(self, message):
            seen.append(asyncio.current_task())
            if self.channel_layer is not None:
                await self.channel_layer.send(self.channel_name, {"type": "layer"})
            await super().client(message)

    queue = asyncio.Queue()
    consumer = Consumer()
    driven = Drive(consumer(WEBSOCKET, queue.get, None))
    for _ in range(4):
        await settle()
        if not driven.done.done():
            queue.put_nowait({"type": "client"})
    await asyncio.wait_for(driven.done, 5)
    assert set(seen) == {None}
    assert consumer.log == (
        ["client"] * 4 if layer == "no layer" else ["client", "layer"] * 2
    )


async def test_no_sources_are_an_error():
    with pytest.raises(ValueError, match="no sources"):
        await await_many_dispatch([], mock.AsyncMock())


async def test_all_reads_are_stopped_even_if_one_fails():
    """In the reference the reads behind it go on for ever."""
    ended = []

    async def fails():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise LookupError("mine") from None

    async def waits():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    task = asyncio.ensure_future(await_many_dispatch([fails, waits], mock.AsyncMock()))
    await settle()
    task.cancel()
    with pytest.raises(LookupError, match="mine"):
        await task
    assert ended == [True]
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("end", ["stop", "cancel"])
async def test_a_source_that_loses_its_cancellation_is_cancelled_again(
    two_sources, times, end, monkeypatch
):
    """In the reference the consumer waits for the source, maybe for ever."""
    monkeypatch.setattr("channels_fast.utils.CANCEL_AGAIN_AFTER", 0.001)
    lost = []

    async def receive():
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if len(lost) == times:
                    raise
                lost.append(True)

    consumer = Counting()
    consumer.limit = 1
    task = asyncio.ensure_future(consumer(WEBSOCKET, receive, None))
    await settle()
    if end == "cancel":
        task.cancel()
    else:
        await two_sources.send(consumer.channel_name, {"type": "layer"})
    await asyncio.gather(task, return_exceptions=True)
    assert len(lost) == times
    assert task.cancelled() == (end == "cancel")
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_source_that_cleans_up_has_time_for_it(two_sources):
    """It is not cancelled again at once."""
    log = []

    async def receive():
        try:
            await asyncio.Event().wait()
        finally:
            await settle(20)
            log.append("cleaned up")

    task = asyncio.ensure_future(Counting()(WEBSOCKET, receive, None))
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["cleaned up"]


# --- Leftovers --------------------------------------------------------------


@pytest.fixture
def without_collector():
    """Only what is not part of a loop of references is freed."""
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
    settings.CHANNEL_LAYERS = MEMORY

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
