"""AsyncHttpConsumer that goes on after handle(), with messages of its layer."""

from __future__ import annotations

import asyncio

import pytest

from channels_fast.exceptions import StopConsumer
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.layers import get_channel_layer
from channels_fast.testing import HttpCommunicator

from ..support.consumers import FailedError, until


class Events(AsyncHttpConsumer):
    open_after_handle = True

    def __init__(self):
        super().__init__()
        self.seen = []

    async def handle(self, body):
        await self.channel_layer.group_add("events", self.channel_name)
        self.seen.append("handle")

    async def part(self, message):
        await self.send_body(message["body"], more_body=True)

    async def last(self, message):
        await self.send_response(200, b"last")

    async def fail(self, message):
        raise FailedError

    async def stop(self, message):
        raise StopConsumer

    async def disconnect(self):
        await self.channel_layer.group_discard("events", self.channel_name)
        self.seen.append("disconnect")


@pytest.fixture(autouse=True)
def layer(settings):
    """Return the layer of the consumers, which has to be empty at the end."""
    backend = "channels_fast.layers.InMemoryChannelLayer"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend}}
    layer = get_channel_layer()
    yield layer
    assert layer.groups == {}
    assert layer.channels == {}


async def opened(consumer):
    """Return a communicator whose request has been handled."""
    client = HttpCommunicator(consumer, "GET", "/")
    await client.send_input({"type": "http.request", "body": b""})
    await until(lambda: consumer.seen == ["handle"])
    return client


async def test_messages_are_handled_until_the_client_goes(layer):
    consumer = Events()
    client = await opened(consumer)
    for body in (b"a", b"b"):
        await layer.group_send("events", {"type": "part", "body": body})
        assert (await client.receive_output())["body"] == body
    await client.send_input({"type": "http.disconnect"})
    await client.wait()
    assert consumer.seen == ["handle", "disconnect"]


async def test_the_last_part_of_the_body_ends_the_consumer(layer):
    consumer = Events()
    client = await opened(consumer)
    await layer.group_send("events", {"type": "last"})
    client.sent_request = True
    assert (await client.get_response())["body"] == b"last"
    await client.wait()
    assert consumer.seen == ["handle", "disconnect"]


async def test_a_whole_response_of_handle_ends_the_consumer(layer):
    class Whole(Events):
        async def handle(self, body):
            await super().handle(body)
            await self.send_response(200, body)

    consumer = Whole()
    client = HttpCommunicator(consumer, "POST", "/", b"all")
    assert (await client.get_response())["body"] == b"all"
    await client.wait()
    assert consumer.seen == ["handle", "disconnect"]


@pytest.mark.parametrize(
    ("message", "error"), [("fail", FailedError), ("stop", None), ("none", ValueError)]
)
async def test_disconnect_is_called_if_a_handler_ends_the_consumer(
    layer, message, error
):
    consumer = Events()
    client = await opened(consumer)
    await layer.group_send("events", {"type": message})
    if error is None:
        await client.wait()
    else:
        with pytest.raises(error):
            await client.wait()
    assert consumer.seen == ["handle", "disconnect"]


async def test_disconnect_is_called_if_handle_fails():
    class Failing(Events):
        async def handle(self, body):
            await super().handle(body)
            raise FailedError

    consumer = Failing()
    with pytest.raises(FailedError):
        await HttpCommunicator(consumer, "GET", "/").get_response()
    assert consumer.seen == ["handle", "disconnect"]


async def test_disconnect_is_called_if_the_server_cancels():
    consumer = Events()
    client = await opened(consumer)
    client.future.cancel()
    with pytest.raises(asyncio.CancelledError):
        await client.future
    assert consumer.seen == ["handle", "disconnect"]


async def test_without_it_handle_is_the_end_as_in_channels():
    class Closed(Events):
        open_after_handle = False

    consumer = Closed()
    client = HttpCommunicator(consumer, "GET", "/")
    await client.send_input({"type": "http.request", "body": b""})
    await client.wait()
    assert consumer.seen == ["handle", "disconnect"]
