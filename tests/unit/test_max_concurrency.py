"""Handlers of one connection that run at the same time."""

from __future__ import annotations

import asyncio
import sys

import pytest

from channels_fast.consumer import AsyncConsumer
from channels_fast.exceptions import StopConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.limits import Limits

from ..support.consumers import CONNECT, FailedError, settle
from ..support.layers import any_layer, ours  # noqa: F401 # fixtures
from ..support.limits import GONE, Connection, Steps, open_connection


def chat(steps, number, **attributes):
    class Chat(AsyncWebsocketConsumer):
        max_concurrency = number

        async def receive(self, text_data):
            await steps.wait(text_data)
            if "fail" in text_data:
                raise FailedError(text_data)
            if "stop" in text_data:
                raise StopConsumer

        async def from_layer(self, message):
            await steps.wait(message["name"])

        async def disconnect(self, code):
            steps.log.append(f"disconnect {code}")

    for name, value in attributes.items():
        setattr(Chat, name, value)
    return Chat


async def test_handlers_begin_in_order_and_as_many_as_may_run(layer):
    steps = Steps()
    connection = open_connection(chat(steps, 2).as_asgi(), "a", "b", "c")
    await steps.until("b begins")
    await settle()
    assert steps.log == ["a begins", "b begins"]
    steps.let("b")
    await steps.until("c begins")
    steps.let("a", "c")
    await steps.until("c ends")
    connection.put(GONE)
    await connection.ended()
    assert steps.log == [
        *("a begins", "b begins", "b ends", "c begins", "a ends", "c ends"),
        "disconnect 1006",
    ]


async def test_no_message_is_read_while_as_many_handlers_run(layer):
    """The message of the connection is the first that is read."""
    steps = Steps()
    connection = open_connection(chat(steps, 2).as_asgi(), *"abcdef")
    await steps.until("b begins")
    await settle()
    assert connection.reads == 3
    steps.let(*"abcdef")
    connection.put(GONE)
    await connection.ended()
    assert connection.reads == 8


async def test_one_handler_at_a_time_is_read_for_as_without_a_limit(layer):
    steps = Steps()
    made = chat(steps, 1, limits=Limits(handler_timeout=1000)).as_asgi()
    connection = open_connection(made, "a", "b")
    await steps.until("a begins")
    await settle()
    assert connection.reads == 2
    steps.let("a", "b")
    connection.put(GONE)
    await connection.ended()
    assert steps.log[:4] == ["a begins", "a ends", "b begins", "b ends"]


async def test_nothing_is_handled_beside_connect(layer):
    steps = Steps()

    async def connect(self):
        await steps.wait("connect")
        await self.accept()

    connection = open_connection(chat(steps, 5, connect=connect).as_asgi(), "a")
    await steps.until("connect begins")
    await settle()
    assert steps.log == ["connect begins"]
    steps.let("connect", "a")
    connection.put(GONE)
    await connection.ended()
    assert steps.log[:3] == ["connect begins", "connect ends", "a begins"]


async def test_a_message_of_the_layer_runs_beside_one_of_the_client(settings):
    backend = "channels_fast.layers.InMemoryChannelLayer"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend}}
    steps = Steps()

    async def connect(self):
        await self.accept()
        message = {"type": "from.layer", "name": "layer"}
        await self.channel_layer.send(self.channel_name, message)

    connection = open_connection(chat(steps, 2, connect=connect).as_asgi(), "a")
    await steps.until("a begins")
    await steps.until("layer begins")
    steps.let("a", "layer")
    connection.put(GONE)
    await connection.ended()


async def test_the_disconnect_event_waits_for_all_handlers(layer):
    steps = Steps()
    connection = open_connection(chat(steps, 3).as_asgi(), "a", "b")
    connection.put(GONE)
    await steps.until("b begins")
    await settle()
    assert connection.reads == 4
    steps.let("a")
    await steps.until("a ends")
    await settle()
    assert "disconnect 1006" not in steps.log
    steps.let("b")
    await connection.ended()
    assert steps.log[-2:] == ["b ends", "disconnect 1006"]


async def test_an_error_of_a_handler_ends_the_consumer_and_cancels_the_others(layer):
    steps = Steps()
    connection = open_connection(chat(steps, 3).as_asgi(), "a", "fail", "b")
    await steps.until("b begins")
    steps.let("fail")
    with pytest.raises(FailedError):
        await connection.ended()
    assert sorted(steps.log[4:]) == ["a is cancelled", "b is cancelled"]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_error_counts_while_a_further_message_is_waited_for(layer):
    steps = Steps()
    connection = open_connection(chat(steps, 3).as_asgi(), "fail")
    await steps.until("fail begins")
    await settle()
    steps.let("fail")
    with pytest.raises(FailedError):
        await connection.ended()


