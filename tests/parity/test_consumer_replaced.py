"""Methods and functions that a project, a test or a tracer has replaced."""

from __future__ import annotations

import functools
from unittest import mock

import pytest

from ..support.consumers import (
    CONNECT,
    DISCONNECT,
    WEBSOCKET,
    Client,
    consumer_class,
    run,
    text,
)
from ..support.layers import (  # noqa: F401 # some are fixtures
    any_layer,
    memory_layer,
)

# The reference reads the state of open database connections, which pytest-django
# forbids in a test without this mark.
pytestmark = pytest.mark.django_db


async def test_await_many_dispatch_may_be_replaced(channels, layer):
    seen = []

    async def replaced(sources, dispatch):
        seen.append(len(sources))
        await dispatch({"type": "stop"})

    with mock.patch(f"{channels!r}.consumer.await_many_dispatch", replaced):
        await consumer_class(channels)()(WEBSOCKET, Client(), None)
    assert seen == [1 if layer == "no layer" else 2]


async def test_dispatch_may_be_overridden(channels, layer):
    seen = []

    class Consumer(consumer_class(channels)):
        async def dispatch(self, message):
            seen.append(message["type"])
            if message["type"] != "ignored":
                await super().dispatch(message)

    await run(Consumer(), {"type": "ignored"}, {"type": "stop"})
    assert seen == ["ignored", "stop"]


async def test_dispatch_may_be_patched(channels, layer):
    seen = []
    own = channels.consumer.AsyncConsumer.dispatch

    async def dispatch(self, message):
        seen.append(message["type"])
        await own(self, message)

    with mock.patch.object(channels.consumer.AsyncConsumer, "dispatch", dispatch):
        await run(consumer_class(channels)(), {"type": "stop"})
    assert seen == ["stop"]


async def test_send_of_the_base_class_may_be_patched(channels):
    sent = []

    async def send(self, message):
        sent.append(message["type"])

    base = channels("generic.websocket").AsyncWebsocketConsumer
    with mock.patch.object(channels.consumer.AsyncConsumer, "send", send):
        await run(base(), CONNECT, DISCONNECT)
    assert sent == ["websocket.accept"]


@pytest.mark.since("4.2", "async consumers close old database connections")
async def test_aclose_old_connections_may_be_replaced(channels):
    calls = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            calls.append("work")

    async def replaced():
        calls.append("close")

    with mock.patch(f"{channels!r}.consumer.aclose_old_connections", replaced):
        await run(Consumer(), {"type": "work"}, {"type": "stop"})
    assert calls == ["close", "work", "close"]


async def test_a_layer_whose_receive_is_patched_is_read_by_it(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    layer = channels.layers.get_channel_layer()
    layer.receive = mock.AsyncMock(return_value={"type": "stop"})
    consumer = consumer_class(channels)()
    await consumer(WEBSOCKET, Client(), None)
    assert layer.receive.call_args_list[0] == mock.call(consumer.channel_name)
    assert isinstance(consumer.channel_receive, functools.partial)


async def test_channel_receive_reads_the_channel(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    consumer = consumer_class(channels)()
    await consumer(WEBSOCKET, Client({"type": "stop"}), None)
    await consumer.put("later")
    assert await consumer.channel_receive() == {"type": "later"}


class Wrapper:
    """A method as ``wrapt`` and the tracers wrap it: an object, not a function."""

    def __init__(self, wrapped, around, instance=None):
        self.wrapped = wrapped
        self.around = around
        self.instance = instance

    def __get__(self, instance, owner):
        return Wrapper(self.wrapped.__get__(instance, owner), self.around, instance)

    def __call__(self, *args, **kwargs):
        return self.around(self.wrapped, self.instance, *args, **kwargs)

    def __getattr__(self, name):
        return getattr(self.wrapped, name)


@pytest.mark.parametrize("base", ["AsyncConsumer", "SyncConsumer"])
@pytest.mark.parametrize("how", ["class", "subclass", "instance"])
async def test_a_permission_check_around_dispatch_is_asked(channels, base, how):
    seen = []

    def check(wrapped, instance, message):
        seen.append(message["type"])
        if message["type"] == "forbidden":
            raise PermissionError
        return wrapped(message)

    cls = getattr(channels.consumer, base)
    handled = []

    class Consumer(cls):
        pass

    async def handle(self, message):
        handled.append(message["type"])

    def handle_sync(self, message):
        handled.append(message["type"])

    function = handle if base == "AsyncConsumer" else handle_sync
    Consumer.allowed = Consumer.forbidden = function
    consumer = Consumer()
    wrapper = Wrapper(vars(cls)["dispatch"], check)
    target = {"class": cls, "subclass": Consumer, "instance": consumer}[how]
    if how == "instance":
        wrapper = wrapper.__get__(consumer, Consumer)
    with mock.patch.object(target, "dispatch", wrapper), pytest.raises(PermissionError):
        await run(consumer, {"type": "allowed"}, {"type": "forbidden"})
    assert seen == ["allowed", "forbidden"]
    assert handled == ["allowed"]


@pytest.mark.parametrize("name", ["send", "websocket_receive"])
async def test_a_wrapper_around_a_method_is_called(channels, name):
    calls = []

    def count(wrapped, instance, *args, **kwargs):
        calls.append(name)
        return wrapped(*args, **kwargs)

    base = channels("generic.websocket").AsyncWebsocketConsumer
    with mock.patch.object(base, name, Wrapper(vars(base)[name], count)):

        class Echo(base):
            async def receive(self, text_data=None, bytes_data=None):
                await self.send(text_data)

        sent = await run(Echo(), CONNECT, text("a"), text("b"), DISCONNECT)
    assert [event.get("text") for event in sent[1:]] == ["a", "b"]
    assert calls == [name] * 2


@pytest.mark.parametrize("name", ["receive", "send"])
async def test_a_wrapper_around_a_method_of_the_layer_is_called(
    channels, settings, name
):
    calls = []

    def count(wrapped, instance, *args, **kwargs):
        calls.append(name)
        return wrapped(*args, **kwargs)

    layer = channels.layers.InMemoryChannelLayer
    settings.CHANNEL_LAYERS = memory_layer(channels)

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put("stop")

    with mock.patch.object(layer, name, Wrapper(vars(layer)[name], count)):
        await Consumer()(WEBSOCKET, Client({"type": "begin"}), None)
    assert calls


async def test_get_handler_name_may_be_replaced(channels):
    def replaced(message):
        return "stop"

    with mock.patch(f"{channels!r}.consumer.get_handler_name", replaced):
        await run(consumer_class(channels)(), {"type": "any.type"})


@pytest.mark.since("4.2", "async consumers close old database connections")
async def test_a_replaced_close_old_connections_is_called_for_each_message(channels):
    calls = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            calls.append("work")

    def close():
        calls.append("close")

    with mock.patch(f"{channels!r}.db.close_old_connections", close):
        await run(Consumer(), {"type": "work"}, {"type": "stop"})
    assert calls == ["close", "work", "close"]
