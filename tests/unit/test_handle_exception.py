"""`handle_exception()`, and what is logged of an error that ends a connection."""

from __future__ import annotations

import asyncio
import logging
import traceback

import pytest
from django.urls import path

from channels_fast import consumer as consumers
from channels_fast.db import database_sync_to_async
from channels_fast.exceptions import (
    AcceptConnection,
    ChannelFull,
    DenyConnection,
    StopConsumer,
)
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels_fast.layers import get_channel_layer
from channels_fast.limits import Limits
from channels_fast.routing import URLRouter

from ..conftest import OURS
from ..support.consumers import CONNECT, DISCONNECT, FailedError, run, text
from ..support.generic_consumers import consumer_kind, make  # noqa: F401 # a fixture

HERE = "tests.support.generic_consumers.Consumer"
NO_JSON, JSON = text("{"), text('{"a": 1}')
MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


def fails(self, *args, **kwargs):
    raise FailedError("on purpose")


def noting(log):
    """Return a hook that notes what it gets, and lets the connection go on."""

    def handle_exception(self, exc, message):
        log.append((exc, message))
        yield self.close(1011)

    return handle_exception


async def test_the_connection_goes_on_if_the_hook_returns(kind):
    log, seen = [], []
    consumer = make(
        OURS,
        kind,
        json=True,
        receive_json=lambda self, content: seen.append(content) or done(kind),
        handle_exception=noting(log),
    )
    sent = await run(consumer(), CONNECT, NO_JSON, JSON, DISCONNECT)
    [(error, message)] = log
    assert (type(error).__name__, message) == ("JSONDecodeError", NO_JSON)
    assert seen == [{"a": 1}]
    kinds = [event["type"] for event in sent]
    assert kinds == ["websocket.accept", "websocket.close"]


def done(kind):
    """Return what a handler of this *kind* returns."""
    return asyncio.sleep(0) if kind == "async" else None


@pytest.mark.parametrize(
    "event", [{"type": "no.handler"}, {}, {"type": "_private"}, {"type": 5}]
)
async def test_a_message_without_a_handler_is_told(kind, event):
    log = []
    consumer = make(OURS, kind, handle_exception=noting(log))
    await run(consumer(), CONNECT, event, DISCONNECT)
    assert [message for _, message in log] == [event]


@pytest.mark.parametrize("handler", ["connect", "receive", "disconnect"])
async def test_each_handler_is_told_of_and_a_disconnect_is_still_the_end(kind, handler):
    log = []
    methods = {handler: fails, "handle_exception": noting(log)}
    consumer = make(OURS, kind, **methods)
    await run(consumer(), CONNECT, text("a"), DISCONNECT)
    [(error, message)] = log
    assert type(error) is FailedError
    assert message["type"] == f"websocket_{handler}".replace("_", ".")


@pytest.mark.parametrize("end", [StopConsumer, AcceptConnection, DenyConnection])
async def test_what_decides_about_a_connection_is_no_error(kind, end):
    def receive(self, text_data):
        raise end

    log = []
    consumer = make(OURS, kind, receive=receive, handle_exception=noting(log))
    if end is StopConsumer:
        await run(consumer(), CONNECT, text("a"))
    else:
        with pytest.raises(end):
            await run(consumer(), CONNECT, text("a"))
    assert log == []


async def test_a_cancellation_is_no_error():
    log = []
    waiting = asyncio.Event()

    def receive(self, text_data):
        waiting.set()
        yield asyncio.Event().wait()

    consumer = make(OURS, "async", receive=receive, handle_exception=noting(log))
    task = asyncio.ensure_future(run(consumer(), CONNECT, text("a")))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == []


async def test_an_error_of_a_source_is_not_that_of_a_message():
    log = []

    async def receive():
        raise FailedError

    consumer = make(OURS, "async", handle_exception=noting(log))
    with pytest.raises(FailedError):
        await consumer()({"type": "websocket"}, receive, None)
    assert log == []


async def test_what_the_hook_raises_ends_the_connection(kind):
    def handle_exception(self, exc, message):
        raise ChannelFull from exc

    consumer = make(OURS, kind, receive=fails, handle_exception=handle_exception)
    with pytest.raises(ChannelFull) as caught:
        await run(consumer(), CONNECT, text("a"))
    assert type(caught.value.__cause__) is FailedError


