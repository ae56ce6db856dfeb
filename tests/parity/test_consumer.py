"""Consumers: how events find their handlers, and how a consumer begins and ends."""

from __future__ import annotations

import asyncio
import inspect
import threading
from unittest import mock

import pytest

from ..support.consumers import run, settle
from ..support.layers import memory_layer

# The reference reads the state of open database connections, which pytest-django
# forbids in a test without this mark.
pytestmark = pytest.mark.django_db


def stopping(channels, base="AsyncConsumer"):
    """Return a consumer class whose ``stop`` handler ends it."""
    stop = channels.exceptions.StopConsumer

    if base == "AsyncConsumer":

        class Consumer(channels.consumer.AsyncConsumer):
            async def stop(self, message):
                raise stop

    else:

        class Consumer(channels.consumer.SyncConsumer):
            def stop(self, message):
                raise stop

    return Consumer


def test_handler_name_is_the_type_with_underscores(channels):
    assert channels.consumer.get_handler_name({"type": "a.b.c"}) == "a_b_c"


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({}, "Incoming message has no 'type' attribute"),
        ({"type": "_private"}, "Malformed type in message (leading underscore)"),
        ({"type": ".private"}, "Malformed type in message (leading underscore)"),
    ],
)
def test_bad_types_are_refused(channels, message, error):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 # compared below
        channels.consumer.get_handler_name(message)
    assert str(caught.value) == error


@pytest.mark.parametrize("base", ["AsyncConsumer", "SyncConsumer"])
@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({}, "Incoming message has no 'type' attribute"),
        ({"type": "_stop"}, "Malformed type in message (leading underscore)"),
        ({"type": "nothing.here"}, "No handler for message type nothing.here"),
    ],
)
async def test_bad_events_end_the_consumer(channels, base, message, error):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 # compared below
        await run(stopping(channels, base).as_asgi(), message)
    assert str(caught.value) == error


@pytest.mark.parametrize("bad", [None, 7, ["stop"]])
async def test_types_that_are_not_text_are_attribute_errors(channels, bad):
    with pytest.raises(AttributeError):
        await run(stopping(channels).as_asgi(), {"type": bad})


async def test_an_attribute_that_is_false_is_not_a_handler(channels):
    class Consumer(stopping(channels)):
        gone = None

    with pytest.raises(ValueError, match="No handler for message type gone"):
        await run(Consumer.as_asgi(), {"type": "gone"})


async def test_stop_consumer_ends_silently(channels):
    assert await run(stopping(channels).as_asgi(), {"type": "stop"}) == []


async def test_other_exceptions_reach_the_server(channels):
    class Consumer(channels.consumer.AsyncConsumer):
        async def fail(self, message):
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await run(Consumer.as_asgi(), {"type": "fail"})


async def test_as_asgi_describes_its_class(channels):
    class Chat(channels.consumer.AsyncConsumer):
        """What it is."""

    app = Chat.as_asgi(room="lobby")
    assert inspect.iscoroutinefunction(app)
    assert app.consumer_class is Chat
    assert app.consumer_initkwargs == {"room": "lobby"}
    assert (app.__name__, app.__qualname__) == (Chat.__name__, Chat.__qualname__)
    assert (app.__doc__, app.__module__) == ("What it is.", __name__)
    assert app.__wrapped__ is Chat


async def test_every_connection_has_its_own_consumer(channels):
    seen = []

    class Chat(stopping(channels)):
        def __init__(self, room):
            seen.append((self, room))

    app = Chat.as_asgi(room="lobby")
    await run(app, {"type": "stop"})
    await run(app, {"type": "stop"})
    assert [room for _, room in seen] == ["lobby", "lobby"]
    assert seen[0][0] is not seen[1][0]


async def test_an_instance_is_an_application(channels):
    consumer = stopping(channels)()
    scope = {"type": "custom"}
    assert await run(consumer, {"type": "stop"}, scope=scope) == []
    assert consumer.scope is scope


