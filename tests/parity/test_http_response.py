"""How the deprecated HTTP handler reads bodies and sends responses."""

from __future__ import annotations

import io

import pytest
from django.http import (
    FileResponse,
    HttpResponse,
    StreamingHttpResponse,
)

from ..conftest import OURS
from ..support.http_handler import answering, respond

pytestmark = [
    pytest.mark.until("4.0", "the handler of Django 3.0 took its place"),
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Channel's inbuilt http protocol"),
]


async def test_cookies_of_the_response_become_headers(channels):
    def view(request):
        response = HttpResponse()
        response["X-Some"] = "caf\xe9"
        response.set_cookie("a", "1")
        return response

    start, _ = await respond(answering(channels, view))
    assert start["headers"] == [
        (b"Content-Type", b"text/html; charset=utf-8"),
        (b"X-Some", b"caf\xe9"),
        (b"Set-Cookie", b"a=1; Path=/"),
    ]


@pytest.mark.parametrize(
    ("content", "chunks"),
    [
        (b"", [(b"", False)]),
        (b"1234", [(b"1234", False)]),
        (b"12345", [(b"1234", True), (b"5", False)]),
        (b"12345678", [(b"1234", True), (b"5678", False)]),
    ],
)
async def test_body_is_sent_in_chunks(channels, content, chunks):
    handler = answering(channels, lambda request: HttpResponse(content))
    type(handler).chunk_size = 4
    _, *bodies = await respond(handler)
    assert [(body["body"], body["more_body"]) for body in bodies] == chunks


async def test_streaming_response_ends_with_an_empty_message(channels):
    handler = answering(
        channels, lambda request: StreamingHttpResponse([b"12345", b"", b"6"])
    )
    type(handler).chunk_size = 4
    _, *bodies = await respond(handler)
    assert [body.get("body") for body in bodies] == [b"1234", b"5", b"", b"6", None]
    assert [body.get("more_body", False) for body in bodies] == [True] * 4 + [False]


async def test_file_is_sent_in_large_pieces(channels):
    response = FileResponse(io.BytesIO(b"x" * 600_000))
    _, *bodies = await respond(answering(channels, lambda request: response))
    assert [len(body.get("body", b"")) for body in bodies] == [524288, 75712, 0]


def test_bytes_are_cut_in_chunks_and_the_last_is_told(channels):
    class Handler(channels.http.AsgiHandler):
        chunk_size = 4

    assert list(Handler.chunk_bytes(b"")) == [(b"", True)]
    assert list(Handler.chunk_bytes(b"12345678")) == [(b"1234", False), (b"5678", True)]
    assert list(Handler.chunk_bytes(b"12345")) == [(b"1234", False), (b"5", True)]
    assert channels.http.AsgiHandler.chunk_size == 512 * 1024


def test_a_response_is_encoded_without_a_handler(channels):
    response = HttpResponse(b"body", status=201)
    start, body = channels.http.AsgiHandler.encode_response(response)
    assert (start["type"], start["status"]) == ("http.response.start", 201)
    assert body == {"type": "http.response.body", "body": b"body", "more_body": False}


async def test_a_body_is_read_into_a_file(channels):
    messages = iter(
        [
            {"type": "http.request", "body": b"one ", "more_body": True},
            {"type": "http.request", "body": b"two"},
        ]
    )

    async def receive():
        return next(messages)

    with await channels.http.AsgiHandler().read_body(receive) as file:
        assert file.read() == b"one two"


async def test_a_body_that_ends_early_is_an_error(channels):
    async def receive():
        return {"type": "http.disconnect"}

    handler = channels.http.AsgiHandler()
    with pytest.raises(channels.exceptions.RequestAborted):
        await handler.read_body(receive)


async def test_a_request_is_handled_in_one_call(channels):
    sent = []
    handler = answering(channels, lambda request: HttpResponse(request.body))
    scope = {"type": "http", "method": "POST", "path": "/"}
    await handler.handle(scope, sent.append, io.BytesIO(b"body"))
    assert [message["type"] for message in sent] == [
        "http.response.start",
        "http.response.body",
    ]
    assert sent[1]["body"] == b"body"


def test_the_timeout_and_the_logger_may_be_read(channels):
    assert channels.http.AsgiRequest.body_receive_timeout == 60
    assert channels.http.logger.name == "django.request"


async def test_file_of_the_body_is_closed_after_the_response():
    kept = []

    def view(request):
        kept.append(request._stream)
        return HttpResponse()

    await respond(answering(OURS, view))
    assert kept[0].closed
