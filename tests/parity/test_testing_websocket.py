"""The communicator that talks over a WebSocket."""

from __future__ import annotations

import asyncio
import gc
import json
from unittest import mock

import pytest
from django.urls import path

from ..support.senders import sender

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("url", "expected_path", "query"),
    [
        ("/a/?q=1", "/a/", b"q=1"),
        ("ws://user@host:80/caf%C3%A9?x=%20#part", "/café", b"x=%20"),
        ("user:pass@example.com:8080/p?query=string", None, b"query=string"),
    ],
)
async def test_websocket_scope_is_made_from_the_path(
    channels, url, expected_path, query
):
    communicator = channels.testing.WebsocketCommunicator(sender(), url)
    scope = dict(communicator.scope)
    if expected_path is None:
        assert isinstance(scope.pop("path"), str)
    else:
        assert scope.pop("path") == expected_path
    assert scope == {
        "type": "websocket",
        "query_string": query,
        "headers": [],
        "subprotocols": [],
    }


async def test_websocket_scope_takes_more(channels):
    communicator = channels.testing.WebsocketCommunicator(
        sender(), "/", headers=[(b"a", b"b")], subprotocols=["c"]
    )
    assert communicator.scope["headers"] == [(b"a", b"b")]
    assert communicator.scope["subprotocols"] == ["c"]


# The communicator of 3.0.5 complains when it is deleted half made.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.since("4.1", "WebsocketCommunicator takes a spec_version")
async def test_websocket_scope_takes_the_version_of_asgi(channels):
    try:
        communicator = channels.testing.WebsocketCommunicator(
            sender(), "/", spec_version="2.3"
        )
        assert communicator.scope["spec_version"] == "2.3"
        assert communicator.response_headers is None
    finally:
        gc.collect()


# The reference's communicator complains when it is deleted half made, so it has
# to be deleted here and not in a later test.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_websocket_path_must_be_text(channels):
    with pytest.raises(TypeError) as caught:
        channels.testing.WebsocketCommunicator(sender(), b"/")
    assert str(caught.value) == "Expected str, got <class 'bytes'>"
    del caught
    gc.collect()


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ({"type": "websocket.accept"}, (True, None)),
        ({"type": "websocket.accept", "subprotocol": "c"}, (True, "c")),
        ({"type": "websocket.close"}, (False, 1000)),
        ({"type": "websocket.close", "code": 4001}, (False, 4001)),
    ],
)
async def test_connect_tells_the_answer(channels, event, answer):
    communicator = channels.testing.WebsocketCommunicator(sender(event), "/")
    assert await communicator.connect() == answer


@pytest.mark.since("4.1", "the communicator keeps the headers")
async def test_connect_keeps_the_headers(channels):
    event = {"type": "websocket.accept", "headers": [(b"a", b"b")]}
    communicator = channels.testing.WebsocketCommunicator(sender(event), "/")
    await communicator.connect()
    assert communicator.response_headers == [(b"a", b"b")]


@pytest.mark.since("4.1", "any other event counts as an acceptance before")
async def test_connect_expects_an_answer(channels):
    communicator = channels.testing.WebsocketCommunicator(
        sender({"type": "websocket.send", "text": "early"}), "/"
    )
    with pytest.raises(AssertionError):
        await communicator.connect()


async def test_a_conversation_in_text_bytes_and_json_works(channels):
    class Consumer(channels("generic.websocket").WebsocketConsumer):
        def receive(self, text_data=None, bytes_data=None):
            self.send(text_data=text_data, bytes_data=bytes_data)

    router = channels.routing.URLRouter([path("echo/", Consumer.as_asgi())])
    communicator = channels.testing.WebsocketCommunicator(router, "/echo/")
    assert await communicator.connect() == (True, None)
    await communicator.send_to(text_data="hello")
    assert await communicator.receive_from() == "hello"
    await communicator.send_to(bytes_data=b"\0")
    assert await communicator.receive_from() == b"\0"
    await communicator.send_json_to({"a": 1})
    assert await communicator.receive_json_from() == {"a": 1}
    assert await communicator.receive_nothing() is True
    await communicator.disconnect()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "You must supply exactly one of text_data or bytes_data"),
        (
            {"text_data": "a", "bytes_data": b"a"},
            "You must supply exactly one of text_data or bytes_data",
        ),
        ({"text_data": b"a"}, "The text_data argument must be a str"),
        ({"bytes_data": "a"}, "The bytes_data argument must be bytes"),
    ],
)
async def test_frames_to_send_are_checked(channels, arguments, error):
    communicator = channels.testing.WebsocketCommunicator(sender(), "/")
    with pytest.raises(AssertionError, match=error):
        await communicator.send_to(**arguments)


