"""URLRouter: routes and patterns that are not Django's."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from django.urls import path, re_path
from django.urls.exceptions import Resolver404

from ..support.duck_routes import Exactly, route_of
from ..support.routing import app, call, no_route, raises


def test_three_attributes_make_a_route(channels):
    """Three attributes make a route, beside Django's own."""
    pattern = Exactly("duck/", ("left", ("arg",), {"k": 1}))
    router = channels.routing.URLRouter(
        [
            path("a/", app("a")),
            route_of(pattern, default_args={"d": 2, "k": "default"}),
            path("<path:p>", app("rest")),
        ]
    )
    answer = call(router, "/duck/")
    assert (answer.name, answer.args, answer.rest) == ("duck", ("arg",), "left")
    assert list(answer.kwargs.items()) == [("k", "default"), ("d", 2)]
    assert call(router, "/a/").name == "a"
    assert call(router, "//other").name == "rest"
    assert pattern.asked == ["duck/", "other"]


def test_a_duck_typed_pattern_is_asked_in_order(channels):
    """Exactly once for each call that reaches it, never for one that does not."""
    first, second = Exactly("x"), Exactly("a/5/")
    router = channels.routing.URLRouter(
        [
            route_of(first, "first"),
            path("a/<int:n>/", app("int")),
            route_of(second, "second"),
            path("a/<str:n>/", app("str")),
        ]
    )
    assert call(router, "/a/5/").name == "int"
    assert call(router, "/a/b/").name == "str"
    assert (first.asked, second.asked) == (["a/5/", "a/b/"], ["a/b/"])


def test_a_duck_typed_pattern_may_raise(channels):
    """Resolver404 goes on with the next route; anything else escapes."""

    class Raising:
        def __init__(self, error):
            self.error = error

        def match(self, text):
            raise self.error

    router = channels.routing.URLRouter(
        [route_of(Raising(Resolver404("no"))), path("a/", app("a"))]
    )
    assert call(router, "/a/").name == "a"
    router = channels.routing.URLRouter(
        [route_of(Raising(ValueError("mine"))), path("a/", app("a"))]
    )
    with raises(ValueError, "mine"):
        call(router, "/a/")


@pytest.mark.parametrize("found", [None, (), False, 0, ""])
def test_a_falsy_answer_of_a_pattern_is_a_miss(channels, found):
    """Its truth decides, not its type."""
    router = channels.routing.URLRouter(
        [route_of(Exactly("a/", found)), path("a/", app("a"))]
    )
    assert call(router, "/a/").name == "a"


def test_the_answer_of_a_pattern_may_be_any_three_things(channels):
    """A list unpacks like a tuple; the rest is passed on as it is."""
    rest = object()
    router = channels.routing.URLRouter([route_of(Exactly("a", [rest, (), {}]))])
    assert call(router, "/a").rest is rest
    router = channels.routing.URLRouter([route_of(Exactly("a", ("", ())))])
    with raises(ValueError, "not enough values to unpack (expected 3, got 2)"):
        call(router, "/a")


def test_the_kwargs_of_a_pattern_are_updated_in_place(channels):
    """The dict that a pattern hands out receives the default kwargs."""
    kwargs = {"k": 1}
    route = route_of(Exactly("a", ("", (), kwargs)), default_args={"d": 2})
    router = channels.routing.URLRouter([route])
    answer = call(router, "/a")
    assert answer.kwargs == {"k": 1, "d": 2}
    assert kwargs == {"k": 1, "d": 2}
    assert answer.kwargs is not kwargs


@pytest.mark.parametrize("missing", ["pattern", "default_args"])
def test_a_route_that_lacks_an_attribute_fails_when_it_is_reached(channels, missing):
    """It is found out when it is reached."""
    route = route_of(Exactly("b/"))
    delattr(route, missing)
    router = channels.routing.URLRouter([path("a/", app("a")), route])
    assert call(router, "/a/").name == "a"
    if missing == "pattern" and channels.version < (4, 0):
        missing = "regex"  # the attribute of a route of Django 1
    with raises(AttributeError, f"'Route' object has no attribute '{missing}'"):
        call(router, "/b/")


def test_an_application_that_cannot_be_called_fails_when_it_is_reached(channels):
    """A route with a callback of None fails when it matches."""
    route = route_of(Exactly("b/"))
    route.callback = None
    router = channels.routing.URLRouter([route, path("a/", app("a"))])
    assert call(router, "/a/").name == "a"
    with raises(TypeError, "'NoneType' object is not callable"):
        call(router, "/b/")


def test_each_attribute_of_a_route_is_read_once_for_a_match(channels):
    """
    Each is read once for a match, and only the pattern for a miss.

    Channels before 4.0 asks first if there is a pattern at all.
    """
    asked = ["pattern"] * (1 if channels.version >= (4, 0) else 2)
    log = []

    class Computed:
        @property
        def pattern(self):
            log.append("pattern")
            return Exactly("a")

        @property
        def default_args(self):
            log.append("default_args")
            return {}

        @property
        def callback(self):
            log.append("callback")
            return app("computed")

    router = channels.routing.URLRouter([Computed()])
    log.clear()
    assert call(router, "/a").name == "computed"
    assert sorted(log) == ["callback", "default_args", *asked]
    log.clear()
    with no_route("b"):
        call(router, "/b")
    assert log == asked


class Pair(tuple):
    """Arguments of a class of their own."""


@pytest.mark.parametrize(
    "found",
    [
        ("rest", Pair((1, 2)), {}),
        ["rest", (1,), {"k": 1}],
        ("rest", [1], {}),
        ("rest", (), type("Kwargs", (dict,), {})(k=1)),
        ("rest", (), MappingProxyType({"k": 1})),
        ("rest", (), None),
        ("rest", None, {}),
        ("rest", ()),
        ("rest", (), {}, "more"),
        "abc",
        5,
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_a_match_with_an_odd_answer_is_asked_once(channels, found, nested):
    """What is made of it is what Python makes of it."""
    pattern = Exactly("x", found)
    first = Exactly("never")
    router = channels.routing.URLRouter([route_of(first), route_of(pattern)])
    if nested:
        router = channels.routing.URLRouter([re_path("^(.)/", router)])

    def outcome():
        try:
            answer = call(router, "/o/x" if nested else "/x")
        except Exception as error:
            return type(error), str(error)
        return (
            answer.rest,
            (answer.args, answer.kwargs),
            [
                type(answer.args),
                type(answer.kwargs),
            ],
        )

    outer = ("o",) if nested else ()
    assert outcome() == expected_of(found, outer)
    assert len(pattern.asked) == len(first.asked) == 1


def expected_of(found, outer):
    """Return what upstream's lines make of what a `match()` has returned."""
    try:
        remaining, args, kwargs = found
        kwargs.update({})
        url_route = outer + args, {**kwargs}
    except Exception as error:
        return type(error), str(error)
    return remaining, url_route, [tuple, dict]


def test_the_dict_of_a_route_may_be_replaced(channels):
    route = path("a/", app("a"))
    router = channels.routing.URLRouter([route])
    assert call(router, "/a/").name == "a"
    route.__dict__ = {**route.__dict__, "callback": app("new")}
    assert call(router, "/a/").name == "new"
