"""
URLRouter: routes may change at any time, and the next call sees them.

Where ours has to be told of a change, the tests say so with `refresh()`; which changes
these are is tested in `tests/unit/test_routing_living.py`.
"""

from __future__ import annotations

from unittest import mock

import pytest
from django.urls import path, re_path
from django.urls.resolvers import RoutePattern

from ..support.routing import app, call, no_route, refresh


@pytest.fixture
def router(channels):
    """A router that has answered once, so whatever it builds is built."""
    router = channels.routing.URLRouter(
        [
            path("a/", app("a")),
            path("b/<int:n>/", app("b")),
            path("c/", app("c")),
            re_path(r"^d/(\w+)/$", app("d")),
        ]
    )
    assert call(router, "/c/").name == "c"
    return router


def test_an_appended_route(router):
    """It answers from the next call on."""
    with no_route("new/"):
        call(router, "/new/")
    router.routes.append(path("new/", app("new")))
    assert call(router, "/new/").name == "new"


def test_an_inserted_route_comes_before_the_others(router):
    """Its place in the list is its place in the order."""
    router.routes.insert(0, path("<path:p>", app("all")))
    assert call(router, "/c/").name == "all"
    router.routes.append(router.routes.pop(0))
    assert call(router, "/c/").name == "c"


def test_a_removed_route(router):
    """It answers no more, and the others do."""
    del router.routes[2]
    with no_route("c/"):
        call(router, "/c/")
    assert call(router, "/d/x/").args == ("x",)
    router.routes.clear()
    with no_route("d/x/"):
        call(router, "/d/x/")


def test_a_removal_and_an_addition_between_two_calls(router):
    """The length of the list is the same, its content is not."""
    router.routes.pop(0)
    router.routes.append(path("e/", app("e")))
    with no_route("a/"):
        call(router, "/a/")
    assert call(router, "/e/").name == "e"
    assert call(router, "/c/").name == "c"


def test_a_new_list(router):
    """Assigned to the attribute, of any length."""
    router.routes = [path("c/", app("new c"))]
    assert call(router, "/c/").name == "new c"
    router.routes = [path("c/", app("newer c"))]
    assert call(router, "/c/").name == "newer c"
    router.routes = ()
    with no_route("c/"):
        call(router, "/c/")


def test_a_slice_that_is_replaced(router):
    """The list is the same object with other routes."""
    router.routes[:] = [path(f"{n}/", app(str(n))) for n in range(4)]
    refresh(router)
    assert [call(router, f"/{n}/").name for n in range(4)] == ["0", "1", "2", "3"]
    with no_route("a/"):
        call(router, "/a/")


def test_a_replaced_route_that_answered(router):
    """In its place at the same length: the new one answers."""
    router.routes[2] = path("c/", app("new c"))
    assert call(router, "/c/").name == "new c"
    router.routes[2] = path("other/", app("other"))
    with no_route("c/"):
        call(router, "/c/")


def test_a_replaced_route_that_answered_in_a_long_list(channels):
    """However many routes there are, the one that answers is the one in the list."""
    routes = [path(f"{n}/", app(str(n))) for n in range(500)]
    router = channels.routing.URLRouter(routes)
    for _ in range(3):
        assert call(router, "/321/").name == "321"
        routes[321] = path("321/", app("other"))
        assert call(router, "/321/").name == "other"
        routes[321] = path("gone/", app("gone"))
        with no_route("321/"):
            call(router, "/321/")
        routes[321] = path("321/", app("321"))
        refresh(router)


def test_a_replaced_route_that_did_not_answer(router):
    """A route in front of the one that answers may begin to match."""
    router.routes[0] = path("c/", app("in front"))
    refresh(router)
    assert call(router, "/c/").name == "in front"


def test_a_replaced_route_behind_a_miss(router):
    """Nothing answered so far, and now something does."""
    with no_route("e/"):
        call(router, "/e/")
    router.routes[1] = path("e/", app("e"))
    refresh(router)
    assert call(router, "/e/").name == "e"


def test_two_routes_that_change_places(router):
    """The order is that of the list at the time of the call."""
    router.routes[:2] = [path("<str:s>/", app("str")), path("c/", app("early c"))]
    refresh(router)
    assert call(router, "/c/").name == "str"
    router.routes[0], router.routes[1] = router.routes[1], router.routes[0]
    assert call(router, "/c/").name == "early c"


