"""What a URLRouter does with a path that no route accepts."""

from __future__ import annotations

import asyncio
import copy
import logging
import pickle

import pytest
from django.urls import path
from django.urls.exceptions import Resolver404

from channels_fast import _log, _misses
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.testing import WebsocketCommunicator, connect
from tests.support.engines import both_engines  # noqa: F401 # a fixture
from tests.support.misses import CONNECT, answers, nobody, routes
from tests.support.routing import app, failing, no_route, raises

OFFERED = {"websocket.http.response": {}}


@pytest.fixture(autouse=True)
def _fresh_log(monkeypatch):
    lines = _log.OncePerMinute(logging.getLogger("channels_fast.routing"))
    monkeypatch.setattr(_misses, "_lines", lines)


@pytest.mark.parametrize("on_miss", ["Raise", "404", "", None, 404, ["deny"], True])
def test_another_word_is_an_error_that_names_those_that_there_are(on_miss):
    with pytest.raises(ValueError, match="Pass one of 'raise', 'deny', 'close'"):
        URLRouter([], on_miss=on_miss)


def test_it_is_given_by_its_name():
    with pytest.raises(TypeError):
        URLRouter([], False, "deny")


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("target", ["/x", "/in/x", "/in/b", "", "/a\n", "/é"])
@pytest.mark.parametrize("on_miss", [None, "raise"])
async def test_raise_is_what_channels_does(target, on_miss):
    router = URLRouter(routes(), **({"on_miss": on_miss} if on_miss else {}))
    with no_route(target.lstrip("/")):
        await answers(router, target)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("target", ["/x", "/in/x", "", "/a\n", "/\ud800"])
async def test_deny_is_a_404_where_the_server_has_denial_responses(target):
    router = URLRouter(routes(), on_miss="deny")
    start, body = await answers(router, target, extensions=OFFERED)
    assert start["type"] == "websocket.http.response.start"
    assert start["status"] == 404
    assert body == {"type": "websocket.http.response.body", "body": b"Not Found"}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("extensions", [{}, None, {"tls": {}}])
async def test_deny_elsewhere_closes_before_accept(extensions):
    router = URLRouter(routes(), on_miss="deny")
    sent = await answers(router, extensions=extensions)
    assert sent == [{"type": "websocket.close"}]


@pytest.mark.usefixtures("engine")
async def test_close_accepts_and_closes_with_4404():
    router = URLRouter(routes(), on_miss="close")
    accept, close = await answers(router, "/in/x", extensions=OFFERED)
    assert accept == {"type": "websocket.accept", "subprotocol": None}
    assert close == {"type": "websocket.close", "code": 4404, "reason": "No route"}


async def test_close_chooses_a_subprotocol_without_which_browsers_see_no_code():
    router = URLRouter(routes(), on_miss="close")
    accept, _ = await answers(router, subprotocols=["one", "two"])
    assert accept["subprotocol"] == "one"
    accept, _ = await answers(router, subprotocols=["a b", "", "x\r\ny", "two"])
    assert accept["subprotocol"] == "two"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("on_miss", ["deny", "close"])
async def test_http_gets_a_short_404(on_miss):
    router = URLRouter(routes(), on_miss=on_miss)
    start, body = await answers(router, type="http")
    assert start == {
        "type": "http.response.start",
        "status": 404,
        "headers": [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"9"),
        ],
    }
    assert body == {"type": "http.response.body", "body": b"Not Found"}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("on_miss", ["deny", "close"])
async def test_other_types_are_an_error_as_in_channels(on_miss):
    with no_route("x"):
        await answers(URLRouter(routes(), on_miss=on_miss), type="telegram")


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("on_miss", ["deny", "close"])
@pytest.mark.parametrize("kind", ["websocket", "http"])
async def test_an_application_that_answers_and_then_gives_up_is_an_error(on_miss, kind):
    started = {
        "websocket": {"type": "websocket.accept"},
        "http": {"type": "http.response.start", "status": 200},
    }[kind]
    sent = []

    async def gives_up(scope, receive, send):
        await send(started)
        raise Resolver404

    async def send(event):
        sent.append(event)

    router = URLRouter([path("a/", gives_up)], on_miss=on_miss)
    with no_route("a/"):
        await router({"type": kind, "path": "/a/"}, nobody, send)
    assert sent == [started]


@pytest.mark.parametrize("on_miss", ["deny", "close"])
async def test_a_client_that_has_gone_is_sent_nothing(on_miss):
    gone = {"type": "websocket.disconnect", "code": 1006}
    assert await answers(URLRouter([], on_miss=on_miss), event=gone) == []


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("wrap", [lambda router: router, BaseMiddleware])
async def test_the_outermost_router_decides_for_those_inside(wrap):
    inner = URLRouter([path("b/", app("b"))], on_miss="close")
    router = URLRouter([path("in/", wrap(inner))])
    with no_route("in/x"):
        await answers(router, "/in/x")
    outer = URLRouter([path("in/", wrap(inner))], on_miss="deny")
    assert await answers(outer, "/in/x") == [{"type": "websocket.close"}]


