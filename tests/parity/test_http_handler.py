"""The deprecated HTTP handler, which channels 4 no longer has."""

from __future__ import annotations

import asyncio

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.base import BaseHandler
from django.core.signals import request_finished, request_started
from django.http import (
    HttpResponse,
)
from django.urls import get_script_prefix, path

from ..conftest import OURS
from ..support.http_handler import answering, http_request, respond

pytestmark = [
    pytest.mark.until("4.0", "the handler of Django 3.0 took its place"),
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Channel's inbuilt http protocol"),
]


def _hello(request, name):
    return HttpResponse(f"hello {name}")


def _fail(request):
    raise RuntimeError("a mistake in the view")


urlpatterns = [path("hello/<name>/", _hello), path("fail/", _fail)]


def test_handler_is_deprecated(channels):
    http = channels.http
    with pytest.warns(DeprecationWarning, match="AsgiHandler") as caught:
        http.AsgiHandler()
    [warning] = caught
    assert warning.filename == __file__
    assert str(warning.message) == (
        "Channel's inbuilt http protocol AsgiHandler is deprecated. "
        "Use Django's get_asgi_application() instead."
    )


async def test_other_protocols_are_refused(channels):
    with pytest.raises(ValueError, match="The AsgiHandler can only handle HTTP"):
        await channels.http.AsgiHandler()({"type": "websocket"}, None, None)


def test_second_handler_does_not_load_the_middleware_again(channels, monkeypatch):
    channels.http.AsgiHandler()

    def load_middleware(self, *args):
        raise AssertionError("loaded twice")

    monkeypatch.setattr(BaseHandler, "load_middleware", load_middleware)
    channels.http.AsgiHandler()


async def test_view_answers_through_the_urls(channels, settings):
    settings.ROOT_URLCONF = __name__
    start, body = await respond(channels.http.AsgiHandler(), path="/hello/bob/")
    assert start["type"] == "http.response.start"
    assert start["status"] == 200
    assert (b"Content-Type", b"text/html; charset=utf-8") in start["headers"]
    assert body == {
        "type": "http.response.body",
        "body": b"hello bob",
        "more_body": False,
    }


@pytest.mark.parametrize(("path", "status"), [("/nothing/", 404), ("/fail/", 500)])
async def test_errors_become_answers(channels, settings, path, status):
    settings.ROOT_URLCONF = __name__
    start, _ = await respond(channels.http.AsgiHandler(), path=path)
    assert start["status"] == status


async def test_body_is_joined_and_what_follows_is_ignored(channels):
    handler = answering(channels, lambda request: HttpResponse(request.body))
    _, body = await respond(
        handler,
        {"type": "http.request", "body": b"one ", "more_body": True},
        {"type": "http.request", "more_body": True},
        {"type": "http.request", "body": b"two"},
        {"type": "http.request", "body": b"three"},
    )
    assert body["body"] == b"one two"


async def test_client_that_goes_away_gets_no_answer(channels):
    handler = answering(channels, lambda request: HttpResponse())
    sent = await respond(
        handler,
        {"type": "http.request", "body": b"one", "more_body": True},
        {"type": "http.disconnect"},
    )
    assert sent == []


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (None, 408, b"408 Request Timeout (upload too slow)"),
        (RequestDataTooBig(), 413, b"413 Payload too large"),
        (UnicodeDecodeError("utf-8", b"", 0, 1, ""), 400, b""),
    ],
)
async def test_request_that_cannot_be_made_is_answered(channels, error, status, body):
    class Handler(channels.http.AsgiHandler):
        def request_class(self, scope, stream):
            raise error or channels.exceptions.RequestTimeout

    start, content = await respond(Handler())
    assert (start["status"], content["body"]) == (status, body)


async def test_request_that_is_aborted_is_not_answered(channels):
    class Handler(channels.http.AsgiHandler):
        def request_class(self, scope, stream):
            raise channels.exceptions.RequestAborted

    assert await respond(Handler()) == []


async def test_query_string_that_is_not_text_is_a_bad_request(channels):
    start, _ = await respond(channels.http.AsgiHandler(), query_string=b"\xff")
    assert start["status"] == 400


async def test_signals_frame_the_request(channels):
    seen = []

    def started(sender, **kwargs):
        seen.append(("started", sender, kwargs["scope"]["path"]))

    def finished(sender, **kwargs):
        seen.append("finished")

    def view(request):
        response = HttpResponse()
        response._handler_class = channels.http.AsgiHandler
        return response

    handler = answering(channels, view)
    request_started.connect(started)
    request_finished.connect(finished)
    try:
        await respond(handler, path="/x/")
    finally:
        request_started.disconnect(started)
        request_finished.disconnect(finished)
    assert seen == [("started", type(handler), "/x/"), "finished"]


@pytest.mark.parametrize(
    ("root_path", "forced", "prefix"),
    [(None, None, "/"), ("/a", None, "/a/"), ("/a", "/b", "/b/")],
)
async def test_script_prefix_is_set_for_the_views(
    channels, settings, root_path, forced, prefix
):
    settings.FORCE_SCRIPT_NAME = forced
    handler = answering(channels, lambda request: HttpResponse(get_script_prefix()))
    scope = {} if root_path is None else {"root_path": root_path}
    _, body = await respond(handler, **scope)
    assert body["body"].decode() == prefix


async def test_interleaved_connections_never_see_each_other(channels):
    """One handler serves all connections, so none of them may be kept on it."""
    handler = answering(
        channels,
        lambda request: HttpResponse(
            f"{request.path} {request.COOKIES['who']} {request.body.decode()}"
        ),
    )
    both_inside, bodies_read = asyncio.Event(), []

    async def connection(name):
        sent = []

        async def receive():
            bodies_read.append(name)
            if len(bodies_read) == 2:
                both_inside.set()
            await both_inside.wait()
            return {"type": "http.request", "body": b"body " + name.encode()}

        async def send(message):
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": f"/{name}/",
            "headers": [(b"cookie", b"who=" + name.encode())],
        }
        before = dict(scope)
        await handler(scope, receive, send)
        assert scope == before
        return sent[1]["body"].decode()

    answers = await asyncio.gather(connection("a"), connection("b"))
    assert answers == ["/a/ a body a", "/b/ b body b"]
    assert not {"scope", "request", "send", "body"} & set(vars(handler))


def _last_answer(channels):
    error = RuntimeError("a mistake")
    return channels.http.AsgiHandler().handle_uncaught_exception(
        http_request(channels), None, (RuntimeError, error, None)
    )


def test_last_answer_to_an_error_tells_nothing_of_it(channels, settings):
    settings.DEBUG = False
    response = _last_answer(channels)
    assert (response.status_code, response["Content-Type"]) == (500, "text/plain")
    assert response.content == b"Internal Server Error"


def test_last_answer_to_an_error_shows_it_in_debug(settings):
    settings.DEBUG = True
    response = _last_answer(OURS)
    assert response.status_code == 500
    assert b"a mistake" in response.content
