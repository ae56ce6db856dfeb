"""WebSocket consumers accept, read, send and close."""

from __future__ import annotations

import pytest

from ..support.consumers import CONNECT, DISCONNECT, run, text
from ..support.generic_consumers import consumer_kind, make  # noqa: F401 # a fixture

pytestmark = pytest.mark.django_db


async def test_a_connection_is_accepted_by_default(channels, kind):
    sent = await run(make(channels, kind).as_asgi(), CONNECT, DISCONNECT)
    assert sent == [{"type": "websocket.accept", "subprotocol": None}]


@pytest.mark.since("4.1", "accept() takes headers")
async def test_accept_takes_subprotocol_and_headers(channels, kind):
    def connect(self):
        yield self.accept("chat", headers=iter([(b"a", b"b")]))

    sent = await run(make(channels, kind, connect=connect)(), CONNECT, DISCONNECT)
    assert sent == [
        {
            "type": "websocket.accept",
            "subprotocol": "chat",
            "headers": [(b"a", b"b")],
        }
    ]


@pytest.mark.parametrize("headers", [None, [], ()])
@pytest.mark.since("4.1", "accept() takes headers")
async def test_no_headers_are_not_sent(channels, kind, headers):
    def connect(self):
        yield self.accept(headers=headers)

    sent = await run(make(channels, kind, connect=connect)(), CONNECT, DISCONNECT)
    assert sent == [{"type": "websocket.accept", "subprotocol": None}]


@pytest.mark.parametrize(
    ("exception", "answer"),
    [
        ("AcceptConnection", {"type": "websocket.accept", "subprotocol": None}),
        ("DenyConnection", {"type": "websocket.close"}),
    ],
)
async def test_exceptions_decide_about_a_connection(channels, kind, exception, answer):
    def connect(self):
        raise getattr(channels.exceptions, exception)
        yield

    sent = await run(make(channels, kind, connect=connect)(), CONNECT, DISCONNECT)
    assert sent == [answer]


async def test_a_subclass_may_look_at_the_event_of_a_connection(channels, kind):
    seen = []

    def websocket_connect(self, message):
        seen.append(message)
        yield super(type(self), self).websocket_connect(message)

    sent = await run(
        make(channels, kind, websocket_connect=websocket_connect)(), CONNECT, DISCONNECT
    )
    assert seen == [CONNECT]
    assert [event["type"] for event in sent] == ["websocket.accept"]


async def test_frames_are_passed_to_receive(channels, kind):
    seen = []

    def receive(self, text_data=None, bytes_data=None):
        seen.append((text_data, bytes_data))
        yield

    await run(
        make(channels, kind, receive=receive)(),
        text("hello"),
        text(""),
        {"type": "websocket.receive", "bytes": b"raw"},
        DISCONNECT,
    )
    assert seen == [("hello", None), ("", None), (None, b"raw")]


async def test_a_frame_may_have_both_keys(channels, kind):
    """Hypercorn sends both. Channels before 4.2 takes a key with None for text."""
    seen = []

    def receive(self, text_data=None, bytes_data=None):
        seen.append((text_data, bytes_data))
        yield

    await run(
        make(channels, kind, receive=receive)(),
        {"type": "websocket.receive", "text": None, "bytes": b"both"},
        {"type": "websocket.receive", "text": "both", "bytes": None},
        DISCONNECT,
    )
    binary = b"both" if channels.version >= (4, 2) else None
    assert seen == [(None, binary), ("both", None)]


async def test_receive_is_called_with_one_keyword(channels, kind):
    """Consumers that declare only ``text_data`` work with text frames."""
    seen = []

    def receive(self, text_data):
        seen.append(text_data)
        yield

    await run(make(channels, kind, receive=receive)(), text("a"), DISCONNECT)
    assert seen == ["a"]


async def test_a_frame_without_content_is_a_key_error(channels, kind):
    with pytest.raises(KeyError, match="bytes"):
        await run(make(channels, kind)(), {"type": "websocket.receive"})


async def test_send_makes_frames(channels, kind):
    def connect(self):
        yield self.send("positional")
        yield self.send(text_data="")
        yield self.send(bytes_data=b"")
        yield self.send(text_data="t", bytes_data=b"b")

    sent = await run(make(channels, kind, connect=connect)(), CONNECT, DISCONNECT)
    assert sent == [
        {"type": "websocket.send", "text": "positional"},
        {"type": "websocket.send", "text": ""},
        {"type": "websocket.send", "bytes": b""},
        {"type": "websocket.send", "text": "t"},
    ]


