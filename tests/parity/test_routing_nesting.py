"""URLRouter: routers in routers, of one package or of both."""

from __future__ import annotations

import importlib

import pytest
from django.urls import path, re_path
from django.urls.exceptions import Resolver404

from tests.conftest import PACKAGES

from ..support.routing import app, call, failing, left_out, no_route, raises


@pytest.fixture(params=PACKAGES)
def inner_router(request):
    """URLRouter of either package, to nest in that of either package."""
    return importlib.import_module(f"{request.param}.routing").URLRouter


@pytest.fixture
def router(channels, inner_router):
    """Three levels; the middle one is of the other package every second time."""
    outer = channels.routing.URLRouter
    deepest = outer(
        [
            path("", app("deep root")),
            path("<int:c>/", app("deep int")),
            re_path(r"^(\w+)/(\w+)?$", app("deep words")),
        ]
    )
    middle = inner_router(
        [
            path("leaf/", app("leaf")),
            path("<int:b>/", deepest, {"level": "middle", "m": 1}),
            path("<str:b>/x/", app("x")),
        ]
    )
    return outer(
        [
            path("<slug:a>/", middle, {"level": "outer", "o": 1}),
            path("<path:rest>", app("rest")),
        ]
    )


def test_kwargs_come_from_the_outside_in(router):
    """Captures of all levels, in order; defaults override on the way."""
    answer = call(router, "/one/2/3/")
    assert answer.name == "deep int"
    assert list(answer.kwargs.items()) == [
        ("a", "one"),
        ("level", "middle"),
        ("o", 1),
        ("b", 2),
        ("m", 1),
        ("c", 3),
    ]
    assert answer.args == ()
    assert answer.rest == ""


def test_args_of_an_inner_regex(router):
    """Positional arguments stay beside the outer kwargs."""
    answer = call(router, "/one/2/x/")
    assert answer.name == "deep words"
    assert answer.args == ("x", None)
    assert answer.kwargs["b"] == 2


def test_slashes_are_stripped_at_every_level(router):
    """Between two routers any number of them is one."""
    assert call(router, "//one///2//3/").name == "deep int"
    assert call(router, "/one/2//").name == "deep root"


def test_a_dead_end_goes_back_to_the_next_route(router):
    """Every level that is left goes on where it was."""
    assert call(router, "/one/two/x/").name == "x"
    assert call(router, "/one/2/3/4/5").name == "rest"
    assert call(router, "/one/").kwargs == {"rest": "one/"}


def test_the_key_order_of_the_child_scope(router):
    """A nested dispatch leaves the two keys where the first level put them."""
    scope = call(router, "/one/2/3/", headers=[]).scope
    assert list(scope) == ["type", "path", "headers", "path_remaining", "url_route"]
    assert scope["path"] == "/one/2/3/"


def test_a_miss_below_is_a_miss_of_the_outermost_router(channels, inner_router):
    """ValueError with the outermost path, not chained to what happened below."""
    router = channels.routing.URLRouter(
        [path("a/", inner_router([path("b/", inner_router([]))]))]
    )
    with no_route("a/b/c/") as caught:
        call(router, "//a/b/c/")
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_a_miss_of_an_inner_router_shows_its_own_path(channels, inner_router):
    """What is raised between the levels has the rest, stripped."""
    seen = []

    class Spy:
        _path_routing = True

        def __init__(self, inner):
            self.inner = inner

        async def __call__(self, scope, receive, send):
            try:
                return await self.inner(scope, receive, send)
            except Resolver404 as error:
                seen.append((str(error), error.__context__))
                raise

    router = channels.routing.URLRouter([path("a/", Spy(inner_router([])))])
    with no_route("a//b/"):
        call(router, "/a//b/")
    assert seen == [("No route found for path 'b/'.", None)]


def test_a_prefix_need_not_end_at_a_slash(channels, inner_router):
    """`path("a", ...)` takes the beginning of a longer segment."""
    router = channels.routing.URLRouter(
        [path("a", inner_router([path("bc/", app("bc")), path("<str:s>", app("s"))]))]
    )
    assert call(router, "/abc/").name == "bc"
    assert call(router, "/a/bc/").name == "bc"
    assert call(router, "/axyz").kwargs == {"s": "xyz"}