def told(channels, error):
    """Return *error*, without the type that Channels before 4.2 does not tell."""
    return error if channels.version >= (4, 2) else error.partition(", it is")[0]


@pytest.mark.parametrize(
    ("event", "error"),
    [
        pytest.param(
            {"type": "websocket.close"},
            "Expected type 'websocket.send', but was 'websocket.close'",
            marks=pytest.mark.since("4.2", "the assertion has a text"),
        ),
        (
            {"type": "websocket.send"},
            "The response needs exactly one of 'text' or 'bytes'",
        ),
        (
            {"type": "websocket.send", "text": "a", "bytes": b"a"},
            "The response needs exactly one of 'text' or 'bytes'",
        ),
        (
            {"type": "websocket.send", "text": b"a"},
            "Text frame payload is not str, it is <class 'bytes'>",
        ),
        (
            {"type": "websocket.send", "bytes": "a"},
            "Binary frame payload is not bytes, it is <class 'str'>",
        ),
    ],
)
async def test_received_frames_are_checked(channels, event, error):
    communicator = channels.testing.WebsocketCommunicator(sender(event), "/")
    await communicator.send_input({"type": "websocket.connect"})
    with pytest.raises(AssertionError) as caught:
        await communicator.receive_from()
    assert str(caught.value).splitlines()[0] == told(channels, error)


async def test_received_json_must_be_text(channels):
    communicator = channels.testing.WebsocketCommunicator(
        sender({"type": "websocket.send", "bytes": b"{}"}), "/"
    )
    await communicator.send_input({"type": "websocket.connect"})
    with pytest.raises(AssertionError) as caught:
        await communicator.receive_json_from()
    assert str(caught.value).splitlines()[0] == told(
        channels, "JSON data is not a text frame, it is <class 'bytes'>"
    )


async def test_errors_of_the_application_come_out(channels):
    async def application(scope, receive, send):
        raise LookupError("mine")

    communicator = channels.testing.WebsocketCommunicator(application, "/")
    with pytest.raises(LookupError, match="mine"):
        await communicator.connect(timeout=0.1)


async def test_disconnect_waits_for_the_application(channels):
    seen = []

    async def application(scope, receive, send):
        seen.append(await receive())
        await asyncio.sleep(0.01)
        seen.append("end")

    communicator = channels.testing.WebsocketCommunicator(application, "/")
    await communicator.disconnect(code=4000)
    assert seen == [{"type": "websocket.disconnect", "code": 4000}, "end"]


@pytest.mark.since("4.2", "closing old connections takes turns of the event loop")
async def test_short_tasks_that_disconnect_starts_are_done_when_it_returns(channels):
    done = []

    async def take_turns(count):
        for _ in range(count):
            await asyncio.sleep(0)
        done.append(count)

    class Consumer(channels.generic.websocket.AsyncWebsocketConsumer):
        async def disconnect(self, code):
            self.tasks = [asyncio.create_task(take_turns(n)) for n in range(4)]

    communicator = channels.testing.WebsocketCommunicator(Consumer.as_asgi(), "/")
    await communicator.connect()
    await communicator.disconnect()
    assert done == [0, 1, 2, 3]


async def test_json_is_sent_as_text(channels):
    seen = []

    async def application(scope, receive, send):
        seen.append(await receive())

    communicator = channels.testing.WebsocketCommunicator(application, "/")
    await communicator.send_json_to([1, {"a": None}])
    await communicator.wait()
    assert seen == [{"type": "websocket.receive", "text": json.dumps([1, {"a": None}])}]


@pytest.mark.since("4.2", "the communicator leaves connections to the test")
async def test_no_connection_is_closed_while_receiving(channels):
    """A test's transaction may be open on it."""
    close_old = channels.db.aclose_old_connections

    async def application(scope, receive, send):
        await receive()
        await close_old()
        await channels.db.database_sync_to_async(int)()
        await send({"type": "websocket.accept"})

    with mock.patch(f"{channels!r}.db.close_old_connections") as close:
        communicator = channels.testing.WebsocketCommunicator(application, "/")
        await communicator.connect()
    close.assert_not_called()