@pytest.mark.usefixtures("engine")
async def test_an_inner_router_lets_the_search_go_on():
    inner = URLRouter([path("b/", app("b"))], on_miss="close")
    with raises(Resolver404, "No route found for path 'x'."):
        await inner({"type": "websocket", "path_remaining": "x"}, None, None)
    taken = []

    async def takes(scope, receive, send):
        taken.append(scope["path"])

    router = URLRouter([path("in/", inner), path("in/x", takes)], on_miss="deny")
    assert await answers(router, "/in/x") == []
    assert taken == ["/in/x"]


@pytest.mark.usefixtures("engine")
async def test_an_application_that_raises_resolver404_is_a_miss():
    router = URLRouter([path("a/", failing(Resolver404("no")))], on_miss="deny")
    assert await answers(router, "/a/") == [{"type": "websocket.close"}]


@pytest.mark.usefixtures("engine")
async def test_an_application_that_has_read_leaves_nothing_to_wait_for():
    async def reads(scope, receive, send):
        assert await receive() == CONNECT
        raise Resolver404

    sent = []

    async def send(message):
        sent.append(message)

    events = asyncio.Queue()
    events.put_nowait(CONNECT)
    router = URLRouter([path("a/", reads)], on_miss="deny")
    scope = {"type": "websocket", "path": "/a/"}
    await asyncio.wait_for(router(scope, events.get, send), 30)
    assert sent == [{"type": "websocket.close"}]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "error", [ValueError("No route found for path 'a'."), ValueError("other")]
)
async def test_an_error_of_an_application_is_no_miss(error):
    router = URLRouter([path("a/", failing(error))], on_miss="deny")
    with pytest.raises(ValueError) as caught:  # noqa: PT011 # it is that very object
        await answers(router, "/a/")
    assert caught.value is error


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("scope", [{"path": None}, {"path_remaining": None}])
async def test_a_scope_without_a_path_is_no_miss(scope):
    text = "No 'path' key in connection scope, cannot route URLs"
    with raises(ValueError, text):
        await answers(URLRouter(routes(), on_miss="deny"), **{"path": "", **scope})


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("whole", [False, True])
async def test_a_root_path_that_does_not_fit_is_a_miss(whole):
    router = URLRouter(routes(), on_miss="deny", whole_root_path=whole)
    for target in ("/a/", "/app/x", "/application/a/"):
        sent = await answers(router, target, root_path="/app")
        assert sent == [{"type": "websocket.close"}]


async def test_a_subclass_without_the_constructor_raises():
    class Bare(URLRouter):
        def __init__(self):
            self.routes = routes()

    with no_route("x"):
        await answers(Bare())


async def test_it_is_copied_and_pickled_with_the_router():
    router = URLRouter([path("a/", nobody)], on_miss="deny")
    await answers(router)
    for other in (copy.deepcopy(router), pickle.loads(pickle.dumps(router))):
        assert await answers(other) == [{"type": "websocket.close"}]


def test_it_is_shown_where_it_is_not_the_usual_one():
    assert repr(URLRouter([], on_miss="raise")) == "URLRouter"
    router = URLRouter([path("in/", URLRouter([], on_miss="close"))], on_miss="deny")
    whole = ProtocolTypeRouter({"http": router, "websocket": nobody})
    _, first, second, *_ = repr(whole).splitlines()
    assert first.endswith("URLRouter(on_miss='deny')")
    assert second.endswith("URLRouter(on_miss='close')")


# The log


async def test_a_flood_of_misses_is_one_line_of_each_kind(caplog):
    router = URLRouter(routes(), on_miss="deny")
    closing = URLRouter(routes(), on_miss="close")
    for number in range(100):
        await answers(router, f"/{number}")
        await answers(router, f"/{number}", type="http")
        await answers(closing, f"/{number}")
    assert {record.name for record in caplog.records} == {"channels_fast.routing"}
    assert {record.levelname for record in caplog.records} == {"WARNING"}
    assert caplog.messages == [
        "No route found for the websocket path '/0' (on_miss='deny').",
        "No route found for the http path '/0' (on_miss='deny').",
        "No route found for the websocket path '/0' (on_miss='close').",
    ]


async def test_the_line_says_what_would_have_matched(caplog):
    await answers(URLRouter(routes(), on_miss="deny"), "/in/b")
    assert caplog.messages == [
        "No route found for the websocket path '/in/b' (on_miss='deny'). With a slash "
        "at the end, the route 'in/b/' would answer."
    ]


async def test_a_path_can_neither_break_a_line_nor_lengthen_it(caplog):
    router = URLRouter(routes(), on_miss="deny")
    await answers(router, "/a\r\n2020 ERROR %s %d {0}" + "x" * 100_000)
    [message] = caplog.messages
    assert message.startswith(r"No route found for the websocket path '/a\r\n2020 ERR")
    assert len(message) < 300
    assert message.isprintable()


async def test_the_clients_of_tests_see_both():
    async with connect(URLRouter([], on_miss="deny"), "/x", refused=True) as client:
        assert client.refusal.status == 404
    async with connect(URLRouter([], on_miss="close"), "/x") as client:
        assert (await client.receive_output())["code"] == 4404
    communicator = WebsocketCommunicator(URLRouter([], on_miss="deny"), "/x")
    assert (await communicator.connect())[0] is False
