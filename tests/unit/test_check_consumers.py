"""The system checks of consumers."""

from __future__ import annotations

import functools
from unittest import mock

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core import checks as django_checks

from channels_fast._routes.names import source_of
from channels_fast.consumer import AsyncConsumer, SyncConsumer
from channels_fast.db import database_sync_to_async
from channels_fast.exceptions import DenyConnection
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    AsyncWebsocketConsumer,
    JsonWebsocketConsumer,
    WebsocketConsumer,
)

from ..support.checks import application_checks  # noqa: F401 # fixtures
from ..support.written import async_anything, connected, consumer_checks  # noqa: F401 # fixtures


def sync_anything(self, *args, **kwargs):
    """Do nothing."""


METHODS = [
    (WebsocketConsumer, "connect"),
    (WebsocketConsumer, "accept"),
    (WebsocketConsumer, "receive"),
    (WebsocketConsumer, "disconnect"),
    (WebsocketConsumer, "websocket_receive"),
    (JsonWebsocketConsumer, "receive_json"),
    (SyncConsumer, "websocket_connect"),
    (SyncConsumer, "http_request"),
]


@pytest.mark.parametrize(("base", "name"), METHODS)
def test_an_async_method_of_a_sync_consumer_is_an_error(check, base, name):
    consumer = type("Mixed", (base,), {name: async_anything})
    message = check(consumer)["E009"]
    assert message.level == django_checks.ERROR
    assert message.msg == (
        f"URLRouter, route '0/': {source_of(async_anything)} is `async def` in a "
        "consumer that does not await it, so it never runs."
    )
    assert message.hint.startswith(f"Write `def {name}(self")
    assert message.hint.endswith(f", or derive Mixed from Async{base.__name__}.") or (
        base is SyncConsumer and message.hint.endswith("from AsyncConsumer.")
    )
    right = type("Right", (base,), {name: sync_anything})
    assert check(right) == {}


@pytest.mark.parametrize(
    ("base", "name"),
    [
        (AsyncWebsocketConsumer, "connect"),
        (AsyncWebsocketConsumer, "accept"),
        (AsyncWebsocketConsumer, "receive"),
        (AsyncWebsocketConsumer, "disconnect"),
        (AsyncWebsocketConsumer, "dispatch"),
        (AsyncJsonWebsocketConsumer, "receive_json"),
        (AsyncConsumer, "websocket_receive"),
        (AsyncHttpConsumer, "handle"),
        (AsyncHttpConsumer, "disconnect"),
        (WebsocketConsumer, "dispatch"),
    ],
)
async def test_a_plain_method_of_an_async_consumer_is_an_error(check, base, name):
    methods = {"handle": async_anything, name: sync_anything}
    consumer = type("Mixed", (base,), methods)
    with pytest.raises(TypeError, match=r"await|returned NoneType"):
        await connected(consumer, name)
    message = check(consumer)["E009"]
    assert message.msg.endswith(
        f"{source_of(sync_anything)} is `def` in a consumer that awaits it, and "
        "returns nothing to await."
    )
    assert message.hint.startswith(f"Write `async def {name}(self")
    assert check(type("Right", (base,), {name: async_anything})) == {}


def test_a_class_method_of_a_sync_consumer_is_checked_too(check):
    class Mixed(JsonWebsocketConsumer):
        @classmethod
        async def decode_json(cls, text_data):
            return text_data

    message = check(Mixed)["E009"]
    assert message.hint.startswith("Write `def decode_json(cls, text_data)`")


def test_a_plain_method_that_returns_something_to_await_is_fine(check):
    class Returning(AsyncWebsocketConsumer):
        def connect(self):
            return self.accept()

        def receive(self, text_data=None, bytes_data=None):
            if not text_data:
                return self.close()
            return self.send(text_data)

        def disconnect(self, code):
            raise DenyConnection

    assert check(Returning) == {}


def test_a_plain_method_that_raises_in_each_case_is_fine(check):
    class Finally(AsyncWebsocketConsumer):
        def disconnect(self, code):
            try:
                self.code = code
            finally:
                raise DenyConnection

    class Else(AsyncWebsocketConsumer):
        def disconnect(self, code):
            try:
                self.code = int(code)
            except ValueError:
                raise DenyConnection from None
            else:
                raise DenyConnection

    class Loop(AsyncWebsocketConsumer):
        def disconnect(self, code):
            while True:
                raise DenyConnection

    for consumer in (Finally, Else, Loop):
        assert check(consumer) == {}


def test_a_method_that_is_wrapped_is_left_alone(check):
    def outer(function):
        @functools.wraps(function)
        def inner(*args):
            return None

        return inner

    def marked(function):
        function.mark = True
        return function

    class Wrapped(AsyncWebsocketConsumer):
        @database_sync_to_async
        def connect(self):
            """In the thread."""

        @sync_to_async
        def receive(self, text_data=None, bytes_data=None):
            """In the thread."""

        @outer
        def disconnect(self, code):
            """It is not known what it returns."""

        @marked
        def websocket_connect(self, event):
            """It is not known who calls it."""

        websocket_receive = mock.Mock()

    class WrappedSync(WebsocketConsumer):
        disconnect = mock.AsyncMock()

        @async_to_sync
        async def connect(self):
            """With a loop of its own."""

    assert check(Wrapped, WrappedSync) == {}


def test_a_method_that_the_project_calls_itself_is_left_alone(check):
    class Dispatching(WebsocketConsumer):
        def websocket_connect(self, message):
            async_to_sync(self.connect)(message)

        async def connect(self, message):
            """Awaited by the method above."""

    class Everything(AsyncWebsocketConsumer):
        async def dispatch(self, message):
            """Call handlers of any kind."""

        def chat_message(self, event):
            """Called by the method above."""

        def websocket_receive(self, event):
            """Called by the method above."""

    assert check(Dispatching, Everything) == {}


def test_helper_methods_are_left_alone(check):
    class Helping(AsyncWebsocketConsumer):
        async def connect(self):
            """Refuse everybody, without accept()."""

        def accept(self, user):
            """Called by the project only."""

        def send(self, text):
            """Called by the project only."""

        def chat_message(self, event):
            """Nobody sends such a message."""

        def receive_json(self, content):
            """No method of this base."""

        def handle(self):
            """No method of this base."""

    assert check(Helping) == {}


def test_a_mistake_in_a_base_of_the_project_is_reported_once(check):
    class Base(WebsocketConsumer):
        async def connect(self):
            """Never awaited."""

    class First(Base):
        """A consumer."""

    class Second(Base):
        """Another one."""

    message = check(First, Second)["E009"]
    assert "Base.connect (" in message.msg
