"""Clients that send too much or too often are closed."""

from __future__ import annotations

import asyncio
import logging

import pytest

from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.limits import Limits
from channels_fast.testing import connect

from ..conftest import OURS
from ..support.consumers import CONNECT, settle, until
from ..support.generic_consumers import consumer_kind, make  # noqa: F401 # a fixture
from ..support.layers import any_layer, ours  # noqa: F401 # fixtures
from ..support.limits import GONE, Clock, Connection, Steps, open_connection

pytestmark = pytest.mark.django_db

HERE = "tests.support.generic_consumers.Consumer"


def noting(kind, log, **limits):
    """Return an application that notes what its client sends, and its end."""

    def receive(self, text_data=None, bytes_data=None):
        log.append(bytes_data if text_data is None else text_data)
        yield

    def disconnect(self, code):
        log.append(code)
        yield

    made = make(OURS, kind, receive=receive, disconnect=disconnect)
    made.limits = Limits(**limits)
    return made.as_asgi()


LARGE = [
    *({"text": "12345"}, {"text": "€€"}, {"text": "12\N{GRINNING FACE}"}),
    *({"text": "1" * 1000}, {"text": "\ud800\ud800"}, {"bytes": b"12345"}),
]
SMALL = [
    *({"text": "1234"}, {"text": "€"}, {"text": "\N{GRINNING FACE}"}, {"text": ""}),
    *({"bytes": b"1234"}, {"text": None, "bytes": b"1234"}, {"bytes": b""}),
]


@pytest.mark.parametrize("frame", LARGE, ids=ascii)
async def test_a_frame_that_is_too_large_closes_the_connection(kind, caplog, frame):
    log = []
    connection = open_connection(noting(kind, log, max_message_size=4))
    connection.put({"type": "websocket.receive", **frame})
    await connection.ended()
    assert connection.closes == [4413]
    assert log == [4413]
    assert caplog.messages == [
        f"{HERE}: A message of the client was too large (limits.max_message_size = 4). "
        "The connection was closed with code 4413."
    ]
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("channels_fast.consumer", logging.WARNING)


@pytest.mark.parametrize("frame", SMALL, ids=ascii)
async def test_a_frame_of_the_limit_is_handled(kind, frame):
    log = []
    connection = open_connection(noting(kind, log, max_message_size=4))
    connection.put({"type": "websocket.receive", **frame}, GONE)
    await connection.ended()
    content = frame.get("text")
    assert log == [frame["bytes"] if content is None else content, 1006]
    assert connection.closes == []


async def test_what_comes_after_the_close_is_dropped(kind, layer):
    log = []
    connection = Connection(noting(kind, log, max_message_size=4))
    connection.put(CONNECT)
    connection.say("12345", "late", "12345")
    await connection.ended()
    assert connection.closes == [4413]
    assert log == [4413]


async def test_what_a_handler_sends_after_the_close_is_dropped():
    steps = Steps()

    class Chat(AsyncWebsocketConsumer):
        limits = Limits(max_message_size=4)
        disconnect_policy = "concurrent"

        async def receive(self, text_data):
            await steps.wait(text_data)
            await self.send("late")
            await self.close(4000)

    connection = open_connection(Chat.as_asgi(), "a")
    await steps.until("a begins")
    connection.say("12345")
    await until(lambda: connection.closes)
    steps.let("a")
    await connection.ended()
    types = [event["type"] for event in connection.sent]
    assert types == ["websocket.accept", "websocket.close"]


async def test_messages_of_the_layer_have_no_limits(settings):
    backend = "channels_fast.layers.InMemoryChannelLayer"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend}}

    class Chat(AsyncWebsocketConsumer):
        limits = Limits(max_message_size=4, max_messages_per_second=1)

        async def receive(self, text_data):
            for _ in range(5):
                message = {"type": "show", "text": "longer than four"}
                await self.channel_layer.send(self.channel_name, message)

        async def show(self, message):
            await self.send(message["text"])

    async with connect(Chat.as_asgi(), "/") as client:
        await client.send_to("go")
        for _ in range(5):
            assert await client.receive_from() == "longer than four"


async def test_a_flood_closes_the_connection(kind, caplog):
    log = []
    Clock()
    made = noting(kind, log, max_messages_per_second=2, message_burst=3)
    connection = open_connection(made, *"abcde")
    await connection.ended()
    assert log == ["a", "b", "c", 4429]
    assert connection.closes == [4429]
    assert caplog.messages == [
        f"{HERE}: The client sent too many messages "
        "(limits.max_messages_per_second = 2). "
        "The connection was closed with code 4429."
    ]