def test_a_parameter_at_the_end_of_a_prefix_is_greedy(channels, inner_router):
    """It takes all that it can and leaves the rest, with no way back."""
    inner = inner_router([path("", app("")), path("9/", app("9")), path("/", app("/"))])
    router = channels.routing.URLRouter([path("i<int:n>", inner), path("<n>", inner)])
    assert call(router, "/i129/").kwargs == {"n": 129}
    assert call(router, "/i129/9/").name == "9"
    assert call(router, "/abc").kwargs == {"n": "abc"}
    assert call(router, "/abc/9/").kwargs == {"n": "abc"}


def test_a_path_parameter_as_a_prefix_leaves_nothing(channels, inner_router):
    """`.+` takes the rest of the line."""
    inner = inner_router([path("", app("empty")), path("<str:q>", app("q"))])
    router = channels.routing.URLRouter([path("<path:p>", inner)])
    assert call(router, "/a/b/").kwargs == {"p": "a/b/"}
    assert call(router, "/a/b/").name == "empty"
    assert call(router, "/a\nb").kwargs == {"p": "a", "q": "\nb"}


def test_an_empty_prefix(channels, inner_router):
    """It passes everything on, and takes part in the order."""
    router = channels.routing.URLRouter(
        [
            path("", inner_router([path("a/", app("inner a"))])),
            path("a/", app("outer a")),
            re_path("", inner_router([path("b/", app("regex b"))])),
            path("b/", app("outer b")),
            path("c/", app("outer c")),
        ]
    )
    assert call(router, "/a/").name == "inner a"
    assert call(router, "/b/").name == "regex b"
    assert call(router, "/c/").name == "outer c"


def test_a_regex_prefix_that_ends_in_a_dollar(channels, inner_router):
    """It keeps the `$`, which is searched for: a trailing newline is left over."""
    inner = inner_router([path("", app("end")), path("\n", app("newline"))])
    router = channels.routing.URLRouter([re_path(r"^a/$", inner)])
    assert call(router, "/a/").name == "end"
    assert call(router, "/a/\n").name == "newline"
    with no_route("a/b"):
        call(router, "/a/b")


def test_an_unanchored_regex_prefix(channels, inner_router):
    """What stands before the match is dropped."""
    inner = inner_router([path("", app("end")), path("<path:p>", app("p"))])
    router = channels.routing.URLRouter([re_path(r"b(?P<n>\d*)", inner)])
    assert call(router, "/aab12/rest").kwargs == {"n": "12", "p": "rest"}
    assert call(router, "/aab").kwargs == {"n": ""}


def test_unnamed_and_named_groups_on_two_levels(channels, inner_router):
    """A level with a named group has no positional arguments of its own."""
    inner = inner_router([re_path(r"^(?P<x>\d)?(\w)/$", app("a"))])
    router = channels.routing.URLRouter([re_path(r"^(\w)(\d)?/", inner)])
    answer = call(router, "/a/1b/")
    assert (answer.args, answer.kwargs) == (("a", None), {"x": "1"})
    answer = call(router, "/a5/b/")
    assert (answer.args, answer.kwargs) == (("a", "5"), left_out("x"))


class Middleware:
    """Middleware without the flag, as BaseMiddleware is."""

    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        return await self.inner(dict(scope, seen=True), receive, send)


def test_a_router_behind_middleware_gets_what_its_route_leaves(channels, inner_router):
    """
    Nothing, if the route takes the whole path.

    With ours such a route takes longer paths as well: `tests/unit`.
    """
    inner = Middleware(inner_router([path("", app("")), path("b/", app("b"))]))
    router = channels.routing.URLRouter(
        [path("a/", inner), path("w/<path:p>", inner), re_path("^s/", inner)]
    )
    answer = call(router, "/a/")
    assert answer.name == ""
    assert answer.scope["seen"] is True
    with no_route("a/c/"):
        call(router, "/a/c/")
    assert call(router, "/w/b/").kwargs == {"p": "b/"}
    # A regex without `$` leaves a rest, endpoint or not.
    assert call(router, "/s/b/").name == "b"


def test_middleware_that_says_no_to_the_flag_stays_an_endpoint(channels, inner_router):
    """Then the outer route must take the whole path."""

    class Refusing(Middleware):
        _path_routing = False

    inner = Refusing(inner_router([path("", app("")), path("b/", app("b"))]))
    router = channels.routing.URLRouter([path("a/", inner), path("<path:p>", app("p"))])
    assert call(router, "/a/").name == ""
    assert call(router, "/a/b/").name == "p"


