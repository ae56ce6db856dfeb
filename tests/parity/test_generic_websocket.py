"""WebSocket consumers: the twins behave alike, so one body tests both."""

from __future__ import annotations

import inspect

import pytest

from ..support.consumers import CONNECT, DISCONNECT, run, text
from ..support.layers import memory_layer

pytestmark = pytest.mark.django_db

KINDS = ("sync", "async")


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def make(channels, kind, json=False, **methods):
    """
    Return a consumer class with *methods*, written as generators.

    ``yield call`` stands for ``call`` in the sync consumer and for
    ``await call`` in the async one, so that one body serves both.
    """
    module = channels("generic.websocket")
    base = {
        ("sync", False): module.WebsocketConsumer,
        ("async", False): module.AsyncWebsocketConsumer,
        ("sync", True): module.JsonWebsocketConsumer,
        ("async", True): module.AsyncJsonWebsocketConsumer,
    }[kind, json]
    return type("Consumer", (base,), {k: twin(kind, v) for k, v in methods.items()})


def twin(kind, body):
    if not inspect.isgeneratorfunction(body):
        return body
    if kind == "sync":

        def method(*args, **kwargs):
            for _ in body(*args, **kwargs):
                pass

    else:

        async def method(*args, **kwargs):
            for call in body(*args, **kwargs):
                if inspect.isawaitable(call):
                    await call

    return method


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

    with pytest.raises(ValueError) as caught:  # noqa: PT011 - compared below
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


async def test_groups_are_joined_before_connect_and_left_before_disconnect(
    channels, kind, settings
):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    layer = channels.layers.get_channel_layer()
    seen = []

    def connect(self):
        seen.append(
            {g: list(m) == [self.channel_name] for g, m in layer.groups.items()}
        )
        yield

    def disconnect(self, code):
        seen.append(dict(layer.groups))
        yield

    consumer = make(
        channels, kind, groups=["a", "b"], connect=connect, disconnect=disconnect
    )()
    await run(consumer, CONNECT, DISCONNECT)
    assert seen == [{"a": True, "b": True}, {}]


async def test_groups_may_be_set_by_the_constructor(channels, kind, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    seen = []

    def init(self, room):
        self.groups = [room]

    def connect(self):
        seen.extend(self.channel_layer.groups)
        yield

    consumer = make(channels, kind, __init__=init, connect=connect)
    await run(consumer.as_asgi(room="lobby"), CONNECT, DISCONNECT)
    assert seen == ["lobby"]


def test_groups_are_an_empty_list_by_default(channels, kind):
    cls = make(channels, kind)
    assert cls.groups is None
    first, second = cls(1, two=2), cls()
    assert first.groups == []
    assert first.groups is not second.groups


@pytest.mark.parametrize("event", [CONNECT, DISCONNECT])
async def test_groups_need_a_layer(channels, kind, settings, event):
    settings.CHANNEL_LAYERS = {}
    with pytest.raises(channels.exceptions.InvalidChannelLayerError) as caught:
        await run(make(channels, kind, groups=["a"])(), event)
    assert str(caught.value) == "BACKEND is unconfigured or doesn't support groups"
    assert isinstance(caught.value, ValueError)


async def test_group_messages_reach_the_client(channels, kind, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)

    def chat_message(self, event):
        yield self.send(event["text"])

    consumer = make(channels, kind, groups=["room"], chat_message=chat_message)
    communicator = channels.testing.WebsocketCommunicator(consumer.as_asgi(), "/")
    assert await communicator.connect() == (True, None)
    await channels.layers.get_channel_layer().group_send(
        "room", {"type": "chat.message", "text": "hello"}
    )
    assert await communicator.receive_from() == "hello"
    await communicator.disconnect()
    assert channels.layers.get_channel_layer().groups == {}


async def test_json_is_decoded_and_encoded(channels, kind):
    def receive_json(self, content):
        yield self.send_json({"got": content})

    sent = await run(
        make(channels, kind, json=True, receive_json=receive_json)(),
        text('{"a": [1, null]}'),
        DISCONNECT,
    )
    assert sent == [{"type": "websocket.send", "text": '{"got": {"a": [1, null]}}'}]


async def test_send_json_can_close(channels, kind):
    def connect(self):
        yield self.send_json([], close=4002)

    sent = await run(
        make(channels, kind, json=True, connect=connect)(), CONNECT, DISCONNECT
    )
    assert sent == [
        {"type": "websocket.send", "text": "[]"},
        {"type": "websocket.close", "code": 4002},
    ]


@pytest.mark.parametrize(
    "event", [text(""), {"type": "websocket.receive", "bytes": b"raw"}]
)
async def test_json_consumers_refuse_frames_without_text(channels, kind, event):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - compared below
        await run(make(channels, kind, json=True)(), event)
    assert str(caught.value) == "No text section for incoming WebSocket frame!"


async def test_bad_json_ends_the_consumer(channels, kind):
    with pytest.raises(ValueError, match="Expecting value"):
        await run(make(channels, kind, json=True)(), text("nonsense"))


async def test_json_codecs_may_be_replaced(channels, kind):
    def decode(cls, text_data):
        return text_data.split(",")

    def encode(cls, content):
        return ",".join(content)

    async def adecode(cls, text_data):
        return decode(cls, text_data)

    async def aencode(cls, content):
        return encode(cls, content)

    def receive_json(self, content):
        yield self.send_json(content[::-1])

    is_async = kind == "async"
    consumer = make(
        channels,
        kind,
        json=True,
        receive_json=receive_json,
        decode_json=classmethod(adecode if is_async else decode),
        encode_json=classmethod(aencode if is_async else encode),
    )
    sent = await run(consumer(), text("a,b"), DISCONNECT)
    assert sent == [{"type": "websocket.send", "text": "b,a"}]


async def test_receive_passes_extra_arguments_to_receive_json(channels, kind):
    seen = []

    def receive_json(self, content, **kwargs):
        seen.append((content, kwargs))
        yield

    consumer = make(channels, kind, json=True, receive_json=receive_json)()
    result = consumer.receive(text_data="1", extra=2)
    if inspect.isawaitable(result):
        await result
    assert seen == [(1, {"extra": 2})]


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


async def test_hooks_do_nothing_by_default(channels, kind):
    sent = await run(make(channels, kind, json=True)(), CONNECT, text("[]"), DISCONNECT)
    assert sent == [{"type": "websocket.accept", "subprotocol": None}]
