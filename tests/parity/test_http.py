"""The deprecated HTTP handler, which channels 4 has no more."""

from __future__ import annotations

import asyncio
import io

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.base import BaseHandler
from django.core.signals import request_finished, request_started
from django.http import (
    FileResponse,
    HttpResponse,
    RawPostDataException,
    StreamingHttpResponse,
)
from django.urls import get_script_prefix, path

from ..conftest import OURS

pytestmark = [
    pytest.mark.until("4.0", "the handler of Django 3.0 took its place"),
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Channel's inbuilt http protocol"),
]

FORM = b"application/x-www-form-urlencoded"


def _hello(request, name):
    return HttpResponse(f"hello {name}")


def _fail(request):
    raise RuntimeError("a mistake in the view")


urlpatterns = [path("hello/<name>/", _hello), path("fail/", _fail)]


def _request(channels, body=b"", **scope):
    return channels.http.AsgiRequest(
        {"method": "get", "path": "/x/", **scope}, io.BytesIO(body)
    )


async def _respond(handler, *messages, **scope):
    """Run *handler* for one request, and return the messages that it sends."""
    incoming, sent = iter(messages or [{"type": "http.request"}]), []

    async def receive():
        return next(incoming)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], **scope}
    await handler(scope, receive, send)
    return sent


def _handler(channels, respond):
    """Return a handler that answers with what *respond* makes of the request."""

    class Handler(channels.http.AsgiHandler):
        def get_response(self, request):
            return respond(request)

    return Handler()


# --- The request -----------------------------------------------------------


def test_least_scope_makes_a_request(channels):
    request = _request(channels)
    assert (request.method, request.path, request.path_info) == ("GET", "/x/", "/x/")
    assert request.scheme == "http"
    assert request.body == b""
    assert not request.GET
    assert not request.POST
    assert not request.FILES
    assert request.COOKIES == {}
    assert (request.content_type, request.content_params) == ("", {})
    assert request.META == {
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/x/",
        "SERVER_NAME": "unknown",
        "SERVER_PORT": "0",
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
    }


def test_addresses_and_scheme_come_from_the_scope(channels):
    request = _request(
        channels, client=["10.0.0.1", 1234], server=["10.0.0.2", 80], scheme="ws"
    )
    assert request.scheme == "ws"
    assert request.META["REMOTE_ADDR"] == request.META["REMOTE_HOST"] == "10.0.0.1"
    assert request.META["REMOTE_PORT"] == 1234
    assert request.META["SERVER_NAME"] == "10.0.0.2"
    assert request.META["SERVER_PORT"] == "80"


@pytest.mark.parametrize("query", [b"a=1&b=%26+x", "a=1&b=%26+x"])
def test_query_string_is_bytes_or_text(channels, query):
    request = _request(channels, query_string=query)
    assert request.GET.dict() == {"a": "1", "b": "& x"}
    assert request.META["QUERY_STRING"] == "a=1&b=%26+x"


def test_headers_become_meta(channels):
    request = _request(
        channels,
        headers=[
            (b"host", b"a.test"),
            (b"x-many", b"1"),
            (b"x-many", b"2"),
            (b"x-latin", b"caf\xe9"),
            (b"content-length", b"5"),
            (b"content-type", b"text/plain"),
            (b"cookie", b"a=1; b=2"),
        ],
    )
    assert request.META["HTTP_HOST"] == "a.test"
    assert request.META["HTTP_X_MANY"] == "1,2"
    assert request.META["HTTP_X_LATIN"] == "caf\xe9"
    assert request.META["CONTENT_LENGTH"] == "5"
    assert request.META["CONTENT_TYPE"] == "text/plain"
    assert request.COOKIES == {"a": "1", "b": "2"}
    assert request.headers["X-Many"] == "1,2"


def test_headers_of_the_old_form_are_rewritten_in_the_scope(channels):
    scope = {"method": "GET", "path": "/", "headers": {"host": b"a.test"}}
    assert channels.http.AsgiRequest(scope, io.BytesIO()).META["HTTP_HOST"] == "a.test"
    assert scope["headers"] == [(b"host", b"a.test")]


