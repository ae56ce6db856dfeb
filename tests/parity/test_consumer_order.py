"""The order and the task in which the handlers of a consumer run."""

from __future__ import annotations

import asyncio
import contextvars
from unittest import mock

import pytest

from ..support.consumers import WEBSOCKET, Client, consumer_class, run, settle
from ..support.layers import (  # noqa: F401 # some are fixtures
    any_layer,
    any_second_source,
    memory_layer,
    use_layer,
)

# The reference reads the state of open database connections, which pytest-django
# forbids in a test without this mark.
pytestmark = pytest.mark.django_db

variable = contextvars.ContextVar("variable", default="unset")


async def test_all_handlers_run_in_the_task_of_the_consumer(channels, two_sources):
    tasks = []

    class Consumer(consumer_class(channels)):
        async def from_client(self, message):
            tasks.append(asyncio.current_task())
            await self.put("from.layer")

        async def from_layer(self, message):
            tasks.append(asyncio.current_task())
            await asyncio.sleep(0)
            tasks.append(asyncio.current_task())
            await self.put("stop")

    client = Client({"type": "from.client"})
    task = asyncio.ensure_future(Consumer()(WEBSOCKET, client, None))
    await task
    assert tasks == [task] * 3


async def test_handlers_share_one_context(channels, layer):
    seen = []

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            seen.append(variable.get())
            variable.set("set by begin")

        async def again(self, message):
            seen.append(variable.get())

    await run(Consumer(), {"type": "begin"}, {"type": "again"}, {"type": "stop"})
    assert seen == ["unset", "set by begin"]


async def test_handlers_for_both_sources_share_one_context(channels, two_sources):
    seen = []

    class Consumer(consumer_class(channels)):
        async def from_client(self, message):
            variable.set("by the client")
            await self.put("from.layer")

        async def from_layer(self, message):
            seen.append(variable.get())
            await self.put("stop")

    await run(Consumer(), {"type": "from.client"})
    assert seen == ["by the client"]


async def test_what_a_consumer_sets_is_seen_by_its_caller(channels, layer):
    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            variable.set("left behind")

    await Consumer()(WEBSOCKET, Client({"type": "begin"}, {"type": "stop"}), None)
    assert variable.get() == "left behind"


async def test_a_read_has_a_current_task(channels, layer):
    tasks = []

    async def receive():
        tasks.append(asyncio.current_task())
        await asyncio.sleep(0)
        tasks.append(asyncio.current_task())
        return {"type": "stop"}

    await consumer_class(channels)()(WEBSOCKET, receive, None)
    assert tasks[0] is tasks[1]
    assert tasks[0] is not None


async def test_the_current_task_is_as_before_after_a_read(channels, layer):
    tasks = []

    class Consumer(consumer_class(channels)):
        async def fail(self, message):
            tasks.append(asyncio.current_task())
            raise LookupError

    for client in (Client({"type": "fail"}), mock.AsyncMock(side_effect=LookupError)):
        with pytest.raises(LookupError):
            await Consumer()(WEBSOCKET, client, None)
        tasks.append(asyncio.current_task())
    assert len(set(tasks)) == 1


async def test_a_handler_ends_before_the_next_begins(channels, two_sources):
    log = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            log.append("begin")
            await self.put("inner")
            await settle()
            log.append("end")

        async def inner(self, message):
            log.append("inner begin")
            await settle()
            log.append("inner end")
            if len(log) == 8:
                await self.put("stop")

    await run(Consumer(), {"type": "work"}, {"type": "work"})
    assert log[:2] == ["begin", "end"]
    assert sorted(zip(log[::2], log[1::2])) == [
        ("begin", "end"),
        ("begin", "end"),
        ("inner begin", "inner end"),
        ("inner begin", "inner end"),
    ]


async def test_sources_take_turns_while_both_have_messages(channels, two_sources):
    log = []

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put(*["from.layer"] * 4)

        async def from_layer(self, message):
            log.append("layer")
            await settle()

        async def from_client(self, message):
            log.append("client")
            await settle()

    await run(
        Consumer(), {"type": "begin"}, *[{"type": "from.client"}] * 4, {"type": "stop"}
    )
    assert log[-8:] in (["client", "layer"] * 4, ["layer", "client"] * 4)
    assert len(log) == 8


