"""URLRouter: a router behind middleware is reached with the rest of the path."""

from __future__ import annotations

import functools

import pytest
from django.urls import path, re_path

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import OriginValidator
from channels_fast.sessions import CookieMiddleware, SessionMiddlewareStack
from tests.support.engines import both_engines  # noqa: F401 # a fixture
from tests.support.routing import app, call, no_route


def decorated(inner):
    """Wrap *inner* in a function, with `functools.wraps`."""

    @functools.wraps(inner, updated=())
    async def application(scope, receive, send):
        return await inner(scope, receive, send)

    return application


class StarletteStyle:
    """Middleware that keeps what it wraps under the name that Starlette uses."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        return await self.app(scope, receive, send)


class SlottedStyle:
    """Middleware without a `__dict__`, such as that of Sentry."""

    __slots__ = ("app",)

    __init__, __call__ = StarletteStyle.__init__, StarletteStyle.__call__


def validated(inner):
    return OriginValidator(inner, ["*"])


WRAPPERS = [
    BaseMiddleware,
    CookieMiddleware,
    StarletteStyle,
    SlottedStyle,
    decorated,
    validated,
    lambda inner: validated(CookieMiddleware(BaseMiddleware(decorated(inner)))),
]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("wrap", WRAPPERS)
def test_a_route_to_a_router_behind_middleware_is_a_prefix(wrap):
    inner = wrap(URLRouter([path("", app("")), path("b/<int:n>/", app("b"))]))
    router = URLRouter(
        [path("a/", inner), path("<int:x>/", inner), path("<path:p>", app("p"))]
    )
    assert call(router, "/a/", headers=[]).name == ""
    answer = call(router, "/a/b/5/", headers=[])
    assert (answer.name, answer.kwargs) == ("b", {"n": 5})
    assert call(router, "/7/b/5/", headers=[]).kwargs == {"x": 7, "n": 5}
    # What the inner router refuses goes on to the next route.
    assert call(router, "/a/c/", headers=[]).name == "p"


@pytest.mark.parametrize("stack", [SessionMiddlewareStack, AuthMiddlewareStack])
def test_the_stacks_of_middleware_are_seen_through(stack):
    route = path("a/", stack(URLRouter([path("b/", app("b"))])))
    URLRouter([route])
    assert route.pattern.match("a/b/")[0] == "b/"


def test_middleware_of_either_package_is_seen_through(channels):
    """A project may take nothing but the router from us."""
    inner = channels.auth.AuthMiddlewareStack(URLRouter([path("b/", app("b"))]))
    route = path("a/", inner)
    URLRouter([route])
    assert route.pattern.match("a/b/")[0] == "b/"
    base = channels.middleware.BaseMiddleware(URLRouter([path("b/", app("b"))]))
    assert call(URLRouter([path("a/", base)]), "/a/b/").name == "b"


def test_a_route_to_an_ordinary_application_behind_middleware_is_an_endpoint():
    router = URLRouter([path("a/", BaseMiddleware(app("a")))])
    assert call(router, "/a/").name == "a"
    with no_route("a/b/"):
        call(router, "/a/b/")


def test_a_router_below_a_router_of_protocols_is_not_looked_for():
    """Its other protocols may want the whole path."""
    inner = ProtocolTypeRouter(
        {"http": app("http"), "websocket": URLRouter([path("", app("ws"))])}
    )
    router = URLRouter([path("a/", inner)])
    assert call(router, "/a/").name == "ws"
    with no_route("a/b/"):
        call(router, "/a/b/", type="http")


def test_middleware_around_itself_ends_the_search():
    middleware = BaseMiddleware(app("a"))
    middleware.inner = middleware
    URLRouter([path("a/", middleware)])


def test_looking_for_a_router_runs_no_code_of_the_application():
    class Application:
        @property
        def inner(self):
            pytest.fail("the property was asked")

        async def __call__(self, scope, receive, send):
            return "answer"

    assert call(URLRouter([path("a/", Application())]), "/a/") == "answer"


def test_a_regex_that_ends_in_a_dollar_keeps_it():
    inner = BaseMiddleware(URLRouter([path("", app("")), path("b/", app("b"))]))
    router = URLRouter([re_path("^a/$", inner)])
    assert call(router, "/a/").name == ""
    with no_route("a/b/"):
        call(router, "/a/b/")