async def test_without_a_layer_there_is_no_channel(channels, settings):
    settings.CHANNEL_LAYERS = {}
    consumer = stopping(channels)()
    await run(consumer, {"type": "stop"})
    assert consumer.channel_layer is None
    assert not hasattr(consumer, "channel_name")
    assert not hasattr(consumer, "channel_receive")
    assert hasattr(consumer, "base_send")


async def test_nothing_is_set_before_the_call(channels):
    consumer = stopping(channels)()
    for name in ("scope", "channel_layer", "channel_name", "base_send"):
        assert not hasattr(consumer, name)


async def test_layer_is_chosen_by_alias(channels, settings):
    settings.CHANNEL_LAYERS = {"other": memory_layer(channels)["default"]}

    class Consumer(stopping(channels)):
        channel_layer_alias = "other"

    consumer = Consumer()
    await run(consumer, {"type": "stop"})
    assert consumer.channel_layer is channels.layers.get_channel_layer("other")
    assert consumer.channel_name.startswith("specific..inmemory!")


async def test_messages_of_the_layer_reach_handlers(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)

    class Consumer(stopping(channels)):
        async def begin(self, message):
            await self.channel_layer.send(
                self.channel_name, {"type": "from.layer", "text": "hello"}
            )

        async def from_layer(self, message):
            await self.send(message)
            await self.channel_layer.send(self.channel_name, {"type": "stop"})

    sent = await run(Consumer.as_asgi(), {"type": "begin"})
    assert sent == [{"type": "from.layer", "text": "hello"}]
    assert channels.layers.get_channel_layer().channels == {}


async def test_handlers_run_one_at_a_time_and_in_order(channels):
    log = []

    class Consumer(stopping(channels)):
        async def work(self, message):
            log.append(("begin", message["n"]))
            await asyncio.sleep(0.01)
            log.append(("end", message["n"]))

    await run(
        Consumer.as_asgi(),
        {"type": "work", "n": 1},
        {"type": "work", "n": 2},
        {"type": "stop"},
    )
    assert log == [("begin", 1), ("end", 1), ("begin", 2), ("end", 2)]


async def test_handlers_run_in_the_task_of_the_application(channels):
    tasks = []

    class Consumer(stopping(channels)):
        async def work(self, message):
            tasks.append(asyncio.current_task())

    class Recorder(Consumer):
        async def __call__(self, scope, receive, send):
            tasks.append(asyncio.current_task())
            await super().__call__(scope, receive, send)

    await run(Recorder(), {"type": "work"}, {"type": "work"}, {"type": "stop"})
    assert len(tasks) == 3
    assert len(set(tasks)) == 1