@pytest.mark.parametrize(
    ("root_path", "path", "expected"),
    [
        ("", "/test/", ("", "/test/", "/test/")),
        ("/path/to/", "/test/", ("/path/to/", "/test/", "/path/to/test/")),
        ("/path/to", "/test/", ("/path/to", "/test/", "/path/to/test/")),
        ("/path/to", "/path/to/test/", ("/path/to", "/test/", "/path/to/test/")),
        ("/path/to", "/path/to", ("/path/to", "", "/path/to/")),
        ("/path/", "/path/test", ("/path/", "test", "/path/test")),
    ],
)
def test_root_path_is_joined_with_the_path(channels, root_path, path, expected):
    request = _request(channels, root_path=root_path, path=path)
    assert (request.META["SCRIPT_NAME"], request.path_info, request.path) == expected


@pytest.mark.parametrize(
    ("header", "content_type", "params"),
    [
        (b"text/plain", "text/plain", {}),
        (b"Text/Plain; Charset=UTF-8", "Text/Plain", {"charset": "UTF-8"}),
        (b'a/b; x="1;\\"2"; y = 3 ', "a/b", {"x": '1;"2', "y": "3"}),
        (b"a/b; x; y=", "a/b", {"y": ""}),
        (b"; x=1", "", {"x": "1"}),
    ],
)
def test_content_type_has_parameters(channels, header, content_type, params):
    request = _request(channels, headers=[(b"content-type", header)])
    assert (request.content_type, request.content_params) == (content_type, params)


@pytest.mark.parametrize(
    ("charset", "encoding"), [(b"latin1", "latin1"), (b"nonsense", None)]
)
def test_known_charset_is_the_encoding(channels, charset, encoding):
    request = _request(
        channels, headers=[(b"content-type", b"text/plain; charset=" + charset)]
    )
    assert request.encoding == encoding


def test_form_is_parsed(channels):
    request = _request(
        channels,
        b"a=1&b=x+y",
        method="POST",
        headers=[(b"content-type", FORM), (b"content-length", b"9")],
    )
    assert request.POST.dict() == {"a": "1", "b": "x y"}
    assert request.body == b"a=1&b=x+y"


def test_files_are_parsed_and_the_body_is_gone(channels):
    body = (
        b'--B\r\nContent-Disposition: form-data; name="title"\r\n\r\nBook\r\n'
        b'--B\r\nContent-Disposition: form-data; name="pdf"; filename="b.pdf"\r\n\r\n'
        b"PDF\r\n--B--\r\n"
    )
    request = _request(
        channels,
        body,
        method="POST",
        headers=[
            (b"content-type", b"multipart/form-data; boundary=B"),
            (b"content-length", str(len(body)).encode()),
        ],
    )
    assert request.POST["title"] == "Book"
    assert request.FILES["pdf"].read() == b"PDF"
    with pytest.raises(RawPostDataException):
        _ = request.body


def test_body_can_be_read_as_a_stream(channels):
    request = _request(channels, b"onetwo", method="PUT")
    assert request.read(3) == b"one"
    assert request.read() == b"two"


