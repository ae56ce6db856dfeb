"""WebSocket consumers of JSON."""

from __future__ import annotations

import inspect

import pytest

from ..support.consumers import CONNECT, DISCONNECT, run, text
from ..support.generic_consumers import consumer_kind, make  # noqa: F401 # a fixture

pytestmark = pytest.mark.django_db


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
    with pytest.raises(ValueError) as caught:  # noqa: PT011 # compared below
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


async def test_hooks_do_nothing_by_default(channels, kind):
    sent = await run(make(channels, kind, json=True)(), CONNECT, text("[]"), DISCONNECT)
    assert sent == [{"type": "websocket.accept", "subprotocol": None}]