async def test_cancelling_the_application_cancels_its_reads(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    waiting = asyncio.Event()
    cancelled = []

    async def receive():
        waiting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    task = asyncio.ensure_future(
        stopping(channels)()({"type": "websocket"}, receive, None)
    )
    await waiting.wait()
    await settle()
    assert len(channels.layers.get_channel_layer().channels) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cancelled == [True]
    # No reader waits on the channel any longer.
    assert channels.layers.get_channel_layer().channels == {}


async def test_an_error_of_receive_ends_the_consumer(channels):
    async def receive():
        raise OSError("connection lost")

    with pytest.raises(OSError, match="connection lost"):
        await stopping(channels)()({"type": "websocket"}, receive, None)


async def test_handlers_may_be_set_on_the_instance(channels):
    sent = []

    class Consumer(stopping(channels)):
        async def work(self, message):
            sent.append("class")

            async def other(message):
                sent.append("instance")

            self.work = other

    await run(Consumer(), {"type": "work"}, {"type": "work"}, {"type": "stop"})
    assert sent == ["class", "instance"]


async def test_handlers_may_be_patched_into_the_class_later(channels, monkeypatch):
    sent = []

    class Consumer(stopping(channels)):
        async def work(self, message):
            sent.append("first")

    async def patched(self, message):
        sent.append("patched")

    app = Consumer.as_asgi()
    await run(app, {"type": "work"}, {"type": "stop"})
    monkeypatch.setattr(Consumer, "work", patched)
    await run(app, {"type": "work"}, {"type": "stop"})
    monkeypatch.delattr(Consumer, "work")
    with pytest.raises(ValueError, match="No handler for message type work"):
        await run(app, {"type": "work"}, {"type": "stop"})
    assert sent == ["first", "patched"]


async def test_one_class_does_not_lend_its_handlers_to_another(channels):
    class First(stopping(channels)):
        async def only_first(self, message):
            pass

    await run(First.as_asgi(), {"type": "only.first"}, {"type": "stop"})
    with pytest.raises(ValueError, match=r"No handler for message type only\.first"):
        await run(stopping(channels).as_asgi(), {"type": "only.first"})


async def test_handlers_may_come_from_getattr(channels):
    class Consumer(stopping(channels)):
        def __getattr__(self, name):
            if name != "anything":
                raise AttributeError(name)

            async def handler(message):
                await self.send({"type": name})

            return handler

    sent = await run(Consumer.as_asgi(), {"type": "anything"}, {"type": "stop"})
    assert sent == [{"type": "anything"}]


async def test_dispatch_may_be_extended(channels):
    seen = []

    class Consumer(stopping(channels)):
        async def dispatch(self, message):
            seen.append(message["type"])
            await super().dispatch(message)

    await run(Consumer.as_asgi(), {"type": "stop"})
    assert seen == ["stop"]


@pytest.mark.since("4.2", "async consumers close old database connections")
async def test_old_connections_are_closed_before_each_async_handler(channels):
    calls = []

    class Consumer(stopping(channels)):
        async def work(self, message):
            calls.append("handler")
            await self.send({"type": "answer"})

    def close(**kwargs):
        calls.append("close")

    with mock.patch(f"{channels!r}.db.close_old_connections", close):
        await run(
            Consumer.as_asgi(), {"type": "work"}, {"type": "work"}, {"type": "stop"}
        )
    assert calls == ["close", "handler", "close", "handler", "close"]


async def test_an_unknown_type_closes_no_connections(channels):
    patch = mock.patch(f"{channels!r}.db.close_old_connections")
    with patch as close, pytest.raises(ValueError, match="No handler"):
        await run(stopping(channels).as_asgi(), {"type": "unknown"})
    close.assert_not_called()


async def test_sync_handlers_run_in_another_thread(channels):
    threads = []

    class Consumer(stopping(channels, "SyncConsumer")):
        def work(self, message):
            threads.append(threading.get_ident())
            self.send({"type": "answer"})

    sent = await run(Consumer.as_asgi(), {"type": "work"}, {"type": "stop"})
    assert sent == [{"type": "answer"}]
    assert threads != [threading.get_ident()]


def test_sync_dispatch_is_a_database_function(channels):
    dispatch = vars(channels.consumer.SyncConsumer)["dispatch"]
    assert isinstance(dispatch, channels.db.DatabaseSyncToAsync)
    assert channels.consumer.SyncConsumer._sync is True
    assert channels.consumer.AsyncConsumer._sync is False


async def test_sync_dispatch_may_be_extended(channels):
    seen = []

    class Consumer(stopping(channels, "SyncConsumer")):
        def work(self, message):
            seen.append("work")

        async def dispatch(self, message):
            seen.append(message["type"])
            await super().dispatch(message)

    await run(Consumer.as_asgi(), {"type": "work"}, {"type": "stop"})
    assert seen == ["work", "work", "stop"]


async def test_a_consumer_class_may_have_a_metaclass(channels):
    class Meta(type):
        pass

    class Consumer(stopping(channels), metaclass=Meta):
        pass

    assert await run(Consumer.as_asgi(), {"type": "stop"}) == []


async def test_get_channel_layer_is_asked_in_the_consumer_module(channels):
    """Projects patch it there in their tests."""
    with mock.patch(
        f"{channels!r}.consumer.get_channel_layer", return_value=None
    ) as patched:
        await run(stopping(channels).as_asgi(), {"type": "stop"})
    patched.assert_called_once_with("default")