def test_a_router_behind_middleware_may_have_a_pattern_of_any_kind(
    channels, inner_router
):
    """Only what can be made a prefix becomes one; the rest is asked as it is."""

    class Pattern:
        name = None

        def match(self, path):
            return (path[2:], (), {}) if path.startswith("a/") else None

    class Route:
        pattern, default_args = Pattern(), {}
        callback = Middleware(inner_router([path("b/", app("b"))]))

    assert call(channels.routing.URLRouter([Route()]), "/a/b/").name == "b"


def test_middleware_that_forwards_the_flag(channels, inner_router):
    """Then its route is a prefix, and its changes of the scope reach the inside."""

    class Forwarding(Middleware):
        _path_routing = True

    inner = Forwarding(inner_router([path("b/<int:n>/", app("b"))]))
    router = channels.routing.URLRouter([path("a/", inner), path("<path:p>", app("p"))])
    answer = call(router, "/a/b/5/")
    assert (answer.name, answer.kwargs) == ("b", {"n": 5})
    assert answer.scope["seen"] is True
    assert call(router, "/a/c/").name == "p"


def test_a_subclass_as_the_inner_router_is_called(channels, inner_router):
    """Its own `__call__` runs; nothing may go past it."""

    class Inner(inner_router):
        async def __call__(self, scope, receive, send):
            return await super().__call__(dict(scope, marked=1), receive, send)

    router = channels.routing.URLRouter([path("a/", Inner([path("b/", app("b"))]))])
    assert call(router, "/a/b/").scope["marked"] == 1


def test_an_inner_router_with_a_call_of_its_own_class(channels, inner_router):
    """A `__call__` that is put on the class later counts as well."""

    class Inner(inner_router):
        pass

    inner = Inner([path("b/", app("b"))])
    router = channels.routing.URLRouter([path("a/", inner)])
    assert call(router, "/a/b/").name == "b"

    async def patched(self, scope, receive, send):
        return "patched"

    Inner.__call__ = patched
    assert call(router, "/a/b/") == "patched"


def test_one_inner_router_at_two_places(channels, inner_router):
    """It has no state of where it hangs."""
    inner = inner_router([path("x/", app("x")), path("<int:n>/", app("n"))])
    router = channels.routing.URLRouter(
        [path("a/", inner, {"via": "a"}), path("<str:s>/", inner, {"via": "s"})]
    )
    assert call(router, "/a/x/").kwargs == {"via": "a"}
    assert call(router, "/b/7/").kwargs == {"s": "b", "via": "s", "n": 7}
    assert call(inner, "/7/").kwargs == {"n": 7}


def test_a_router_inside_itself(channels, inner_router):
    """As deep as the path goes."""
    routes = [path("end/", app("end"))]
    router = channels.routing.URLRouter(routes)
    routes.append(path("in/", channels.routing.URLRouter([path("", router)])))
    channels.routing.URLRouter(routes)
    assert call(router, "/" + "in/" * 20 + "end/").name == "end"
    with no_route("in/in/out/"):
        call(router, "/in/in/out/")


def test_resolver404_from_below_skips_no_route(channels, inner_router):
    """After a refusal every later route of every level gets its turn."""
    refuse = failing(Resolver404("no"))
    router = channels.routing.URLRouter(
        [
            path("a/", inner_router([path("b/", refuse), path("<str:s>/", refuse)])),
            path("a/b/", refuse),
            path("a/", inner_router([path("b/", app("second inner"))])),
            path("a/b/", app("too late")),
        ]
    )
    assert call(router, "/a/b/").name == "second inner"


def test_other_errors_from_below_escape(channels, inner_router):
    """ValueError of an inner application is not a miss."""
    router = channels.routing.URLRouter(
        [
            path("a/", inner_router([path("b/", failing(ValueError("mine")))])),
            path("a/b/", app("never")),
        ]
    )
    with raises(ValueError, "mine"):
        call(router, "/a/b/")


def test_an_inner_router_that_is_outermost_for_its_scope(channels, inner_router):
    """Middleware that takes `path_remaining` away makes it a first router again."""

    class Restart(Middleware):
        async def __call__(self, scope, receive, send):
            scope = {k: v for k, v in scope.items() if k != "path_remaining"}
            return await self.inner(scope, receive, send)

    inner = Restart(inner_router([path("a/", app("again"))]))
    router = channels.routing.URLRouter([path("a/", inner), path("b/", inner)])
    assert call(router, "/a/").name == "again"
    with no_route("b/"):
        call(router, "/b/")
