"""Handlers that hang."""

from __future__ import annotations

import asyncio
import threading

import pytest

from channels_fast.consumer import AsyncConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels_fast.limits import Limits

from ..support.consumers import until
from ..support.layers import any_layer, ours  # noqa: F401 # fixtures
from ..support.limits import (
    GONE,
    Clock,
    Connection,
    Steps,
    chat,
    of_chat,
    open_connection,
)


async def test_a_handler_that_hangs_is_cancelled_and_the_connection_closed(
    layer, caplog
):
    steps = Steps()
    clock = Clock()
    steps.let("connect", "disconnect 4503")
    connection = open_connection(chat(steps, limits=Limits(handler_timeout=10)), "a")
    await steps.until("a begins")
    await clock.turn(9)
    assert "a is cancelled" not in steps.log
    await clock.turn(1)
    await connection.ended()
    assert connection.closes == [4503]
    assert steps.log[2:] == [
        *("a begins", "a is cancelled"),
        *("disconnect 4503 begins", "disconnect 4503 ends"),
    ]
    assert caplog.messages == [
        of_chat(
            "The handler of 'websocket.receive' took too long and was cancelled "
            "(limits.handler_timeout = 10). The connection was closed with code 4503."
        )
    ]


async def test_a_handler_that_ends_in_time_is_left_alone(layer):
    steps = Steps()
    clock = Clock()
    steps.let("connect", "disconnect 1006")
    connection = open_connection(
        chat(steps, limits=Limits(handler_timeout=10)), "a", "b"
    )
    for name in "ab":
        await steps.until(f"{name} begins")
        await clock.turn(8)
        steps.let(name)
        await steps.until(f"{name} ends")
    await clock.turn(100)
    connection.put(GONE)
    await connection.ended()
    assert connection.closes == []


async def test_a_connection_whose_connect_hangs_is_refused(layer, caplog):
    steps = Steps()
    clock = Clock()
    steps.let("disconnect 4503")
    connection = open_connection(chat(steps, limits=Limits(handler_timeout=10)))
    await steps.until("connect begins")
    await clock.turn(10)
    await connection.ended()
    assert connection.sent == [{"type": "websocket.close", "code": 4503}]
    assert caplog.messages[0].endswith("The connection was refused.")


async def test_a_disconnect_that_hangs_ends_the_consumer(layer, caplog):
    steps = Steps()
    clock = Clock()
    steps.let("connect")
    connection = open_connection(chat(steps, limits=Limits(handler_timeout=10)))
    connection.put(GONE)
    await steps.until("disconnect 1006 begins")
    await clock.turn(10)
    await connection.ended()
    assert connection.closes == []
    assert caplog.messages == [
        of_chat(
            "The handler of 'websocket.disconnect' took too long and was cancelled "
            "(limits.handler_timeout = 10)."
        )
    ]


async def test_a_handler_for_the_layer_has_the_same_time(settings):
    backend = "channels_fast.layers.InMemoryChannelLayer"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend}}
    steps = Steps()
    clock = Clock()

    class Chat(AsyncWebsocketConsumer):
        limits = Limits(handler_timeout=10)

        async def receive(self, text_data):
            message = {"type": "from.layer"}
            await self.channel_layer.send(self.channel_name, message)

        async def from_layer(self, message):
            await steps.wait("layer")

    connection = open_connection(Chat.as_asgi(), "a")
    await steps.until("layer begins")
    await clock.turn(10)
    await connection.ended()
    assert connection.closes == [4503]
    assert steps.log[-1] == "layer is cancelled"


async def test_only_the_handler_that_hangs_is_cancelled(layer):
    steps = Steps()
    clock = Clock()
    steps.let("connect", "disconnect 4503")
    made = chat(steps, limits=Limits(handler_timeout=10), max_concurrency=2)
    connection = open_connection(made, "a")
    await steps.until("a begins")
    await clock.turn(5)
    connection.say("b")
    await steps.until("b begins")
    await clock.turn(5)
    await steps.until("a is cancelled")
    assert "b is cancelled" not in steps.log
    steps.let("b")
    await connection.ended()
    assert "b ends" in steps.log


async def test_a_worker_goes_on_with_the_next_message(caplog):
    steps = Steps()
    clock = Clock()

    class Work(AsyncConsumer):
        limits = Limits(handler_timeout=10)

        async def work(self, message):
            await steps.wait(message["name"])

    connection = Connection(Work.as_asgi(), "channel")
    connection.put(*({"type": "work", "name": name} for name in "ab"))
    await steps.until("a begins")
    await clock.turn(10)
    await steps.until("b begins")
    assert len(caplog.messages) == 1
    assert connection.sent == []
    connection.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connection.ended()


@pytest.mark.django_db
async def test_a_thread_runs_on_although_its_connection_is_closed(layer, caplog):
    clock = Clock()
    log = []
    begun = threading.Event()
    go_on = threading.Event()

    class Chat(WebsocketConsumer):
        limits = Limits(handler_timeout=10)

        def receive(self, text_data):
            begun.set()
            assert go_on.wait(30)
            log.append("received")

        def disconnect(self, code):
            log.append(code)

    connection = open_connection(Chat.as_asgi(), "a")
    await until(begun.is_set)
    await clock.turn(10)
    assert connection.closes == [4503]
    assert "took too long and runs on in its thread" in caplog.messages[0]
    go_on.set()
    await connection.ended()
    assert log == ["received", 4503]
