"""What happens to running handlers when the client goes away."""

from __future__ import annotations

import asyncio

import pytest

from channels_fast._limits.handlers import READ_AHEAD
from channels_fast.consumer import AsyncConsumer
from channels_fast.testing import connect

from ..support.consumers import CONNECT, settle, text, until
from ..support.layers import any_layer, ours, use_layer  # noqa: F401 # fixtures
from ..support.limits import GONE, Steps, open_connection
from ..support.limits import chat_with_policy as chat

EARLY = ("cancel", "concurrent")


async def test_the_disconnect_event_is_queued_by_default(layer):
    steps = Steps()
    steps.let("disconnect 1006")
    connection = open_connection(chat(steps, "queue").as_asgi(), "a", "b")
    connection.put(GONE)
    await steps.until("a begins")
    await settle()
    assert steps.log == ["a begins"]
    steps.let("a", "b")
    await connection.ended()
    assert steps.log[1:] == [
        *("a ends", "b begins", "b ends"),
        *("disconnect 1006 begins", "disconnect 1006 ends"),
    ]


async def test_cancel_stops_the_running_handler_and_then_disconnects(layer):
    steps = Steps()
    connection = open_connection(chat(steps, "cancel").as_asgi(), "a")
    await steps.until("a begins")
    connection.put(GONE)
    await steps.until("disconnect 1006 begins")
    assert steps.log[:2] == ["a begins", "a is cancelled"]
    steps.let("disconnect 1006")
    await connection.ended()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_concurrent_disconnects_beside_the_running_handler(layer):
    steps = Steps()
    connection = open_connection(chat(steps, "concurrent").as_asgi(), "a")
    await steps.until("a begins")
    connection.put(GONE)
    await steps.until("disconnect 1006 begins")
    steps.let("disconnect 1006")
    await steps.until("disconnect 1006 ends")
    await settle()
    assert not connection.task.done()
    steps.let("a")
    await connection.ended()
    assert steps.log[-1] == "a ends"


@pytest.mark.parametrize("policy", ["queue", *EARLY])
async def test_a_client_of_a_test_may_leave_during_a_handler(layer, policy):
    steps = Steps()
    made = chat(steps, policy).as_asgi()
    async with connect(made, "/") as client:
        await client.send_input(text("a"))
        await steps.until("a begins")
        await client.send_input(GONE)
        if policy == "queue":
            await settle()
            assert steps.log == ["a begins"]
            steps.let("a")
        await steps.until("disconnect 1006 begins")
        steps.let("a", "disconnect 1006")
        await client.wait()


@pytest.mark.parametrize("policy", EARLY)
async def test_messages_that_wait_are_not_handled_when_the_client_has_gone(
    layer, policy
):
    steps = Steps()
    steps.let("disconnect 1006")
    connection = open_connection(chat(steps, policy).as_asgi(), *"abcd")
    connection.put(GONE)
    await steps.until("disconnect 1006 begins")
    steps.let("a")
    await connection.ended()
    assert not {"b begins", "c begins", "d begins"} & set(steps.log)


@pytest.mark.parametrize("policy", EARLY)
async def test_messages_that_wait_are_handled_in_their_order(layer, policy):
    steps = Steps()
    connection = open_connection(chat(steps, policy).as_asgi(), *"abc")
    steps.let(*"abc", "disconnect 1006")
    await steps.until("c ends")
    connection.put(GONE)
    await connection.ended()
    assert steps.log[:6] == [
        *("a begins", "a ends", "b begins", "b ends", "c begins", "c ends"),
    ]


@pytest.mark.parametrize("policy", EARLY)
async def test_a_client_that_floods_is_not_read_without_end(layer, policy):
    steps = Steps()
    made = chat(steps, policy).as_asgi()
    connection = open_connection(made, *map(str, range(200)))
    await steps.until("0 begins")
    await settle(200)
    # That of the connection, the one that is handled, one that is about to be, and one
    # that waits for room.
    assert READ_AHEAD <= connection.reads <= READ_AHEAD + 4
    connection.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connection.ended()


