"""Static files over ASGI, by a handler that channels 4 no longer has."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.compatibility import is_double_callable
from django.core.exceptions import SuspiciousFileOperation

from ..conftest import OURS

pytestmark = [
    pytest.mark.until("4.0", "the handler of Django 3.1 took its place"),
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Channel's inbuilt http protocol"),
]

urlpatterns = []


@pytest.fixture(autouse=True)
def _static_files(settings, tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "a b.css").write_text("body {}")
    settings.ROOT_URLCONF = __name__  # the page that explains a 404 reads it
    settings.STATIC_URL = "/static/"
    settings.STATICFILES_DIRS = [str(tmp_path)]


class EchoingHandler:
    """Stands for a static files handler, and answers with the scope."""

    async def __call__(self, scope, receive, send):
        return scope


async def _application(scope, receive, send):
    return "application"


def _wrapper(channels):
    return channels.staticfiles.StaticFilesWrapper(
        _application, staticfiles_handler=EchoingHandler
    )


async def test_handler_gets_the_paths_below_the_static_url(channels):
    wrapper = _wrapper(channels)
    scope = {"type": "http", "path": "/static/x.css"}
    inner = await wrapper(scope, None, None)
    assert inner == {**scope, "static_base_url": wrapper.base_url}
    assert wrapper.base_url.path == "/static/"
    assert "static_base_url" not in scope


@pytest.mark.parametrize(
    ("protocol", "path"),
    [("http", "/other/"), ("http", "/stati"), ("websocket", "/static/x.css")],
)
async def test_application_gets_the_other_connections(channels, protocol, path):
    scope = {"type": protocol, "path": path}
    assert await _wrapper(channels)(scope, None, None) == "application"


async def test_application_gets_everything_if_the_static_url_has_a_host(
    channels, settings
):
    settings.STATIC_URL = "http://cdn.test/static/"
    scope = {"type": "http", "path": "/static/x.css"}
    assert await _wrapper(channels)(scope, None, None) == "application"


def test_wrapper_counts_as_a_single_callable(channels):
    assert not is_double_callable(channels.staticfiles.StaticFilesWrapper(_application))


def test_default_handler_is_that_of_the_package(channels):
    wrapper = channels.staticfiles.StaticFilesWrapper(_application)
    assert wrapper.staticfiles_handler_class is channels.staticfiles.StaticFilesHandler


async def _serve(channels, path):
    sent = []

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"testserver")]
    scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
    await channels.staticfiles.StaticFilesWrapper(_application)(scope, receive, send)
    return sent


async def test_file_is_served_without_debug(channels):
    start, *bodies = await _serve(channels, "/static/css/a b.css")
    assert start["status"] == 200
    assert b"".join(body.get("body", b"") for body in bodies) == b"body {}"
    assert dict(start["headers"])[b"Content-Type"] == b"text/css"


async def test_url_quotes_in_the_path_are_undone(channels):
    start, *_ = await _serve(channels, "/static/css/a%20b.css")
    assert start["status"] == 200


async def test_path_does_not_leave_the_static_directories(channels, settings):
    settings.DEBUG = True
    start, *_ = await _serve(channels, "/static//etc/passwd")
    assert start["status"] == 404
    with pytest.raises(SuspiciousFileOperation):
        await _serve(channels, "/static/../secret")


async def test_missing_file_is_explained_in_debug(channels, settings):
    settings.DEBUG = True
    start, body = await _serve(channels, "/static/missing.css")
    assert start["status"] == 404
    assert b"missing.css" in body["body"]


def test_path_of_the_file_is_below_the_base_url(channels):
    handler = channels.staticfiles.StaticFilesHandler()
    handler.static_base_url = "/static/"
    assert handler.file_path("/static/css/x.css") == "css/x.css"


async def test_every_request_has_a_handler_of_its_own(channels):
    """The handler keeps the base URL on itself."""
    handlers = []

    class Handler(channels.staticfiles.StaticFilesHandler):
        def serve(self, request):
            handlers.append(self)
            return super().serve(request)

    wrapper = channels.staticfiles.StaticFilesWrapper(
        _application, staticfiles_handler=Handler
    )

    async def receive():
        return {"type": "http.request"}

    async def send(message): ...

    scope = {"type": "http", "method": "GET", "path": "/static/css/a b.css"}
    await wrapper(scope, receive, send)
    await wrapper(scope, receive, send)
    assert handlers[0] is not handlers[1]


async def test_the_handler_answers_by_get_response(channels):
    class Handler(channels.staticfiles.StaticFilesHandler):
        def get_response(self, request):
            response = super().get_response(request)
            response["X-Served"] = "yes"
            return response

    sent = []

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    wrapper = channels.staticfiles.StaticFilesWrapper(_application, Handler)
    scope = {"type": "http", "method": "GET", "path": "/static/css/a b.css"}
    await wrapper(scope, receive, send)
    assert (b"X-Served", b"yes") in sent[0]["headers"]


def test_a_subclass_may_serve_below_another_url(channels):
    class Wrapper(channels.staticfiles.StaticFilesWrapper):
        def get_base_url(self):
            assert super().get_base_url() == "/static/"
            return "/assets/"

    wrapper = Wrapper(_application)
    assert wrapper._should_handle("/assets/x.css")
    assert not wrapper._should_handle("/static/x.css")


# --- Where this package is better than 3.0.5 --------------------------------


async def test_missing_file_is_not_found_without_debug_too():
    """3.0.5 returns no response there, which ends in an error of the server."""
    start, body = await _serve(OURS, "/static/missing.css")
    assert start["status"] == 404
    assert body["body"] == b""


async def test_interleaved_connections_never_see_each_other(settings, tmp_path):
    """One wrapper serves all connections; each gets the file that it asked for."""
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"file {name}")
    wrapper = OURS.staticfiles.StaticFilesWrapper(_application)
    inside, everybody = [], asyncio.Event()

    async def connection(name):
        sent = []

        async def receive():
            inside.append(name)
            if len(inside) == 2:
                everybody.set()
            await everybody.wait()
            return {"type": "http.request", "body": b""}

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": f"/static/{name}.txt"}
        before = dict(scope)
        await wrapper(scope, receive, send)
        assert scope == before
        return b"".join(message.get("body", b"") for message in sent)

    answers = await asyncio.gather(connection("a"), connection("b"))
    assert answers == [b"file a", b"file b"]