def test_body_over_the_limit_is_refused(channels, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1
    with pytest.raises(RequestDataTooBig):
        _ = _request(channels, b"12", headers=[(b"content-length", b"2")]).body


# --- The handler -----------------------------------------------------------


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
    start, body = await _respond(channels.http.AsgiHandler(), path="/hello/bob/")
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
    start, _ = await _respond(channels.http.AsgiHandler(), path=path)
    assert start["status"] == status


async def test_body_is_joined_and_what_follows_is_ignored(channels):
    handler = _handler(channels, lambda request: HttpResponse(request.body))
    _, body = await _respond(
        handler,
        {"type": "http.request", "body": b"one ", "more_body": True},
        {"type": "http.request", "more_body": True},
        {"type": "http.request", "body": b"two"},
        {"type": "http.request", "body": b"three"},
    )
    assert body["body"] == b"one two"


async def test_client_that_goes_away_gets_no_answer(channels):
    handler = _handler(channels, lambda request: HttpResponse())
    sent = await _respond(
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

    start, content = await _respond(Handler())
    assert (start["status"], content["body"]) == (status, body)


async def test_request_that_is_aborted_is_not_answered(channels):
    class Handler(channels.http.AsgiHandler):
        def request_class(self, scope, stream):
            raise channels.exceptions.RequestAborted

    assert await _respond(Handler()) == []


async def test_query_string_that_is_no_text_is_a_bad_request(channels):
    start, _ = await _respond(channels.http.AsgiHandler(), query_string=b"\xff")
    assert start["status"] == 400


async def test_cookies_of_the_response_become_headers(channels):
    def respond(request):
        response = HttpResponse()
        response["X-Some"] = "caf\xe9"
        response.set_cookie("a", "1")
        return response

    start, _ = await _respond(_handler(channels, respond))
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
    handler = _handler(channels, lambda request: HttpResponse(content))
    type(handler).chunk_size = 4
    _, *bodies = await _respond(handler)
    assert [(body["body"], body["more_body"]) for body in bodies] == chunks


async def test_streaming_response_ends_with_an_empty_message(channels):
    handler = _handler(
        channels, lambda request: StreamingHttpResponse([b"12345", b"", b"6"])
    )
    type(handler).chunk_size = 4
    _, *bodies = await _respond(handler)
    assert [body.get("body") for body in bodies] == [b"1234", b"5", b"", b"6", None]
    assert [body.get("more_body", False) for body in bodies] == [True] * 4 + [False]


async def test_file_is_sent_in_large_pieces(channels):
    response = FileResponse(io.BytesIO(b"x" * 600_000))
    _, *bodies = await _respond(_handler(channels, lambda request: response))
    assert [len(body.get("body", b"")) for body in bodies] == [524288, 75712, 0]


async def test_signals_frame_the_request(channels):
    seen = []

    def started(sender, **kwargs):
        seen.append(("started", sender, kwargs["scope"]["path"]))

    def finished(sender, **kwargs):
        seen.append("finished")

    def respond(request):
        response = HttpResponse()
        response._handler_class = channels.http.AsgiHandler
        return response

    handler = _handler(channels, respond)
    request_started.connect(started)
    request_finished.connect(finished)
    try:
        await _respond(handler, path="/x/")
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
    handler = _handler(channels, lambda request: HttpResponse(get_script_prefix()))
    scope = {} if root_path is None else {"root_path": root_path}
    _, body = await _respond(handler, **scope)
    assert body["body"].decode() == prefix


async def test_interleaved_connections_never_see_each_other(channels):
    """One handler serves all connections, so none of them may be kept on it."""
    handler = _handler(
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


# --- What a subclass may use and replace --------------------------------------


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
    handler = _handler(channels, lambda request: HttpResponse(request.body))
    scope = {"type": "http", "method": "POST", "path": "/"}
    await handler.handle(scope, sent.append, io.BytesIO(b"body"))
    assert [message["type"] for message in sent] == [
        "http.response.start",
        "http.response.body",
    ]
    assert sent[1]["body"] == b"body"


def test_names_that_a_project_may_look_at(channels):
    assert channels.http.AsgiRequest.body_receive_timeout == 60
    assert channels.http.logger.name == "django.request"


def _last_answer(channels):
    error = RuntimeError("a mistake")
    return channels.http.AsgiHandler().handle_uncaught_exception(
        _request(channels), None, (RuntimeError, error, None)
    )


def test_last_answer_to_an_error_tells_nothing_of_it(channels, settings):
    settings.DEBUG = False
    response = _last_answer(channels)
    assert (response.status_code, response["Content-Type"]) == (500, "text/plain")
    assert response.content == b"Internal Server Error"


# --- Where this package is better than 3.0.5 --------------------------------


def test_split_cookies_are_joined_as_cookies():
    """HTTP/2 splits them; 3.0.5 joins with a comma, which loses all but one."""
    request = _request(OURS, headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2")])
    assert request.COOKIES == {"a": "1", "b": "2"}


def test_header_with_an_underscore_cannot_pose_as_another():
    request = _request(OURS, headers=[(b"x_real_ip", b"evil"), (b"x-real-ip", b"good")])
    assert request.META["HTTP_X_REAL_IP"] == "good"


def test_charset_that_is_no_text_is_left_alone():
    request = _request(OURS, headers=[(b"content-type", b"text/plain; charset=\x00")])
    assert request.encoding is None


async def test_file_of_the_body_is_closed_after_the_response():
    kept = []

    def respond(request):
        kept.append(request._stream)
        return HttpResponse()

    await _respond(_handler(OURS, respond))
    assert kept[0].closed


def test_last_answer_to_an_error_shows_it_in_debug(settings):
    settings.DEBUG = True
    response = _last_answer(OURS)
    assert response.status_code == 500
    assert b"a mistake" in response.content
