"""Clients that say nothing."""

from __future__ import annotations

import asyncio

import pytest

from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.limits import Limits

from ..support.consumers import CONNECT, settle, until
from ..support.layers import any_layer, ours  # noqa: F401 # fixtures
from ..support.limits import GONE, Clock, Steps, chat, of_chat, open_connection


async def test_an_idle_client_is_closed(layer, caplog):
    steps = Steps()
    clock = Clock()
    steps.let("connect", "a", "disconnect 4408")
    connection = open_connection(chat(steps, limits=Limits(idle_timeout=60)), "a")
    await steps.until("a ends")
    await settle()
    await clock.turn(59)
    assert connection.closes == []
    await clock.turn(1)
    await connection.ended()
    assert connection.closes == [4408]
    assert caplog.messages == [
        of_chat(
            "Nothing came from the client (limits.idle_timeout = 60). "
            "The connection was closed with code 4408."
        )
    ]


@pytest.mark.parametrize("policy", ["queue", "cancel", "concurrent"])
async def test_the_time_begins_anew_when_a_message_has_been_handled(layer, policy):
    steps = Steps()
    clock = Clock()
    steps.let("connect", "disconnect 4408")
    made = chat(steps, limits=Limits(idle_timeout=60), disconnect_policy=policy)
    connection = open_connection(made)
    await steps.until("connect ends")
    await settle()
    await clock.turn(59)
    connection.say("a")
    await steps.until("a begins")
    await clock.turn(1000)
    assert connection.closes == []
    steps.let("a")
    await steps.until("a ends")
    await settle()
    await clock.turn(59)
    assert connection.closes == []
    await clock.turn(1)
    await connection.ended()
    assert connection.closes == [4408]


async def test_a_client_that_waits_for_the_last_of_several_handlers_is_not_idle(layer):
    steps = Steps()
    clock = Clock()
    steps.let("connect", "b", "disconnect 1006")
    made = chat(steps, limits=Limits(idle_timeout=60), max_concurrency=3)
    connection = open_connection(made, "a", "b")
    await steps.until("b ends")
    await settle()
    await clock.turn(100)
    assert connection.closes == []
    steps.let("a")
    connection.put(GONE)
    await connection.ended()


async def test_messages_of_the_layer_do_not_count(settings):
    backend = "channels_fast.layers.InMemoryChannelLayer"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend}}
    clock = Clock()
    consumers = []

    class Chat(AsyncWebsocketConsumer):
        limits = Limits(idle_timeout=60)

        async def connect(self):
            consumers.append(self)
            await self.accept()

        async def show(self, message):
            await self.send(message["text"])

    connection = open_connection(Chat.as_asgi())
    await until(lambda: connection.sent)
    await settle()
    for seconds in (30, 29):
        await clock.turn(seconds)
        (consumer,) = consumers
        message = {"type": "show", "text": "news"}
        await consumer.channel_layer.send(consumer.channel_name, message)
        await settle()
    assert [event.get("text") for event in connection.sent] == [None, "news", "news"]
    await clock.turn(1)
    await connection.ended()
    assert connection.closes == [4408]


async def test_a_consumer_that_has_closed_is_not_idle(layer, caplog):
    clock = Clock()

    class Chat(AsyncWebsocketConsumer):
        limits = Limits(idle_timeout=60)

    async def send(event):
        sent.append(event)

    sent = []
    events = asyncio.Queue()
    consumer = Chat()
    made = asyncio.ensure_future(consumer({"type": "websocket"}, events.get, send))
    events.put_nowait(CONNECT)
    await until(lambda: sent)
    await settle()
    await consumer.close()
    await clock.turn(100)
    assert [event["type"] for event in sent] == ["websocket.accept", "websocket.close"]
    events.put_nowait(GONE)
    await made
    await clock.turn(100)
    assert caplog.messages == []