async def test_stopping_in_a_handler_cancels_the_others(layer):
    steps = Steps()
    connection = open_connection(chat(steps, 3).as_asgi(), "a", "stop")
    await steps.until("stop begins")
    steps.let("stop")
    await connection.ended()
    assert steps.log[-1] == "a is cancelled"


async def test_a_second_error_is_logged(layer, caplog):
    steps = Steps()

    class Chat(chat(steps, 2)):
        async def receive(self, text_data):
            try:
                await super().receive(text_data)
            except asyncio.CancelledError:
                raise FailedError("while cancelled") from None

    connection = open_connection(Chat.as_asgi(), "a", "fail")
    await steps.until("fail begins")
    steps.let("fail")
    with pytest.raises(FailedError, match="fail"):
        await connection.ended()
    record, last = caplog.records
    assert record.message.endswith("Chat: another handler failed too.")
    assert "raised FailedError('fail')" in last.message
    assert str(record.exc_info[1]) == "while cancelled"


async def test_cancelling_the_consumer_cancels_its_handlers(layer):
    steps = Steps()
    connection = open_connection(chat(steps, 3).as_asgi(), "a", "b")
    await steps.until("b begins")
    connection.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connection.ended()
    assert sorted(steps.log[2:]) == ["a is cancelled", "b is cancelled"]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_error_of_a_handler_that_is_cancelled_comes_out(layer):
    steps = Steps()

    class Chat(chat(steps, 2)):
        async def receive(self, text_data):
            try:
                await super().receive(text_data)
            finally:
                raise FailedError("while cancelled")

    connection = open_connection(Chat.as_asgi(), "a")
    await steps.until("a begins")
    connection.task.cancel()
    with pytest.raises(FailedError, match="while cancelled"):
        await connection.ended()


async def test_a_handler_that_cancels_itself_cancels_the_consumer(layer):
    class Chat(AsyncWebsocketConsumer):
        max_concurrency = 2

        async def receive(self, text_data):
            asyncio.current_task().cancel()
            await asyncio.sleep(0)

    connection = open_connection(Chat.as_asgi(), "a")
    with pytest.raises(asyncio.CancelledError):
        await connection.ended()


async def test_an_error_of_the_server_ends_the_consumer(layer):
    steps = Steps()
    connection = open_connection(chat(steps, 3).as_asgi(), "a")
    connection.put(FailedError("by the server"))
    await steps.until("a begins")
    with pytest.raises(FailedError, match="by the server"):
        await connection.ended()
    assert steps.log[-1] == "a is cancelled"


async def test_an_overridden_dispatch_is_called_for_each_message(layer):
    steps = Steps()

    class Chat(chat(steps, 3)):
        async def dispatch(self, message):
            steps.log.append(message["type"])
            await super().dispatch(message)

    steps.let("a")
    connection = open_connection(Chat.as_asgi(), "a")
    connection.put(GONE)
    await connection.ended()
    assert [entry for entry in steps.log if entry.startswith("websocket.")] == [
        *("websocket.connect", "websocket.receive", "websocket.disconnect")
    ]


async def test_a_worker_handles_messages_at_the_same_time():
    steps = Steps()

    class Work(AsyncConsumer):
        max_concurrency = 2

        async def work(self, message):
            await steps.wait(message["name"])

    connection = Connection(Work.as_asgi(), "channel")
    connection.put(*({"type": "work", "name": name} for name in "ab"))
    await steps.until("b begins")
    connection.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connection.ended()


async def test_a_message_without_a_type_is_the_error_that_it_always_is():
    connection = Connection(chat(Steps(), 2).as_asgi())
    connection.put(CONNECT, {})
    with pytest.raises(ValueError, match="no 'type' attribute"):
        await connection.ended()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 has eager tasks")
@pytest.mark.parametrize("policy", ["queue", "cancel", "concurrent"])
async def test_handlers_run_in_eager_tasks(layer, policy):
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    steps = Steps()
    steps.let("a", "b")
    made = chat(steps, 2, disconnect_policy=policy).as_asgi()
    connection = open_connection(made, "a", "b", "c")
    await steps.until("c begins")
    connection.put(GONE)
    await settle()
    steps.let("c")
    await connection.ended()
    assert steps.log[:4] == ["a begins", "a ends", "b begins", "b ends"]
    assert "disconnect 1006" in steps.log
