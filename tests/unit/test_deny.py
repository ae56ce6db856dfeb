"""deny(): a WebSocket is refused with a response, or as servers refuse it."""

from __future__ import annotations

import logging

import pytest

from channels_fast import _denial, _log
from channels_fast.generic import _closing
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.testing import connect

from ..conftest import OURS
from ..support.consumers import CONNECT, DISCONNECT, run, text
from ..support.generic_consumers import consumer_kind, make  # noqa: F401 # a fixture

pytestmark = pytest.mark.django_db

OFFERED = {"type": "websocket", "extensions": {"websocket.http.response": {}}}
HERE = "tests.support.generic_consumers.Consumer"


@pytest.fixture(autouse=True)
def _fresh_log(caplog, monkeypatch):
    caplog.set_level(logging.DEBUG, "channels_fast.consumer")
    monkeypatch.setattr(_closing, "_lines", _log.OncePerMinute(_closing.logger))


def denying(kind, *arguments, **named):
    def connect(self):
        yield self.deny(*arguments, **named)

    return make(OURS, kind, connect=connect)()


async def test_a_server_with_denial_responses_sends_the_response(kind, caplog):
    consumer = denying(kind, 401, "log in first: é", {"WWW-Authenticate": "Basic"})
    start, body = await run(consumer, CONNECT, DISCONNECT, scope=OFFERED)
    assert start == {
        "type": "websocket.http.response.start",
        "status": 401,
        "headers": [
            (b"www-authenticate", b"Basic"),
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"16"),
        ],
    }
    assert body == {
        "type": "websocket.http.response.body",
        "body": "log in first: é".encode(),
    }
    assert caplog.messages == []


@pytest.mark.parametrize("extensions", [None, {}, {"tls": {}}, "left out"])
async def test_another_server_closes_which_is_a_403(kind, caplog, extensions):
    scope = {"type": "websocket", "extensions": extensions}
    if extensions == "left out":
        del scope["extensions"]
    for _ in range(3):
        consumer = denying(kind, 401, "log in first")
        sent = await run(consumer, CONNECT, DISCONNECT, scope=scope)
        assert sent == [{"type": "websocket.close"}]
    assert caplog.messages == [
        f"{HERE}.deny(401): the client gets 403, without the body and the headers. "
        "This server has no denial response."
    ]


async def test_a_plain_refusal_needs_no_arguments_and_no_line(kind, caplog):
    sent = await run(denying(kind), CONNECT, DISCONNECT)
    assert sent == [{"type": "websocket.close"}]
    start, body = await run(denying(kind), CONNECT, DISCONNECT, scope=OFFERED)
    assert (start["status"], body["body"]) == (403, b"")
    assert start["headers"] == [(b"content-length", b"0")]
    assert caplog.messages == []


async def test_headers_of_the_consumer_go_before_those_that_are_added(kind):
    headers = [(b"Content-Type", b"text/html"), ("Content-Length", "2")]
    consumer = denying(kind, 404, "no", headers)
    start, _ = await run(consumer, CONNECT, DISCONNECT, scope=OFFERED)
    assert start["headers"] == [
        (b"content-type", b"text/html"),
        (b"content-length", b"2"),
    ]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((99,), ValueError, "status 99 is not the status of a response. Pass one from"),
        ((101,), ValueError, "from 200 to 599"),
        ((600,), ValueError, "status 600"),
        (("403",), TypeError, "status '403' is no int"),
        ((True,), TypeError, "status True is no int"),
        ((403, 5), TypeError, "body is 'int'. Pass str or bytes"),
        ((403, None), TypeError, "body is 'NoneType'"),
        ((403, "", [b"ab"]), TypeError, "the header b'ab' is no pair"),
        ((403, "", [("a",)]), TypeError, r"the header \('a',\) is no pair"),
        ((403, "", [5]), TypeError, "the header 5 is no pair"),
        ((403, "", 5), TypeError, "headers is 'int'. Pass pairs or a dict"),
        ((403, "", {"retry-after": 5}), TypeError, "'retry-after', 5.*'int'"),
        ((403, "", {"a": "b\r\nc: d"}), ValueError, "line break"),
        ((403, "", {"a\n": "b"}), ValueError, "line break"),
        ((403, "", {"a": "\u20ac"}), ValueError, "characters that no header can"),
    ],
)
async def test_an_argument_that_cannot_be_sent_is_named(kind, arguments, error, words):
    for scope in (OFFERED, {"type": "websocket"}):
        with pytest.raises(error, match=words):
            await run(denying(kind, *arguments), CONNECT, scope=scope)


async def test_deny_after_accept_is_an_error_that_says_what_to_call(kind):
    def connect(self):
        yield self.accept()
        yield self.deny(404)

    with pytest.raises(RuntimeError, match=r"deny\(\) was called after accept\(\)"):
        await run(make(OURS, kind, connect=connect)(), CONNECT, scope=OFFERED)


async def test_after_deny_it_is_as_after_close(kind, caplog):
    told = []

    def connect(self):
        yield self.deny(404)
        yield self.accept()

    def disconnect(self, code):
        told.append(code)
        raise LookupError("room")
        yield

    consumer = make(OURS, kind, connect=connect, disconnect=disconnect)()
    with pytest.raises(LookupError):
        await run(consumer, CONNECT, DISCONNECT, scope=OFFERED)
    assert told == [1000]
    first, second, third = caplog.messages
    assert first.startswith(f"{HERE}.accept() was called after close().")
    assert "raised LookupError('room')" in third
    assert second.startswith(f"{HERE}.disconnect() failed after connect() had called")


async def test_a_second_deny_is_named(kind, caplog):
    def connect(self):
        yield self.close()
        yield self.deny(404)

    await run(make(OURS, kind, connect=connect)(), CONNECT, DISCONNECT)
    [message] = caplog.messages
    assert message.startswith(f"{HERE}.deny() was called after close().")


async def test_a_consumer_may_have_a_deny_of_its_own(kind):
    def deny(self):
        raise AssertionError("nobody calls it")

    def refuses(self):
        yield self.close()

    consumer = make(OURS, kind, connect=refuses, deny=deny)()
    sent = await run(consumer, CONNECT, text("late"), DISCONNECT)
    assert sent == [{"type": "websocket.close"}]


async def test_the_client_of_tests_gets_the_response():
    class Private(AsyncWebsocketConsumer):
        async def connect(self):
            await self.deny(401, "log in first", {"x-why": "anonymous"})

    async with connect(Private.as_asgi(), "/", refused=True) as client:
        assert client.refusal.status == 401
        assert client.refusal.body == b"log in first"
        assert (b"x-why", b"anonymous") in client.refusal.headers


def test_a_response_of_http_has_the_events_of_http():
    start, body = _denial.response("http", 404, "no")
    assert (start["type"], body["type"]) == (
        "http.response.start",
        "http.response.body",
    )
