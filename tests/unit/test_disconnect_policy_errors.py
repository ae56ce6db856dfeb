"""Errors and threads beside the policies for a client that goes away."""

from __future__ import annotations

import asyncio
import threading

import pytest

from channels_fast.generic.websocket import WebsocketConsumer
from channels_fast.layers import InMemoryChannelLayer

from ..conftest import OURS
from ..support.consumers import FailedError, settle, until
from ..support.layers import any_layer, ours, use_layer  # noqa: F401 # fixtures
from ..support.limits import GONE, Steps, open_connection
from ..support.limits import chat_with_policy as chat

EARLY = ("cancel", "concurrent")


@pytest.mark.parametrize("policy", EARLY)
async def test_disconnect_runs_although_a_handler_fails_at_the_same_time(layer, policy):
    """A cancelled handler that still sends fails, and groups have to be left."""
    steps = Steps()

    class Chat(chat(steps, policy)):
        async def receive(self, text_data):
            try:
                await super().receive(text_data)
            finally:
                raise FailedError("at the end")

    connection = open_connection(Chat.as_asgi(), "a")
    await steps.until("a begins")
    connection.put(GONE)
    await steps.until("disconnect 1006 begins")
    steps.let("a")
    await settle()
    steps.let("disconnect 1006")
    with pytest.raises(FailedError, match="at the end"):
        await connection.ended()
    assert steps.log[-1] == "disconnect 1006 ends"


@pytest.mark.parametrize("policy", EARLY)
async def test_an_error_while_the_client_is_there_ends_the_consumer(layer, policy):
    steps = Steps()
    connection = open_connection(chat(steps, policy).as_asgi(), "fail")
    await steps.until("fail begins")
    steps.let("fail")
    with pytest.raises(FailedError):
        await connection.ended()
    assert "disconnect 1006 begins" not in steps.log


@pytest.mark.parametrize("policy", EARLY)
async def test_an_error_of_the_server_is_seen_while_a_handler_runs(layer, policy):
    steps = Steps()
    connection = open_connection(chat(steps, policy).as_asgi(), "a")
    await steps.until("a begins")
    connection.put(FailedError("by the server"))
    with pytest.raises(FailedError, match="by the server"):
        await connection.ended()
    assert steps.log[-1] == "a is cancelled"


@pytest.mark.django_db
async def test_a_thread_is_waited_for_and_then_disconnects(layer):
    """Nothing can stop a thread. What waits behind it is not handled any more."""
    log = []
    begun = threading.Event()
    go_on = threading.Event()

    class Chat(WebsocketConsumer):
        disconnect_policy = "cancel"

        def receive(self, text_data):
            log.append(f"{text_data} begins")
            begun.set()
            assert go_on.wait(30)
            log.append(f"{text_data} ends")

        def disconnect(self, code):
            log.append("disconnect")

    connection = open_connection(Chat.as_asgi(), "a", "b", "c")
    await until(begun.is_set)
    connection.put(GONE)
    await until(lambda: connection.reads == 5)
    await settle()
    go_on.set()
    await connection.ended()
    assert log == ["a begins", "a ends", "disconnect"]


@pytest.mark.parametrize("policy", EARLY)
async def test_an_error_of_the_layer_comes_out(settings, policy):
    class Layer(InMemoryChannelLayer):
        async def receive(self, channel):
            raise FailedError("by the layer")

    use_layer(OURS, settings, Layer())
    connection = open_connection(chat(Steps(), policy).as_asgi())
    with pytest.raises(FailedError, match="by the layer"):
        await connection.ended()
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("policy", EARLY)
async def test_a_server_that_cancels_its_own_read_ends_the_consumer(layer, policy):
    connection = open_connection(chat(Steps(), policy).as_asgi())
    connection.put(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await connection.ended()


@pytest.mark.parametrize("policy", EARLY)
async def test_an_error_of_a_cancelled_read_comes_out(layer, policy):
    waiting = asyncio.Event()

    async def receive():
        waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise FailedError("while cancelled")

    made = chat(Steps(), policy).as_asgi()
    task = asyncio.ensure_future(made({"type": "websocket"}, receive, None))
    await waiting.wait()
    await settle()
    task.cancel()
    with pytest.raises(FailedError, match="while cancelled"):
        await task


async def test_an_error_after_a_concurrent_disconnect_comes_out(layer):
    steps = Steps()
    connection = open_connection(chat(steps, "concurrent").as_asgi(), "fail")
    await steps.until("fail begins")
    connection.put(GONE)
    steps.let("disconnect 1006")
    await steps.until("disconnect 1006 ends")
    await settle()
    steps.let("fail")
    with pytest.raises(FailedError):
        await connection.ended()


@pytest.mark.django_db
async def test_an_error_of_a_thread_is_not_lost_when_the_client_has_gone(layer):
    log = []
    begun = threading.Event()
    go_on = threading.Event()

    class Chat(WebsocketConsumer):
        disconnect_policy = "cancel"

        def receive(self, text_data):
            begun.set()
            assert go_on.wait(30)
            raise FailedError(text_data)

        def disconnect(self, code):
            log.append("disconnect")

    connection = open_connection(Chat.as_asgi(), "a")
    await until(begun.is_set)
    connection.put(GONE)
    await until(lambda: connection.reads == 3)
    await settle()
    go_on.set()
    with pytest.raises(FailedError):
        await connection.ended()
    assert log == ["disconnect"]
