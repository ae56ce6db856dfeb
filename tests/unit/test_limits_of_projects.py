"""Attributes of a project that happen to have the name of a limit."""

from __future__ import annotations

import pytest

from channels_fast import _limits
from channels_fast.consumer import AsyncConsumer
from channels_fast.exceptions import StopConsumer
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels_fast.limits import Limits

from ..support.consumers import CONNECT, DISCONNECT, run
from ..support.limits import GONE, open_connection

NAMES = [
    *("max_message_size", "max_messages_per_second", "message_burst"),
    *("handler_timeout", "idle_timeout", "limit_close_codes", "close_codes"),
]


def method(self, *args):
    raise AssertionError("it is called")


class Similar:
    max_message_size = 4
    close_codes = {}


VALUES = [60, 0.001, 1, 0, -1, "long", None, True, [1], {"a": 1}, object()]
METHODS = [method, property(method), staticmethod(method), classmethod(method)]


@pytest.fixture(autouse=True)
def never_limited(monkeypatch):
    def fail(*args):
        raise AssertionError("the consumer has limits")

    monkeypatch.setattr(_limits, "LimitedConnection", fail)


def echo(base, attributes=None):
    """Return a consumer that answers, with what a project has under some names."""
    if base is WebsocketConsumer:

        def receive(self, text_data):
            self.send(text_data)
    else:

        async def receive(self, text_data):
            await self.send(text_data)

    return type("Echo", (base,), {"receive": receive, **(attributes or {})})


async def answers(consumer):
    connection = open_connection(consumer.as_asgi(), *["x" * 1000] * 20)
    connection.put(GONE)
    await connection.ended()
    return connection.sent


@pytest.mark.django_db
@pytest.mark.parametrize("value", [*VALUES, *METHODS])
@pytest.mark.parametrize("base", [AsyncWebsocketConsumer, WebsocketConsumer])
async def test_the_arguments_of_limits_are_no_attributes(base, value):
    made = echo(base, dict.fromkeys(NAMES, value))
    assert await answers(made) == await answers(echo(base))


@pytest.mark.django_db
@pytest.mark.parametrize("value", [*VALUES, *METHODS, Limits, Similar()])
@pytest.mark.parametrize("base", [AsyncWebsocketConsumer, WebsocketConsumer])
async def test_only_an_object_of_the_class_is_limits(base, value):
    made = echo(base, {"limits": value})
    assert await answers(made) == await answers(echo(base))


@pytest.mark.parametrize("value", METHODS)
@pytest.mark.parametrize("name", ["max_concurrency", "disconnect_policy"])
async def test_a_method_or_property_is_neither_called_nor_a_setting(name, value):
    made = echo(AsyncWebsocketConsumer, {name: value})
    assert await answers(made) == await answers(echo(AsyncWebsocketConsumer))


@pytest.mark.parametrize("value", [*VALUES, method])
async def test_an_instance_may_have_what_it_likes(value):
    class Chat(echo(AsyncWebsocketConsumer)):
        def __init__(self):
            super().__init__()
            for name in (*NAMES, "limits"):
                setattr(self, name, value)

    assert await answers(Chat) == await answers(echo(AsyncWebsocketConsumer))


async def test_a_request_is_answered_as_ever():
    class Page(AsyncHttpConsumer):
        idle_timeout = 60
        limits = (1, 2)

        async def handle(self, body):
            await self.send_response(200, repr(self.limits).encode())

    event = {"type": "http.request", "body": b""}
    sent = await run(Page.as_asgi(), event, scope={"type": "http"})
    assert sent[-1]["body"] == b"(1, 2)"


@pytest.mark.parametrize("name", ["idle_timeout", "limits", "max_concurrency"])
async def test_a_handler_may_have_the_name_of_a_limit(name):
    """Projects have handlers for "rate.limit", so why not for "idle.timeout"."""
    log = []

    class Chat(AsyncConsumer):
        async def websocket_connect(self, message):
            await self.dispatch({"type": name.replace("_", ".")})

        async def websocket_disconnect(self, message):
            raise StopConsumer

    async def handler(self, message):
        log.append(message["type"])

    setattr(Chat, name, handler)
    await run(Chat.as_asgi(), CONNECT, DISCONNECT)
    assert log == [name.replace("_", ".")]
