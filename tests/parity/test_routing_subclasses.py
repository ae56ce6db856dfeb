"""URLRouter: subclasses of Django's patterns, and a wrapper around the router."""

from __future__ import annotations

from django.urls import path, re_path
from django.urls.resolvers import RegexPattern, RoutePattern

from ..support.routing import app, call, no_route, refresh


def test_a_subclass_of_route_pattern_with_its_own_match(channels):
    """What it answers counts, not what its text says."""

    class Upper(RoutePattern):
        def match(self, path):
            return super().match(path.upper())

    route = path("A/<int:n>/", app("upper"))
    route.pattern = Upper("A/<int:n>/", is_endpoint=True)
    router = channels.routing.URLRouter([route, path("a/<int:n>/", app("lower"))])
    assert call(router, "/a/5/").name == "upper"


def test_a_subclass_of_regex_pattern_with_its_own_match(channels):
    """It may give any rest, any tuple and any dict."""

    class Odd(RegexPattern):
        def match(self, path):
            return ("odd rest", (1, None), {"k": path}) if path == "x" else None

    route = re_path("^never$", app("odd"))
    route.pattern = Odd("^never$", is_endpoint=True)
    router = channels.routing.URLRouter([path("a/", app("a")), route])
    answer = call(router, "/x")
    assert (answer.args, answer.kwargs, answer.rest) == (
        (1, None),
        {"k": "x"},
        "odd rest",
    )
    with no_route("never"):
        call(router, "/never")


def test_a_subclass_with_its_own_regex_attribute(channels):
    """A regex that is a property or a value of its own is asked."""
    import re

    class Own(RegexPattern):
        regex = re.compile("^own$")

    class OwnRoute(RoutePattern):
        @property
        def regex(self):
            return re.compile("^(?P<n>own)$")

    first, second = re_path("^a$", app("first")), path("<int:n>", app("second"))
    first.pattern = Own("^a$", is_endpoint=True)
    second.pattern = OwnRoute("<int:n>", is_endpoint=True)
    router = channels.routing.URLRouter([first])
    assert call(router, "/own").name == "first"
    with no_route("a"):
        call(router, "/a")
    router = channels.routing.URLRouter([second])
    with no_route("5"):
        call(router, "/5")


def test_a_plain_subclass_behaves_like_its_base(channels):
    """Nothing is overridden, so nothing differs."""

    class Plain(RoutePattern):
        pass

    route = path("x/", app("plain"))
    route.pattern = Plain("a/<int:n>/", is_endpoint=True)
    router = channels.routing.URLRouter([route])
    assert call(router, "/a/5/").kwargs == {"n": 5}


def test_an_endpoint_that_is_changed_to_a_prefix_in_place(channels):
    """Django looks at its own attributes, at its own time."""
    route = re_path("a$", app("a"))
    router = channels.routing.URLRouter([route])
    with no_route("xa"):
        call(router, "/xa")
    route.pattern._is_endpoint = False
    refresh(router)
    assert call(router, "/xa").name == "a"


def test_a_prefix_pattern_on_an_ordinary_application(channels):
    """The application gets the rest."""
    route = path("x/", app("a"))
    route.pattern = RoutePattern("a/<int:n>/", is_endpoint=False)
    router = channels.routing.URLRouter([route])
    assert call(router, "/a/5/more/").rest == "more/"
    assert call(router, "/a/5//more/").rest == "/more/"


def test_a_tracer_around_the_routers_sees_each_of_them(channels, monkeypatch):
    """As those do that wrap `URLRouter.__call__` when a process starts."""
    seen = []
    original = channels.routing.URLRouter.__call__

    async def traced(self, scope, receive, send):
        seen.append(scope.get("path_remaining", scope["path"]))
        return await original(self, scope, receive, send)

    monkeypatch.setattr(channels.routing.URLRouter, "__call__", traced)
    inner = channels.routing.URLRouter([path("b/", app("b"))])
    router = channels.routing.URLRouter([path("x/", inner)])
    assert call(router, "/x/b/").name == "b"
    assert seen == ["/x/b/", "b/"]