async def test_send_needs_content(channels, kind):
    def connect(self):
        yield self.send(close=True)

    with pytest.raises(ValueError) as caught:  # noqa: PT011 # compared below
        await run(make(channels, kind, connect=connect)(), CONNECT)
    assert str(caught.value) == "You must pass one of bytes_data or text_data"


@pytest.mark.parametrize(
    ("close", "events"),
    [
        (False, []),
        (0, []),
        (True, [{"type": "websocket.close"}]),
        (4001, [{"type": "websocket.close", "code": 4001}]),
    ],
)
async def test_send_can_close(channels, kind, close, events):
    def connect(self):
        yield self.send("bye", close=close)

    sent = await run(make(channels, kind, connect=connect)(), CONNECT, DISCONNECT)
    assert sent == [{"type": "websocket.send", "text": "bye"}, *events]


REASON = pytest.mark.since("4.1", "close() takes a reason")


@pytest.mark.parametrize(
    ("arguments", "event"),
    [
        ({}, {}),
        ({"code": None}, {}),
        ({"code": True}, {}),
        ({"code": False}, {"code": False}),
        ({"code": 0}, {"code": 0}),
        ({"code": 4000}, {"code": 4000}),
        pytest.param({"reason": ""}, {}, marks=REASON),
        pytest.param(
            {"code": 4000, "reason": "why"},
            {"code": 4000, "reason": "why"},
            marks=REASON,
        ),
        pytest.param({"reason": "why"}, {"reason": "why"}, marks=REASON),
    ],
)
async def test_close_sends_code_and_reason(channels, kind, arguments, event):
    def connect(self):
        yield self.close(**arguments)

    sent = await run(make(channels, kind, connect=connect)(), CONNECT, DISCONNECT)
    assert sent == [{"type": "websocket.close", **event}]


async def test_disconnect_gets_the_code_and_ends_the_consumer(channels, kind):
    seen = []

    def disconnect(self, code):
        seen.append(code)
        yield

    await run(
        make(channels, kind, disconnect=disconnect)(),
        {"type": "websocket.disconnect", "code": 1006},
    )
    assert seen == [1006]


async def test_disconnect_needs_a_code(channels, kind):
    with pytest.raises(KeyError, match="code"):
        await run(make(channels, kind)(), {"type": "websocket.disconnect"})


@pytest.mark.since("4.2", "async consumers close old database connections")
async def test_old_connections_are_closed_after_an_async_disconnect(
    channels, monkeypatch
):
    calls = []

    def disconnect(self, code):
        calls.append("disconnect")
        yield

    monkeypatch.setattr(
        f"{channels!r}.db.close_old_connections", lambda **kw: calls.append("close")
    )
    await run(make(channels, "async", disconnect=disconnect)(), DISCONNECT)
    assert calls == ["close", "disconnect", "close"]


async def test_a_consumer_that_goes_on_after_close_is_not_stopped(channels, kind):
    """What becomes of the events is the server's decision."""
    left = []

    def connect(self):
        yield self.close(code=4401)
        yield self.accept()
        yield self.send("late")
        yield self.close()

    def disconnect(self, code):
        left.append(code)
        yield self.close()

    consumer = make(channels, kind, connect=connect, disconnect=disconnect)
    client = channels.testing.WebsocketCommunicator(consumer.as_asgi(), "/")
    assert await client.connect() == (False, 4401)
    assert await client.receive_output() == {
        "type": "websocket.accept",
        "subprotocol": None,
    }
    assert await client.receive_from() == "late"
    assert await client.receive_output() == {"type": "websocket.close"}
    await client.disconnect(code=1006)
    assert left == [1006]
    assert await client.receive_output() == {"type": "websocket.close"}


async def test_an_error_of_disconnect_after_a_refusal_reaches_the_server(
    channels, kind
):
    def connect(self):
        yield self.close()

    def disconnect(self, code):
        raise LookupError("no room")

    consumer = make(channels, kind, connect=connect, disconnect=disconnect)
    client = channels.testing.WebsocketCommunicator(consumer.as_asgi(), "/")
    assert await client.connect() == (False, 1000)
    with pytest.raises(LookupError, match="no room"):
        await client.disconnect()
