"""What our routers have beyond upstream's."""

from __future__ import annotations

import asyncio
import copy
import warnings
from pathlib import Path

import pytest
from django.urls import path, re_path

from channels_fast import http
from channels_fast._routes.compile import compile_routes
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter

from ..support.engines import WHY_NOT_COMPILED, told, without_note
from ..support.http_handler import respond
from ..support.programs import run_program

urlpatterns = []

PROGRAM = Path(__file__).parent / "programs" / "protocol_router_without_settings.py"


async def application(scope, receive, send):
    """Answer with what the router found."""
    return scope["url_route"]


def test_a_protocol_router_without_http_warns_at_the_line_of_its_user():
    with pytest.warns(DeprecationWarning, match="deprecated") as caught:
        router = ProtocolTypeRouter({"websocket": application})
    [warning] = caught
    assert (
        str(warning.message)
        .strip()
        .startswith(
            'Using ProtocolTypeRouter without an explicit "http" key is deprecated.'
        )
    )
    assert warning.filename == __file__
    assert isinstance(router.application_mapping["http"], http.AsgiHandler)


def test_a_protocol_router_with_http_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ProtocolTypeRouter({"http": application})


def test_a_protocol_router_may_be_made_before_the_settings_are_ready():
    # The settings of the tests, which an empty name leaves out.
    done = run_program(PROGRAM, DJANGO_SETTINGS_MODULE="")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["['http', 'websocket']", "404"]


class NeedsAThread:
    """Middleware that may wait when it is made, as for a query."""

    def __init__(self, get_response):
        self.get_response = get_response
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()

    def __call__(self, request):
        return self.get_response(request)


@pytest.fixture
def _nothing_loaded(monkeypatch):
    """Let no test before have loaded the middleware, and no later one find it."""
    for name in http._MIDDLEWARE:
        monkeypatch.setattr(http.HandlerByDefault, name, None)


@pytest.mark.usefixtures("_nothing_loaded")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_middleware_of_django_is_made_at_the_first_request_in_a_thread(settings):
    settings.MIDDLEWARE = ["no_such_module.Middleware"]
    settings.ROOT_URLCONF = __name__
    router = ProtocolTypeRouter({"websocket": application})
    with pytest.raises(ImportError, match="no_such_module"):
        await respond(router)
    settings.MIDDLEWARE = [f"{__name__}.NeedsAThread"]
    start, _ = await respond(router)
    assert start["status"] == 404


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_middleware_that_another_handler_has_made_is_used(settings):
    settings.ROOT_URLCONF = __name__
    http.AsgiHandler()
    router = ProtocolTypeRouter({"websocket": application})
    for _ in range(2):
        start, _ = await respond(router)
        assert start["status"] == 404


@pytest.mark.parametrize("kind", [ProtocolTypeRouter, ChannelNameRouter])
def test_a_copy_of_a_mapping_router_has_the_mapping(kind):
    mapping = {"http": len, "websocket": max}
    router = kind(mapping)
    assert copy.copy(router).application_mapping is mapping
    deep = copy.deepcopy(router)
    assert deep.application_mapping == mapping
    assert deep.application_mapping is not mapping


def test_a_router_prints_each_route_with_its_engine():
    router = URLRouter(
        [
            path("chat/<str:room>/", application),
            path("files/", URLRouter([re_path(r"^(?P<a>\w+)-(\d)x$", application)])),
            re_path(r"^(?!admin)(?P<page>.*)$", application),
        ]
    )
    first, second, third = ["trie  ", "regex ", "Django"]
    reason = "  (a lookaround)"
    if WHY_NOT_COMPILED:
        first = second = third
        reason = ""
    assert without_note(repr(router).splitlines()) == [
        "URLRouter",
        f"  chat/<str:room>/         {first}  {__name__}.application",
        f"  files/                   {first}  URLRouter",
        rf"    ^(?P<a>\w+)-(\d)x$     {second}  {__name__}.application",
        f"  ^(?!admin)(?P<page>.*)$  {third}  {__name__}.application{reason}",
    ]


def test_a_description_names_the_application():
    (description,) = URLRouter([path("a/", application)]).describe()
    assert description.application == f"{__name__}.application"
    assert (description.index, description.pattern) == (0, "a/")
    assert (description.engine, description.reason) == told("trie")


async def test_lists_that_live_for_one_connection_are_not_compiled(monkeypatch):
    class Fresh(URLRouter):
        routes = property(lambda self: [path("a/", application)], lambda *_: None)

    compiled = []

    def compile_and_count(*arguments):
        compiled.append(arguments)
        return compile_routes(*arguments)

    monkeypatch.setattr("channels_fast.routing.compile_routes", compile_and_count)
    router = Fresh([])
    for _ in range(6):
        await router({"type": "websocket", "path": "/a/"}, None, None)
    assert len(compiled) == 1


async def test_a_router_that_was_empty_is_compiled_when_it_has_routes(monkeypatch):
    """The second call with the new routes is the first that need not ask Python."""
    router = URLRouter([])
    scope = {"type": "websocket", "path": "/a/5/"}
    with pytest.raises(ValueError, match="No route found"):
        await router(scope, None, None)
    router.routes.append(path("a/<int:n>/", application))
    expected = {"args": (), "kwargs": {"n": 5}, "route": "a/<int:n>/", "name": None}
    for _ in range(3):
        assert await router(scope, None, None) == expected
    if WHY_NOT_COMPILED:
        pytest.skip(f"Python is always asked here: {WHY_NOT_COMPILED}")
    asked = []
    monkeypatch.setattr(router.routes[0].pattern, "match", asked.append)
    assert await router(scope, None, None) == expected
    assert asked == []
