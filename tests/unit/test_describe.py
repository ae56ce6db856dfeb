"""What the routers say of their routes."""

from __future__ import annotations

import pytest
from django.urls import path, re_path

from channels_fast._routes.compile import compile_routes
from channels_fast._routes.describe import ENGINES, describe
from channels_fast.auth import AuthMiddlewareStack
from channels_fast.generic.websocket import WebsocketConsumer
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from tests.support.engines import WHY_NOT_COMPILED, told


class Chat(WebsocketConsumer):
    """A consumer."""


async def app(scope, receive, send):
    """An application for a route."""


def test_a_route_is_described_with_all_that_is_on_the_way():
    inner = URLRouter([path("<int:n>/", Chat.as_asgi(), name="chat")])
    application = ProtocolTypeRouter(
        {
            "http": app,
            "websocket": AuthMiddlewareStack(
                URLRouter([path("in/", BaseMiddleware(inner))])
            ),
            "channel": ChannelNameRouter({"thumbnails": app}),
        }
    )
    http, chat, thumbnails = describe(application)
    assert (http.protocol, http.pattern, http.engine) == ("http", None, "")
    assert (chat.index, chat.protocol, chat.channel) == (1, "websocket", None)
    assert (chat.pattern, chat.name) == ("in/<int:n>/", "chat")
    assert chat.application == f"{__name__}.Chat"
    assert chat.middleware == (
        "channels_fast.sessions.CookieMiddleware",
        "channels_fast.sessions.SessionMiddleware",
        "channels_fast.auth.AuthMiddleware",
        "channels_fast.middleware.BaseMiddleware",
    )
    assert (chat.engine, chat.reason) == told("trie")
    assert (thumbnails.protocol, thumbnails.channel) == ("channel", "thumbnails")


def test_the_engine_is_the_slowest_on_the_way():
    def engine_of(prefix):
        inner = BaseMiddleware(URLRouter([path("a/", app)]))
        (found,) = describe(URLRouter([re_path(prefix, inner)]))
        return found.engine, found.reason

    assert engine_of("^(?:x|yy)+/") == told("regex")
    assert engine_of("^(?=b)b/") == told("Django", "a lookaround")


class Routes(list):
    """A list of a class of its own, which may say anything when it is asked."""


def test_routes_that_are_in_no_list_are_with_django():
    (found,) = describe(URLRouter(Routes([path("a/", app)])))
    assert (found.engine, found.reason) == told("Django", "the routes are in a Routes")


class LikeARoute:
    """A route of a project's own class."""

    pattern = path("a/", app).pattern
    default_args = {}
    callback = staticmethod(app)


def test_a_route_of_another_class_is_with_django():
    (found,) = describe(URLRouter([LikeARoute()]))
    reason = "a route of class LikeARoute"
    assert (found.engine, found.reason) == told("Django", reason)


def test_a_router_without_routes_has_none():
    assert describe(URLRouter([])) == []
    assert describe(BaseMiddleware(URLRouter([path("", URLRouter([]))]))) == []


def test_middleware_in_two_places_is_described_in_both():
    def closing_over(inner):
        async def middleware(scope, receive, send):
            return await inner(scope, receive, send)

        return middleware

    shared = closing_over(URLRouter([path("a/", app)]))
    router = URLRouter([re_path("^x/", shared), re_path("^y/", shared)])
    assert [one.pattern for one in router.describe()] == ["^x/a/", "^y/a/"]


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="nothing is compiled here")
def test_the_engine_is_that_of_the_table():
    routes = [
        path("a/<int:n>/", app),
        path("<slug:a>-<uuid:b>/", app),
        path("files/<path:rest>", app),
        re_path(r"^(?P<a>[^/]+)/b/$", app),
        re_path(r"^(?:a|b)+(\d)$", app),
        re_path(r"a(?!b)", app),
        path("in/", URLRouter([re_path("^(x)?y$", app), path("", app)])),
    ]
    rows = compile_routes(routes, URLRouter).rows()
    assert [one.engine for one in describe(URLRouter(routes))] == [
        ENGINES[engine] for _, engine, _ in rows
    ]


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="there is no table")
def test_a_lone_surrogate_leaves_its_own_route_to_python_and_no_other():
    """A meaning that cannot be written in UTF-8 would cost the whole table."""
    routes = [path("a<int:n>/\ud800/", app), path("b/<int:n>/", app)]
    rows = compile_routes(routes, URLRouter).rows()
    assert [engine for _, engine, _ in rows] == ["python", "segmented"]
