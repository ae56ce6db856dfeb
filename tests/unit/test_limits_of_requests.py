"""The limits that AsyncHttpConsumer has."""

from __future__ import annotations

import pytest

from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.limits import Limits

from ..support.consumers import settle, until
from ..support.limits import Clock, Connection, Steps


@pytest.fixture(params=[False, True], ids=["closed after handle", "open after handle"])
def stays_open(request):
    return request.param


def answering(steps, stays_open, **values):
    class Answer(AsyncHttpConsumer):
        open_after_handle = stays_open
        limits = Limits(**values)

        async def handle(self, body):
            if b"early" in body:
                await self.send_headers()
                await self.send_body(b"part", more_body=True)
            await steps.wait("handle")
            await self.send_response(200, b"whole")

        async def disconnect(self):
            steps.log.append("disconnect")

    return Answer.as_asgi()


def request(application, *parts):
    connection = Connection(application, "http")
    for part in parts:
        more = part is not parts[-1]
        connection.put({"type": "http.request", "body": part, "more_body": more})
    return connection


def status_and_body(connection):
    start, *parts = connection.sent
    assert not parts[-1].get("more_body")
    return start["status"], b"".join(part["body"] for part in parts)


async def test_a_body_of_the_limit_is_handled(stays_open):
    steps = Steps()
    steps.let("handle")
    connection = request(answering(steps, stays_open, max_message_size=4), b"12", b"34")
    await connection.ended()
    assert status_and_body(connection) == (200, b"whole")


async def test_a_body_that_is_too_large_is_answered_with_413(stays_open, caplog):
    steps = Steps()
    made = answering(steps, stays_open, max_message_size=4)
    connection = request(made, b"12", b"345", b"6")
    await connection.ended()
    assert status_and_body(connection) == (413, b"")
    assert connection.reads == 2
    assert steps.log == ["disconnect"]
    assert caplog.messages == [
        f"{__name__}.Answer: The body of a request was too large "
        "(limits.max_message_size = 4). The request was answered with status 413."
    ]


async def test_a_handler_that_hangs_is_answered_with_503(stays_open, caplog):
    steps = Steps()
    clock = Clock()
    connection = request(answering(steps, stays_open, handler_timeout=10), b"")
    await steps.until("handle begins")
    await clock.turn(10)
    await connection.ended()
    assert status_and_body(connection) == (503, b"")
    assert steps.log == ["handle begins", "handle is cancelled", "disconnect"]
    assert caplog.messages == [
        f"{__name__}.Answer: The handler of 'http.request' took too long and was "
        "cancelled (limits.handler_timeout = 10). "
        "The request was answered with status 503."
    ]


async def test_a_response_that_has_begun_is_left_incomplete(stays_open, caplog):
    steps = Steps()
    clock = Clock()
    connection = request(answering(steps, stays_open, handler_timeout=10), b"early")
    await steps.until("handle begins")
    await until(lambda: len(connection.sent) == 2)
    await clock.turn(10)
    await connection.ended()
    assert connection.sent[-1]["more_body"]
    assert steps.log[-1] == "disconnect"
    assert caplog.messages[0].endswith("The response was left incomplete.")


async def test_a_response_in_time_is_as_ever(stays_open):
    steps = Steps()
    steps.let("handle")
    connection = request(answering(steps, stays_open, handler_timeout=10), b"")
    await connection.ended()
    assert status_and_body(connection) == (200, b"whole")
    assert steps.log[-1] == "disconnect"


async def test_the_answer_of_a_limit_is_sent_before_the_consumer_ends(stays_open):
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"12345"}

    async def send(event):
        await settle()
        sent.append(event["type"])

    made = answering(Steps(), stays_open, max_message_size=4)
    await made({"type": "http"}, receive, send)
    assert sent == ["http.response.start", "http.response.body"]
