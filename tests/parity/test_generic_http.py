"""AsyncHttpConsumer: collecting the body, answering, and ending."""

from __future__ import annotations

import contextlib

import pytest

from ..support.consumers import run

pytestmark = pytest.mark.django_db

REQUEST = {"type": "http.request", "body": b"", "more_body": False}


def make(channels, **methods):
    return type("Http", (channels("generic.http").AsyncHttpConsumer,), methods)


async def test_the_body_is_collected(channels):
    async def handle(self, body):
        await self.send_response(200, b"<" + body + b">")

    sent = await run(
        make(channels, handle=handle).as_asgi(),
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "more_body": True},
        {"type": "http.request", "body": b"b"},
    )
    assert sent == [
        {"type": "http.response.start", "status": 200, "headers": []},
        {"type": "http.response.body", "body": b"<ab>", "more_body": False},
    ]


async def test_headers_may_be_a_dict(channels):
    async def handle(self, body):
        await self.send_response(404, b"", headers={b"A": b"1", b"B": b"2"})

    sent = await run(make(channels, handle=handle)(), REQUEST)
    assert sent[0] == {
        "type": "http.response.start",
        "status": 404,
        "headers": [(b"A", b"1"), (b"B", b"2")],
    }


async def test_headers_that_are_a_list_are_passed_on(channels):
    headers = [(b"A", b"1")]

    async def handle(self, body):
        await self.send_headers(headers=headers)

    sent = await run(make(channels, handle=handle)(), REQUEST)
    assert sent == [
        {"type": "http.response.start", "status": 200, "headers": [(b"A", b"1")]}
    ]
    assert sent[0]["headers"] is headers


async def test_a_body_may_have_several_parts(channels):
    async def handle(self, body):
        await self.send_body(b"a", more_body=True)
        await self.send_body(b"b")

    sent = await run(make(channels, handle=handle)(), REQUEST)
    assert [event["more_body"] for event in sent] == [True, False]


@pytest.mark.since("4.1", "errors of handle() are not lost")
async def test_the_body_must_be_bytes(channels):
    async def handle(self, body):
        await self.send_body("text")

    with pytest.raises(AssertionError, match="Body is not bytes"):
        await run(make(channels, handle=handle)(), REQUEST)


async def test_disconnect_runs_after_handle(channels):
    seen = []

    async def handle(self, body):
        seen.append("handle")

    async def disconnect(self):
        seen.append("disconnect")

    await run(make(channels, handle=handle, disconnect=disconnect)(), REQUEST)
    assert seen == ["handle", "disconnect"]


@pytest.mark.since("4.1", "errors of handle() are not lost")
async def test_errors_of_handle_reach_the_server_after_disconnect(channels):
    seen = []

    async def handle(self, body):
        raise LookupError("mine")

    async def disconnect(self):
        seen.append("disconnect")

    with pytest.raises(LookupError, match="mine"):
        await run(make(channels, handle=handle, disconnect=disconnect)(), REQUEST)
    assert seen == ["disconnect"]


@pytest.mark.since("4.1", "errors of handle() are not lost")
async def test_handle_has_to_be_written(channels):
    with pytest.raises(NotImplementedError) as caught:
        await run(make(channels)(), REQUEST)
    assert str(caught.value) == (
        "Subclasses of AsyncHttpConsumer must provide a handle() method."
    )


@pytest.mark.since("4.2", "async consumers close old database connections")
async def test_http_disconnect_ends_the_consumer(channels, monkeypatch):
    seen = []

    async def disconnect(self):
        seen.append("disconnect")

    monkeypatch.setattr(
        f"{channels!r}.db.close_old_connections", lambda **kw: seen.append("close")
    )
    sent = await run(
        make(channels, disconnect=disconnect)(), {"type": "http.disconnect"}
    )
    assert sent == []
    assert seen == ["close", "disconnect", "close"]


def test_a_new_consumer_has_an_empty_body(channels):
    first, second = make(channels)(1, two=2), make(channels)()
    assert first.body == []
    assert first.body is not second.body


async def test_a_project_that_catches_the_stop_keeps_the_consumer(channels):
    base = channels("generic.http").AsyncHttpConsumer
    StopConsumer = channels.exceptions.StopConsumer  # noqa: N806 # it is a class
    ended = []

    class LongPoll(base):
        async def handle(self, body):
            await self.send_headers()
            await self.send_body(b"", more_body=True)

        async def http_request(self, message):
            with contextlib.suppress(StopConsumer):
                await super().http_request(message)

        async def chat_message(self, message):
            await self.send_body(b"late")

        async def http_disconnect(self, message):
            ended.append(message["type"])
            raise StopConsumer

    sent = await run(
        LongPoll(), REQUEST, {"type": "chat.message"}, {"type": "http.disconnect"}
    )
    assert [event.get("body") for event in sent] == [None, b"", b"late"]
    assert ended == ["http.disconnect"]


async def test_an_attribute_of_the_project_does_not_end_the_consumer(channels):
    async def http_request(self, message):
        self._complete = self.complete = self.closed = True
        await self.send_response(200, message["body"])

    async def http_disconnect(self, message):
        raise channels.exceptions.StopConsumer

    Http = make(  # noqa: N806 # it is a class
        channels, http_request=http_request, http_disconnect=http_disconnect
    )
    sent = await run(Http(), REQUEST, REQUEST, {"type": "http.disconnect"})
    assert len(sent) == 4