@pytest.mark.parametrize("policy", EARLY)
async def test_a_slow_connect_does_not_delay_it_either(layer, policy):
    steps = Steps()

    async def connect(self):
        await steps.wait("connect")

    steps.let("disconnect 1006")
    made = chat(steps, policy, connect=connect).as_asgi()
    connection = open_connection(made)
    await steps.until("connect begins")
    connection.put(GONE)
    await steps.until("disconnect 1006 ends")
    steps.let("connect")
    await connection.ended()


@pytest.mark.parametrize("policy", EARLY)
async def test_all_of_several_handlers_are_treated_so(layer, policy):
    steps = Steps()
    steps.let("disconnect 1006")
    made = chat(steps, policy, max_concurrency=2).as_asgi()
    connection = open_connection(made, *"abc")
    await steps.until("b begins")
    connection.put(GONE)
    await steps.until("disconnect 1006 ends")
    ends = "is cancelled" if policy == "cancel" else "ends"
    steps.let("a", "b")
    await connection.ended()
    assert {f"a {ends}", f"b {ends}"} <= set(steps.log)
    assert "c begins" not in steps.log


@pytest.mark.parametrize("policy", ["queue", *EARLY])
async def test_a_consumer_that_does_not_stop_is_told_again(policy):
    """By a server that returns the event again. ASGI leaves open what it does."""
    steps = Steps()

    class Chat(AsyncConsumer):
        disconnect_policy = policy

        async def dispatch(self, message):
            await steps.wait(message["type"])

    steps.let("websocket.connect", "websocket.disconnect")
    connection = open_connection(Chat.as_asgi())
    connection.put(GONE)
    await until(lambda: steps.log.count("websocket.disconnect ends") == 3)
    connection.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connection.ended()


@pytest.mark.parametrize("policy", EARLY)
async def test_no_message_of_the_layer_is_handled_after_the_client_has_gone(
    settings, policy
):
    backend = "channels_fast.layers.InMemoryChannelLayer"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend}}
    steps = Steps()

    class Chat(chat(steps, policy)):
        async def connect(self):
            self.log = steps.log
            connected.append(self)
            await self.accept()

        async def from_layer(self, message):
            self.log.append("from layer")

    connected = []
    connection = open_connection(Chat.as_asgi(), "a")
    await steps.until("a begins")
    (consumer,) = connected
    await consumer.channel_layer.send(consumer.channel_name, {"type": "from.layer"})
    await settle()
    connection.put(GONE)
    await steps.until("disconnect 1006 begins")
    steps.let("a", "disconnect 1006")
    await connection.ended()
    assert "from layer" not in steps.log


@pytest.mark.parametrize("policy", EARLY)
async def test_a_waiting_connection_leaves_nothing_behind(layer, policy):
    connection = open_connection(chat(Steps(), policy).as_asgi())
    await until(lambda: connection.sent)
    await settle()
    connection.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connection.ended()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_handler_that_survives_its_cancellation_is_waited_for(layer):
    steps = Steps()

    class Chat(chat(steps, "cancel")):
        async def receive(self, text_data):
            try:
                await super().receive(text_data)
            except asyncio.CancelledError:
                await steps.wait("clean-up")

    steps.let("disconnect 1006")
    connection = open_connection(Chat.as_asgi(), "a")
    await steps.until("a begins")
    connection.put(GONE, CONNECT)
    await steps.until("clean-up begins")
    await settle()
    assert steps.log[-1] == "clean-up begins"
    steps.let("clean-up")
    await connection.ended()
    assert steps.log[-2:] == ["disconnect 1006 begins", "disconnect 1006 ends"]


@pytest.mark.parametrize("policy", EARLY)
async def test_the_client_is_not_read_again_while_disconnect_runs(layer, policy):
    steps = Steps()
    connection = open_connection(chat(steps, policy).as_asgi())
    connection.put(GONE)
    await steps.until("disconnect 1006 begins")
    await settle()
    assert connection.repeats == 0
    steps.let("disconnect 1006")
    await connection.ended()
