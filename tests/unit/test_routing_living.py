"""Which changes of its routes a router sees, and which it has to be told of."""

from __future__ import annotations

import contextlib

import pytest
from channels.routing import URLRouter as UpstreamURLRouter
from django.urls import path, re_path, register_converter
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RoutePattern

from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import URLRouter
from tests.support.engines import WHY_NOT_COMPILED
from tests.support.routing import app, call, failing, no_route

compiled = pytest.mark.skipif(
    bool(WHY_NOT_COMPILED), reason="without a table every change is seen"
)


class Own:
    """A converter of the project."""

    regex = "[a-z]+"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class Refusing(Own):
    """A converter that takes nothing."""

    def to_python(self, value):
        raise ValueError(value)


register_converter(Own, "living")
register_converter(Refusing, "refusing")


@pytest.fixture
def inner():
    return URLRouter([path("a/", app("a")), path("b/", app("b"))])


@pytest.fixture(params=[1, 100])
def router(inner, request):
    """A router that has answered, with a nested one and few or many routes."""
    fillers = [path(f"{n}/", app(str(n))) for n in range(request.param)]
    router = URLRouter([*fillers, path("in/", inner), path("c/", app("c"))])
    assert call(router, "/in/a/").name == "a"
    return router


def test_an_added_and_a_removed_route_are_seen(router):
    router.routes.append(path("new/", app("new")))
    assert call(router, "/new/").name == "new"
    del router.routes[-2]
    with no_route("c/"):
        call(router, "/c/")


def test_a_route_added_to_a_nested_router_is_seen_where_no_route_answered(
    router, inner
):
    with no_route("in/new/"):
        call(router, "/in/new/")
    inner.routes.append(path("new/", app("new")))
    assert call(router, "/in/new/").name == "new"


def test_a_nested_list_is_seen_on_the_way_to_the_answer(router, inner):
    inner.routes.insert(0, path("<str:s>/", app("first")))
    assert call(router, "/in/a/").name == "first"
    inner.routes = [path("a/", app("new"))]
    assert call(router, "/in/a/").name == "new"


def test_the_route_that_answers_is_seen_to_be_replaced(router):
    router.routes[-1] = path("c/", app("new"))
    assert call(router, "/c/").name == "new"
    router.routes[-1].pattern = RoutePattern("d/", is_endpoint=True)
    with no_route("c/"):
        call(router, "/c/")
    router.routes[-1].callback = app("newer")
    assert call(router, "/d/").name == "newer"


@compiled
def test_a_replaced_route_that_did_not_match_has_to_be_told(router, inner):
    router.routes[0] = path("c/", app("in front"))
    inner.routes[0] = path("b/", app("in front"))
    for _ in range(200):
        assert call(router, "/c/").name == "c"
        assert call(router, "/in/b/").name == "b"
    router.refresh()
    assert call(router, "/c/").name == "in front"
    assert call(router, "/in/b/").name == "in front"


@compiled
def test_another_pattern_of_a_route_that_did_not_match_has_to_be_told(router):
    router.routes[0].pattern = RoutePattern("c/", is_endpoint=True)
    for _ in range(200):
        assert call(router, "/c/").name == "c"
    router.refresh()
    assert call(router, "/c/").name == "0"


@compiled
def test_a_nested_list_off_the_way_to_the_answer_has_to_be_told():
    inner = URLRouter([path("a/", app("a"))])
    router = URLRouter([path("in/", inner), path("<path:p>", app("all"))])
    assert call(router, "/in/a/").name == "a"
    inner.routes.append(path("new/", app("new")))
    assert call(router, "/in/new/").name == "all"
    router.refresh()
    assert call(router, "/in/new/").name == "new"


@pytest.mark.parametrize(
    "lead",
    [
        lambda inner: path("in/", inner),
        lambda inner: path("<living:x>/", inner),
        lambda inner: re_path(r"^(?!q)\w+/", inner),
        lambda inner: path("in/", BaseMiddleware(BaseMiddleware(inner))),
        lambda inner: path("in/", type("Mine", (URLRouter,), {})(inner.routes)),
        lambda inner: path("", URLRouter([path("in/", inner)])),
        lambda inner: path("in/", UpstreamURLRouter([path("", inner)])),
    ],
    ids=["plain", "converter", "regex", "middleware", "subclass", "deeper", "upstream"],
)
def test_refresh_reaches_nested_routers(lead):
    inner = URLRouter([path(f"a{n}/", app(str(n))) for n in range(9)])
    router = URLRouter([lead(inner)])
    assert call(router, "/in/a8/").name == "8"
    inner.routes[0].pattern = RoutePattern("a8/", is_endpoint=True)
    router.refresh()
    assert call(router, "/in/a8/").name == "0"