async def test_the_default_may_be_called_and_adds_no_other_error(kind):
    def handle_exception(self, exc, message):
        yield super(type(self), self).handle_exception(exc, message)

    for methods in ({}, {"handle_exception": handle_exception}):
        consumer = make(OURS, kind, receive=fails, **methods)
        with pytest.raises(FailedError) as caught:
            await run(consumer(), CONNECT, text("a"))
        assert caught.value.__context__ is caught.value.__cause__ is None


async def test_the_traceback_of_an_error_has_no_frame_of_a_hook_that_is_not_there(kind):
    consumer = make(OURS, kind, receive=fails)
    with pytest.raises(FailedError) as caught:
        await run(consumer(), CONNECT, text("a"))
    frames = [frame.name for frame in traceback.extract_tb(caught.tb)]
    assert frames[-1] == "fails"
    assert frames.count("dispatch") == 1
    assert "handle_exception" not in frames


async def test_who_overrides_dispatch_gets_the_error_as_before(kind):
    caught = []

    class Consumer(make(OURS, "async", receive=fails)):
        async def dispatch(self, message):
            try:
                await super().dispatch(message)
            except FailedError as error:
                caught.append(type(error))

    await run(Consumer(), CONNECT, text("a"), text("b"), DISCONNECT)
    assert caught == [FailedError, FailedError]


async def test_a_method_of_this_name_with_other_arguments_is_no_hook(kind):
    """A package for REST over WebSockets has one that takes an action."""

    def with_action(self, exc, action, request_id):
        raise AssertionError

    def of_exception_only(self, exc):
        raise AssertionError

    for method in (with_action, of_exception_only):
        consumer = make(OURS, kind, receive=fails, handle_exception=method)
        with pytest.raises(FailedError):
            await run(consumer(), CONNECT, text("a"))


async def test_no_message_reaches_the_hook_by_its_type(kind):
    event = {"type": "handle.exception"}
    called = []

    def with_default(self, exc, message=None):
        called.append(exc)
        raise exc

    for methods in ({}, {"handle_exception": with_default}):
        consumer = make(OURS, kind, **methods)
        with pytest.raises(ValueError, match="No handler for message type handle"):
            await run(consumer(), CONNECT, event)
    assert [type(error) for error in called] == [ValueError]


async def test_a_handler_of_this_name_is_called_as_before(kind):
    seen = []

    def handle_exception(self, message):
        return seen.append(message) or done(kind)

    consumer = make(OURS, kind, handle_exception=handle_exception)
    await run(consumer(), CONNECT, {"type": "handle.exception"}, DISCONNECT)
    assert seen == [{"type": "handle.exception"}]


async def test_a_request_whose_error_was_handled_is_over():
    ended = []

    class Consumer(AsyncHttpConsumer):
        async def handle(self, body):
            raise FailedError

        async def handle_exception(self, exc, message):
            await self.send_response(500, b"sorry")

        async def disconnect(self):
            ended.append(True)

    sent = await run(Consumer(), {"type": "http.request"}, {"type": "http.disconnect"})
    assert [event.get("body") for event in sent] == [None, b"sorry"]
    assert ended == [True]


async def test_a_request_is_over_if_the_error_of_its_disconnect_was_handled():
    seen = []

    class Consumer(AsyncHttpConsumer):
        async def handle(self, body):
            await self.send_response(200, b"")

        async def handle_exception(self, exc, message):
            seen.append(message["type"])

        async def disconnect(self):
            seen.append("disconnect")
            raise FailedError

    await run(Consumer(), {"type": "http.request"}, {"type": "http.disconnect"})
    assert seen == ["disconnect", "http.request"]


async def test_a_method_of_the_other_kind_by_this_name_is_no_hook():
    class Async(AsyncWebsocketConsumer):
        async def receive(self, text_data=None, bytes_data=None):
            raise FailedError

        def handle_exception(self, exc, message=None):
            """Be a helper of the project."""

    class Sync(WebsocketConsumer):
        def receive(self, text_data=None, bytes_data=None):
            raise FailedError

        async def handle_exception(self, exc, message):
            """Never run."""

    for consumer in (Async, Sync):
        with pytest.raises(FailedError):
            await run(consumer(), CONNECT, text("a"))


async def test_a_hook_may_run_in_a_thread():
    seen = []

    class Consumer(AsyncWebsocketConsumer):
        async def receive(self, text_data=None, bytes_data=None):
            raise FailedError

        @database_sync_to_async
        def handle_exception(self, exc, message):
            seen.append(type(exc))

    await run(Consumer(), CONNECT, text("a"), DISCONNECT)
    assert seen == [FailedError]