async def test_the_client_comes_first_when_both_are_ready(channels, two_sources):
    log = []

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            ready.set()
            await self.put("from.layer")
            await settle()

        async def from_layer(self, message):
            log.append("layer")
            await settle()
            await self.put("stop")

        async def from_client(self, message):
            log.append("client")

    ready = asyncio.Event()
    begun = False

    async def receive():
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "begin"}
        await ready.wait()
        ready.clear()
        return {"type": "from.client"}

    await Consumer()(WEBSOCKET, receive, None)
    # The message of the layer was read while `begin` ran, and the pass goes on.
    assert log == ["layer", "client"]


async def test_a_source_is_read_again_after_its_message_was_handled(channels, layer):
    log = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            log.append("begin")
            await settle()
            log.append("end")

    client = Client({"type": "work"}, {"type": "work"}, {"type": "stop"})
    client.log = log
    await Consumer()(WEBSOCKET, client, None)
    assert log == ["read", "begin", "end", "read", "begin", "end", "read"]


async def test_the_layer_is_read_again_after_its_message_was_handled(
    channels, settings
):
    log = []

    class Layer(channels.layers.InMemoryChannelLayer):
        async def receive(self, channel):
            log.append("read")
            return await super().receive(channel)

    use_layer(channels, settings, Layer())

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put("work", "work", "stop")

        async def work(self, message):
            log.append("begin")
            await settle()
            log.append("end")

    await run(Consumer(), {"type": "begin"})
    assert log == ["read", "begin", "end", "read", "begin", "end", "read"]


async def test_one_message_of_the_layer_is_read_while_a_handler_runs(
    channels, settings
):
    """So a channel of capacity 1 takes two messages during a client's message."""
    settings.CHANNEL_LAYERS = memory_layer(channels, capacity=1)
    log = []

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await settle()
            await self.put("work")
            await settle()
            await self.put("stop")
            with pytest.raises(channels.exceptions.ChannelFull):
                await self.put("too.much")

        async def work(self, message):
            log.append("work")

    await run(Consumer(), {"type": "begin"})
    assert log == ["work"]


async def test_a_read_goes_on_while_a_handler_of_the_layer_runs(channels, two_sources):
    """A wrapper of ``receive()`` may do what a handler waits for."""
    arrived = asyncio.Event()
    pong = asyncio.Event()
    log = []

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put("ask")

        async def ask(self, message):
            arrived.set()
            await asyncio.wait_for(pong.wait(), 30)
            log.append("answered")
            await self.put("stop")

    first = [{"type": "begin"}]

    async def receive():
        if first:
            return first.pop()
        await arrived.wait()
        await asyncio.sleep(0)
        pong.set()
        return await asyncio.Future()

    await Consumer()(WEBSOCKET, receive, None)
    assert log == ["answered"]


async def test_a_task_of_a_handler_has_begun_before_the_next_handler(channels, layer):
    """Even if all messages are there already: the event loop runs in between."""
    log = []

    async def work(number):
        log.append(f"task {number}")
        await asyncio.sleep(10)

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            log.append("handler")
            self.task = asyncio.create_task(work(log.count("handler")))

        async def cancel(self, message):
            log.append("cancel")
            self.task.cancel()

    await run(
        Consumer(),
        {"type": "begin"},
        {"type": "cancel"},
        {"type": "begin"},
        {"type": "cancel"},
        {"type": "stop"},
    )
    assert log == ["handler", "task 1", "cancel", "handler", "task 2", "cancel"]


@pytest.mark.since("4.2", "closing old connections takes turns of the event loop")
async def test_a_task_has_begun_when_the_next_message_is_that_of_the_layer(
    channels, two_sources
):
    log = []

    async def work():
        log.append("task")

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put("look")
            await settle()
            self.task = asyncio.create_task(work())

        async def look(self, message):
            log.append("look")
            await self.put("stop")

    await Consumer()(WEBSOCKET, Client({"type": "begin"}), None)
    assert log == ["task", "look"]