def test_refresh_of_a_router_in_itself_ends():
    router = URLRouter([path("a/", app("a"))])
    router.routes.append(path("b/", router))
    router.refresh()
    assert call(router, "/a/").name == "a"


@pytest.mark.parametrize("place", [0, 1])
def test_a_route_that_is_added_while_an_application_runs_is_not_asked(place):
    """Upstream may ask it, or call the application twice."""
    called = []

    async def grow(scope, receive, send):
        called.append("grow")
        router.routes.insert(place, path("<path:p>", app("added")))
        raise Resolver404

    router = URLRouter([path("a/", grow), path("b/", app("b"))])
    with no_route("a/"):
        call(router, "/a/")
    assert called == ["grow"]
    assert call(router, "/a/").name == "added" if place == 0 else True


def test_a_route_that_is_taken_away_while_an_application_runs_is_asked():
    async def shrink(scope, receive, send):
        del router.routes[1]
        raise Resolver404

    router = URLRouter([path("a/", shrink), path("a/", app("second"))])
    assert call(router, "/a/").name == "second"
    with no_route("a/"):
        router.routes[0].callback = _refuse
        call(router, "/a/")


@compiled
def test_a_callback_that_an_application_changes_counts_from_the_next_connection_on():
    """Upstream reads each route when its turn comes."""

    async def change(scope, receive, send):
        router.routes[1].callback = app("changed")
        raise Resolver404

    router = URLRouter([path("a/", change), path("a/", app("a"))])
    assert call(router, "/a/").name == "a"
    router.refresh()
    assert call(router, "/a/").name == "changed"


@pytest.mark.parametrize("first", ["<refusing:x>/", "a/"])
def test_a_change_behind_what_refuses_is_seen_from_the_second_connection_on(first):
    refuses = path(first, failing(Resolver404()))
    router = URLRouter([refuses, path("<str:x>/", app("a"))])
    assert call(router, "/a/").name == "a"
    router.routes[1].callback = app("changed")
    assert call(router, "/a/").name in {"a", "changed"}
    assert call(router, "/a/").name == "changed"
    router.routes[1] = path("<str:x>/", app("replaced"))
    assert call(router, "/a/").name in {"changed", "replaced"}
    assert call(router, "/a/").name == "replaced"


@compiled
@pytest.mark.parametrize("edit", ["assign", "replace", "clear"])
def test_a_nested_list_that_a_converter_changes_counts_from_the_next_connection_on(
    edit, monkeypatch
):
    def change(self, value):
        monkeypatch.undo()
        if edit == "assign":
            inner.routes = [path("a/", app("changed"))]
        elif edit == "replace":
            inner.routes[0] = path("a/", app("changed"))
        else:
            inner.routes.clear()
        raise ValueError

    inner = URLRouter([path("a/", app("a")), path("b/", app("b"))])
    router = URLRouter([path("in/<living:x>/", app("x")), path("in/", inner)])
    monkeypatch.setattr(Own, "to_python", change)
    assert call(router, "/in/a/").name == "a"
    router.routes.pop(0)
    if edit == "clear":
        with no_route("in/a/"):
            call(router, "/in/a/")
    else:
        assert call(router, "/in/a/").name == "changed"


async def _refuse(scope, receive, send):
    raise Resolver404


@pytest.mark.parametrize("first", ["<refusing:x>/", "a/"])
def test_a_nested_list_that_grows_behind_what_refuses_is_seen_too(first):
    inner = URLRouter([path("x/", app("x"))])
    router = URLRouter([path(first, failing(Resolver404())), path("", inner)])
    with no_route("a/"):
        call(router, "/a/")
    inner.routes.append(path("a/", app("added")))
    with contextlib.suppress(ValueError):
        call(router, "/a/")
    assert call(router, "/a/").name == "added"