async def test_records_of_a_project_with_the_same_names_are_left_alone(caplog):
    before = logging.getLogRecordFactory()

    def with_client(*args, **kwargs):
        record = before(*args, **kwargs)
        record.client = "mine"
        return record

    class Consumer(AsyncWebsocketConsumer):
        async def receive(self, text_data=None, bytes_data=None):
            raise FailedError

    logging.setLogRecordFactory(with_client)
    try:
        with pytest.raises(FailedError):
            await run(Consumer(), CONNECT, text("a"))
    finally:
        logging.setLogRecordFactory(before)
    [record] = caplog.records
    assert record.client == "mine"


# ---------------------------------------------------------------- the log record


@pytest.mark.parametrize("limit", ["", "idle_timeout", "handler_timeout"])
async def test_an_error_that_ends_a_connection_is_one_record(kind, limit, caplog):
    consumer = make(OURS, kind, receive=fails)
    if limit:
        consumer.limits = Limits(**{limit: 60})
    router = URLRouter([path("chat/<str:room>/", consumer.as_asgi())])
    scope = {"type": "websocket", "path": "/chat/tea/", "client": ("1.2.3.4", 5)}
    with pytest.raises(FailedError):
        await run(router, CONNECT, text("a"), scope=scope)
    [record] = caplog.records
    assert (record.name, record.levelno) == ("channels_fast.consumer", logging.WARNING)
    assert record.getMessage() == (
        f"{HERE}.websocket_receive raised FailedError('on purpose') "
        "(route 'chat/<str:room>/', client ('1.2.3.4', 5))"
    )
    assert record.exc_info is None
    assert (record.consumer, record.handler) == (HERE, "websocket_receive")
    assert (record.route, record.path) == ("chat/<str:room>/", "/chat/tea/")
    assert (record.client, record.channel_name) == (("1.2.3.4", 5), None)


async def test_a_record_has_the_channel_of_the_connection(caplog, settings):
    settings.CHANNEL_LAYERS = MEMORY
    seen = []

    class Consumer(consumers.AsyncConsumer):
        async def chat_message(self, message):
            seen.append(self.channel_name)
            raise FailedError

        async def websocket_connect(self, message):
            layer = get_channel_layer()
            await layer.send(self.channel_name, {"type": "chat.message"})

    with pytest.raises(FailedError):
        await run(Consumer(), CONNECT)
    [record] = caplog.records
    assert record.handler == "chat_message"
    assert [record.channel_name] == seen


async def test_an_error_of_a_source_is_logged_without_a_handler(caplog):
    async def receive():
        raise FailedError("gone")

    consumer = make(OURS, "async")
    with pytest.raises(FailedError):
        await consumer()({"type": "websocket"}, receive, None)
    text = f"{HERE} raised FailedError('gone') (route None, client None)"
    assert caplog.messages == [text]


async def test_what_a_client_has_put_into_an_error_stays_on_one_short_line(caplog):
    def receive(self, text_data):
        raise ValueError(text_data)

    consumer = make(OURS, "async", receive=receive)()
    with pytest.raises(ValueError, match="forged"):
        await run(consumer, CONNECT, text("a\nERROR forged" + "x" * 10_000))
    [line] = caplog.messages
    assert "\n" not in line
    assert len(line) < 500


async def test_nothing_is_logged_of_a_connection_that_ends_well(kind, caplog):
    handled = []
    consumer = make(OURS, kind, receive=fails, handle_exception=noting(handled))
    await run(consumer(), CONNECT, text("a"), text("b"), DISCONNECT)
    assert len(handled) == 2
    # It has closed twice, which is told elsewhere.
    assert not [line for line in caplog.messages if "raised" in line]


async def test_a_client_that_has_gone_is_no_record(kind, caplog):
    def receive(self, text_data):
        yield self.send("answer")

    async def send(event):
        if event["type"] == "websocket.send":
            raise ConnectionResetError

    async def ask(consumer):
        events = [CONNECT, text("a")]

        async def receive():
            return events.pop(0)

        await consumer()({"type": "websocket"}, receive, send)

    with pytest.raises(ConnectionResetError):
        await ask(make(OURS, kind, receive=receive))
    assert caplog.messages == []

    def reads_a_file(self, text_data):
        raise FileNotFoundError

    with pytest.raises(FileNotFoundError):
        await ask(make(OURS, kind, receive=reads_a_file))
    assert len(caplog.messages) == 1
