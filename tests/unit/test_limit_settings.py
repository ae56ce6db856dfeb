"""What the limits of a consumer may be, and what is said about wrong ones."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from channels_fast.consumer import AsyncConsumer, SyncConsumer
from channels_fast.exceptions import StopConsumer
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer

from ..support.consumers import CONNECT, DISCONNECT, run

WRONG = [
    ("max_concurrency", 0, "a positive integer"),
    ("max_concurrency", 2.5, "a positive integer"),
    ("max_concurrency", "4", "a positive integer"),
    ("max_concurrency", None, "a positive integer"),
    ("disconnect_policy", "wait", "one of 'queue', 'cancel', 'concurrent'"),
    ("disconnect_policy", None, "one of 'queue', 'cancel', 'concurrent'"),
    ("max_message_size", -1, "a positive integer"),
    ("max_message_size", True, "a positive integer"),
    ("max_messages_per_second", 0, "a positive number"),
    ("max_messages_per_second", float("nan"), "a positive number"),
    ("message_burst", 0, "a positive integer"),
    ("handler_timeout", "10", "a positive number"),
    ("handler_timeout", float("inf"), "a positive number"),
    ("idle_timeout", -5, "a positive number"),
    ("limit_close_codes", {"idle": 4000}, "a mapping of max_message_size, "),
    ("limit_close_codes", {"idle_timeout": 99}, "to codes from 1000 to 4999"),
    ("limit_close_codes", [4000], "a mapping of max_message_size, "),
]


def consumer(base=AsyncWebsocketConsumer, **attributes):
    return type("Chat", (base,), {"__module__": "chat", **attributes})


@pytest.mark.parametrize(("name", "value", "expected"), WRONG)
def test_a_wrong_value_is_named_when_the_application_is_made(name, value, expected):
    with pytest.raises(ImproperlyConfigured) as caught:
        consumer(**{name: value}).as_asgi()
    said = str(caught.value)
    assert said.startswith(f"chat.Chat.{name} is {value!r}: it has to be ")
    assert expected in said


async def test_a_wrong_value_of_an_instance_is_named_at_its_first_connection():
    class Chat(AsyncWebsocketConsumer):
        def __init__(self, idle):
            super().__init__()
            self.idle_timeout = idle

    with pytest.raises(ImproperlyConfigured, match=r"Chat\.idle_timeout is 'long'"):
        await run(Chat.as_asgi(idle="long"), CONNECT)


def test_a_burst_without_a_rate_is_refused():
    with pytest.raises(ImproperlyConfigured, match="without max_messages_per_second"):
        consumer(message_burst=5).as_asgi()


@pytest.mark.parametrize(
    ("name", "value"), [("max_concurrency", 2), ("disconnect_policy", "concurrent")]
)
@pytest.mark.parametrize("base", [SyncConsumer, WebsocketConsumer])
def test_what_one_thread_cannot_do_is_refused(base, name, value):
    with pytest.raises(ImproperlyConfigured) as caught:
        consumer(base, **{name: value}).as_asgi()
    assert str(caught.value).startswith(f"chat.Chat.{name} cannot be ")
    assert "share one thread" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_concurrency", 2),
        ("disconnect_policy", "cancel"),
        ("max_messages_per_second", 5),
        ("idle_timeout", 5),
    ],
)
async def test_what_a_request_does_not_have_is_refused_at_the_first_one(name, value):
    made = consumer(AsyncHttpConsumer, **{name: value}).as_asgi()
    with pytest.raises(ImproperlyConfigured) as caught:
        await run(made, {"type": "http.request"}, scope={"type": "http"})
    assert str(caught.value) == f"chat.Chat.{name} has no effect for 'http'."


async def test_a_worker_has_no_limits_of_clients():
    made = consumer(AsyncConsumer, max_message_size=5).as_asgi()
    with pytest.raises(ImproperlyConfigured, match="no effect for 'channel'"):
        await run(made, {"type": "work"}, scope={"type": "channel"})


async def test_a_handler_of_a_project_may_have_the_name_of_a_limit():
    """Projects have handlers for "rate.limit", so why not for "idle.timeout"."""
    log = []

    class Chat(AsyncConsumer):
        async def websocket_connect(self, message):
            await self.idle_timeout(message)

        async def idle_timeout(self, message):
            log.append(message["type"])

        async def websocket_disconnect(self, message):
            raise StopConsumer

    await run(Chat.as_asgi(), CONNECT, DISCONNECT)
    assert log == ["websocket.connect"]


async def test_a_property_may_be_a_limit():
    class Chat(AsyncWebsocketConsumer):
        @property
        def max_message_size(self):
            return 0 if self.scope["path"] == "/wrong/" else 10

    made = Chat.as_asgi()
    scope = {"type": "websocket", "path": "/right/"}
    await run(made, CONNECT, DISCONNECT, scope=scope)
    scope["path"] = "/wrong/"
    with pytest.raises(ImproperlyConfigured, match="max_message_size is 0"):
        await run(made, CONNECT, DISCONNECT, scope=scope)