def test_a_patched_callback(router):
    """`mock.patch` on a route, as tests of projects do, and back again."""
    with mock.patch.object(router.routes[2], "callback", app("patched")):
        assert call(router, "/c/").name == "patched"
    assert call(router, "/c/").name == "c"


def test_a_changed_pattern_of_the_route_that_answered(router):
    """The route answers for its new pattern only."""
    router.routes[2].pattern = RoutePattern("x/<int:n>/", is_endpoint=True)
    with no_route("c/"):
        call(router, "/c/")
    assert call(router, "/x/5/").kwargs == {"n": 5}


def test_a_changed_pattern_of_another_route(router):
    """It may begin to match in front of the one that answers."""
    router.routes[0].pattern = RoutePattern("c/", is_endpoint=True)
    refresh(router)
    assert call(router, "/c/").name == "a"


def test_a_patched_match(router):
    """A `match` that is put on one pattern object is asked."""
    found = ("rest", ("arg",), {"k": 1})
    with mock.patch.object(router.routes[0].pattern, "match", return_value=found):
        refresh(router)
        answer = call(router, "/zzz/")
        assert (answer.name, answer.args, answer.kwargs) == ("a", ("arg",), {"k": 1})
        assert answer.rest == "rest"
    refresh(router)
    with no_route("zzz/"):
        call(router, "/zzz/")


def test_changed_default_args(router):
    """The dict may be changed or replaced."""
    route = router.routes[1]
    route.default_args["k"] = 1
    assert call(router, "/b/5/").kwargs == {"n": 5, "k": 1}
    route.default_args = {"n": "default"}
    assert call(router, "/b/5/").kwargs == {"n": "default"}
    route.default_args = [("pairs", "too")]
    assert call(router, "/b/5/").kwargs == {"n": 5, "pairs": "too"}
    route.default_args = {}
    assert call(router, "/b/5/").kwargs == {"n": 5}


def test_default_args_that_cannot_be_merged(router):
    """They fail as `dict.update` fails, at the call."""
    router.routes[1].default_args = None
    with pytest.raises(TypeError, match="'NoneType' object is not iterable"):
        call(router, "/b/5/")


def test_a_living_list_of_an_inner_router(channels):
    """Every level is read anew."""
    inner = channels.routing.URLRouter([path("x/", app("x"))])
    router = channels.routing.URLRouter([path("a/", inner), path("<path:p>", app("p"))])
    assert call(router, "/a/x/").name == "x"
    inner.routes.append(path("y/", app("y")))
    refresh(router)
    assert call(router, "/a/y/").name == "y"
    inner.routes[0] = path("z/", app("z"))
    refresh(router)
    assert call(router, "/a/z/").name == "z"
    assert call(router, "/a/x/").name == "p"
    inner.routes = [path("x/", app("new x"))]
    refresh(router)
    assert call(router, "/a/x/").name == "new x"
    with mock.patch.object(inner.routes[0], "callback", app("patched")):
        assert call(router, "/a/x/").name == "patched"
    inner.routes[0].default_args = {"k": 1}
    assert call(router, "/a/x/").kwargs == {"k": 1}
    inner.routes.clear()
    assert call(router, "/a/x/").name == "p"


def test_an_inner_router_that_is_exchanged(channels):
    """The callback of its route is read at every call."""
    router = channels.routing.URLRouter(
        [path("a/", channels.routing.URLRouter([path("x/", app("x"))]))]
    )
    assert call(router, "/a/x/").name == "x"
    router.routes[0].callback = channels.routing.URLRouter([path("x/", app("new"))])
    assert call(router, "/a/x/").name == "new"
    # The pattern stays the prefix that the constructor made of it.
    router.routes[0].callback = app("plain")
    assert call(router, "/a/x/").rest == "x/"


def test_a_router_that_is_put_in_later_stays_behind_an_endpoint(channels):
    """Only the constructor makes prefixes."""
    inner = channels.routing.URLRouter([path("", app("")), path("x/", app("x"))])
    router = channels.routing.URLRouter([path("a/", app("a"))])
    assert call(router, "/a/").name == "a"
    router.routes[0].callback = inner
    assert call(router, "/a/").name == ""
    with no_route("a/x/"):
        call(router, "/a/x/")