async def test_time_allows_as_many_messages_as_the_rate_says(layer):
    log = []
    clock = Clock()
    made = noting("async", log, max_messages_per_second=2, message_burst=3)
    connection = open_connection(made, *"abc")
    await until(lambda: log == [*"abc"])
    await clock.turn(0.5)
    connection.say("d")
    await until(lambda: log == [*"abcd"])
    await clock.turn(0.4)
    connection.say("e")
    await connection.ended()
    assert log == [*"abcd", 4429]


async def test_silence_is_not_saved_up_beyond_the_burst(layer):
    log = []
    clock = Clock()
    made = noting("async", log, max_messages_per_second=2, message_burst=3)
    connection = open_connection(made)
    await settle(50)
    await clock.turn(1000)
    connection.say(*"abcd")
    await connection.ended()
    assert log == [*"abc", 4429]


@pytest.mark.parametrize(("rate", "burst"), [(0.1, 1), (1, 1), (3, 3), (2.5, 2)])
async def test_the_burst_is_what_comes_in_a_second_unless_it_is_set(rate, burst):
    log = []
    Clock()
    made = noting("async", log, max_messages_per_second=rate)
    connection = open_connection(made, *"abcdefgh")
    await connection.ended()
    assert log == [*"abcdefgh"[:burst], 4429]


async def test_what_waited_for_a_slow_handler_is_no_flood():
    """The client has sent one message a second, and all are read at once."""
    steps = Steps()
    clock = Clock()

    class Chat(AsyncWebsocketConsumer):
        limits = Limits(max_messages_per_second=1)

        async def receive(self, text_data):
            await steps.wait(text_data)

    connection = open_connection(Chat.as_asgi(), *"abcdef")
    await steps.until("a begins")
    await clock.turn(5)
    steps.let(*"abcdef")
    await steps.until("f ends")
    connection.say("g")
    await connection.ended()
    assert connection.closes == [4429]
    assert steps.log[-1] == "f ends"


@pytest.mark.parametrize(
    ("limit", "value"), [("max_message_size", 4), ("max_messages_per_second", 0.001)]
)
async def test_a_project_chooses_the_code(limit, value):
    log = []
    limits = {limit: value, "close_codes": {limit: 1009}}
    connection = open_connection(noting("async", log, **limits), "1234", "12345")
    await connection.ended()
    assert connection.closes == [1009]


async def test_an_early_message_is_refused_with_the_connection():
    """Before it is accepted. Servers do not let that happen."""
    steps = Steps()

    class Chat(AsyncWebsocketConsumer):
        limits = Limits(max_message_size=4)
        disconnect_policy = "cancel"

        async def connect(self):
            await steps.wait("connect")

    connection = open_connection(Chat.as_asgi(), "12345")
    await connection.ended()
    assert connection.sent == [{"type": "websocket.close", "code": 4413}]


async def test_a_consumer_that_has_closed_is_not_closed_again(kind, caplog):
    log = []

    def receive(self, text_data):
        yield self.close(4000)

    made = make(OURS, kind, receive=receive)
    made.limits = Limits(max_message_size=4)
    connection = open_connection(made.as_asgi())
    connection.put({"type": "websocket.receive", "text": "1"})
    await connection.ended()
    assert connection.closes == [4000]
    assert log == caplog.messages == []


async def test_a_large_message_after_a_close_of_the_consumer_is_handled_as_ever():
    log = []

    class Chat(AsyncWebsocketConsumer):
        limits = Limits(max_message_size=4)

        async def receive(self, text_data):
            log.append(text_data)
            if len(log) == 1:
                connection.say("12345")
                await self.close(4000)

    connection = open_connection(Chat.as_asgi(), "1")
    await connection.ended()
    assert log == ["1", "12345"]
    assert connection.closes == [4000]


@pytest.mark.parametrize("error", [OSError("gone"), RuntimeError("no such code")])
async def test_only_a_client_that_has_gone_is_no_error_of_the_close(caplog, error):
    """Daphne has no codes below 3000 but 1000, and raises an error."""
    log = []
    events = asyncio.Queue()

    async def send(event):
        if event["type"] == "websocket.close":
            events.put_nowait(GONE)
            raise error

    for event in (CONNECT, {"type": "websocket.receive", "text": "12345"}):
        events.put_nowait(event)
    made = noting("async", log, max_message_size=4)
    await asyncio.wait_for(made({"type": "websocket"}, events.get, send), 30)
    assert log == [1006]
    logged = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.exc_info[1] for record in logged] == [
        raised for raised in [error] if not isinstance(raised, OSError)
    ]
