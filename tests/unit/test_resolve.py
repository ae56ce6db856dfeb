"""Which route answers a connection, and what is said of those that do not."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.urls import path, re_path

from channels_fast._routes.resolve import resolve
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from tests.support.routing import app, run


def websocket(path, **scope):
    return {"type": "websocket", "path": path, **scope}


def reasons(application, path):
    asked = resolve(application, websocket(path)).asked
    return {one.pattern: one.reason for one in asked}


def test_the_arguments_are_those_that_the_application_gets():
    inner = URLRouter([path("<int:n>/", app("one"), {"extra": True}, name="last")])
    router = URLRouter([re_path(r"^(?P<room>\w+)/", BaseMiddleware(inner))])
    found = resolve(
        ProtocolTypeRouter({"websocket": router, "http": app("")}),
        {"type": "websocket", "path": "/tea/7/"},
    )
    real = run(router(websocket("/tea/7/"), None, None))
    assert found.scope["url_route"] == real.scope["url_route"]
    assert found.scope["path_remaining"] == real.rest == ""
    assert found.error is None
    assert (found.route.index, found.route.name) == (0, "last")
    assert [one.path for one in found.asked] == ["tea/7/", "7/"]
    assert [one.depth for one in found.asked] == [0, 1]


def test_each_earlier_route_has_a_reason():
    router = URLRouter(
        [
            path("a/<int:n>/", app("number")),
            path("/a/x/", app("slash")),
            path("a/x", app("no slash")),
            path("a/", URLRouter([path("y/", app("inner"))])),
            path("b/", app("other")),
            path("a/x/", app("right")),
            path("a/x/", app("never asked")),
        ]
    )
    assert reasons(router, "/a/x/") == {
        "a/<int:n>/": "it does not match",
        "/a/x/": "it would match with a slash in front, which routers take off",
        "a/x": "it would match without the slash at the end",
        "a/": "the router behind it has no route for the rest",
        "a/y/": "it does not match",
        "b/": "it does not match",
        "a/x/": "",
    }
    assert reasons(router, "/b")["b/"] == "it would match with a slash at the end"


def test_a_converter_that_refuses_is_named():
    class Even:
        regex = "[0-9]+"

        def to_python(self, value):
            if int(value) % 2:
                raise ValueError(value)
            return int(value)

    route = path("a/<str:n>/", app("even"))
    route.pattern.converters = {"n": Even()}  # Django shares the old one
    reason = reasons(URLRouter([route]), "/a/3/")["a/<str:n>/"]
    assert reason == "its converter of 'n' refuses '3'"


def test_a_pattern_that_raises_ends_the_search_as_the_connection():
    router = URLRouter([re_path("a", app("one")), path("b/", app("two"))])
    router.routes[0].pattern._regex = "("
    found = resolve(router, websocket("/b/"))
    assert isinstance(found.error, ImproperlyConfigured)
    assert len(found.asked) == 1
    assert found.asked[0].reason.startswith("the connection fails: ImproperlyConf")


def test_a_key_that_nobody_has_is_the_error_of_the_router():
    router = ProtocolTypeRouter({"http": app("http")})
    text = "No application configured for scope type 'websocket'"
    assert str(resolve(router, websocket("/")).error) == text
    names = ChannelNameRouter({"one": app("one")})
    text = "No application configured for channel name 'two'"
    assert str(resolve(names, {"type": "channel", "channel": "two"}).error) == text
    found = resolve(names, {"type": "channel", "channel": "one"})
    assert (found.asked, found.route.channel) == ([], "one")


def test_a_router_inside_itself_is_followed():
    router = URLRouter([path("end/", app("end"))])
    router.routes.append(re_path("^again/", router))
    found = resolve(router, websocket("/again/again/end/"))
    assert found.route.application.endswith("app.<locals>.application")
    assert [one.pattern for one in found.asked] == [
        "end/",
        "^again/",
        "^again/end/",
        "^again/again/",
        "^again/again/end/",
    ]
