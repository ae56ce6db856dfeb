"""URLRouter: what the constructor checks, changes and leaves alone."""

from __future__ import annotations

import inspect
import re
import warnings

import django
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import path, re_path
from django.urls.resolvers import LocalePrefixPattern, RegexPattern, RoutePattern

from ..support.routing import app, call, no_route, raises


class Prefixed:
    """An application that wants to route the rest of the path itself."""

    _path_routing = True

    async def __call__(self, scope, receive, send):
        return scope["path_remaining"]


def test_routes_are_kept_as_they_came(channels):
    """The attribute is the very list, in the constructor's only positional argument."""
    routes = [path("a/", app("a"))]
    assert channels.routing.URLRouter(routes).routes is routes
    assert channels.routing.URLRouter(routes=routes).routes is routes
    parameters = inspect.signature(channels.routing.URLRouter).parameters.values()
    # Ours has an option, which nobody has to know.
    names = [one.name for one in parameters if one.kind is not one.KEYWORD_ONLY]
    assert names == ["routes"]


def test_routes_may_be_a_tuple(channels):
    """Any sequence will do."""
    router = channels.routing.URLRouter((path("a/", app("a")), path("b/", app("b"))))
    assert call(router, "/b/").name == "b"
    assert type(router.routes) is tuple


def test_routes_may_be_a_sequence_of_its_own_kind(channels):
    """It is asked for its routes anew at every call."""
    asked = []

    class Routes:
        def __iter__(self):
            asked.append(1)
            return iter([path("a/", app("a"))])

    router = channels.routing.URLRouter(Routes())
    assert call(router, "/a/").name == "a"
    assert call(router, "/a/").name == "a"
    assert len(asked) == 3


def test_a_generator_of_routes_is_used_up_by_the_constructor(channels):
    """Nothing is left for the first call."""
    router = channels.routing.URLRouter(path(text, app(text)) for text in ("a/", "b/"))
    with no_route("a/"):
        call(router, "/a/")


def test_a_mapping_of_routes_is_a_mistake(channels):
    """Its keys are not routes."""
    with raises(AttributeError, "'str' object has no attribute 'callback'"):
        channels.routing.URLRouter({"a/": app("a")})


@pytest.mark.parametrize("routes", [None, 5, app("a")])
def test_routes_that_are_not_iterable_are_an_error(channels, routes):
    """The constructor walks them and fails as a loop fails."""
    name = type(routes).__name__
    with raises(TypeError, f"'{name}' object is not iterable"):
        channels.routing.URLRouter(routes)


@pytest.mark.parametrize("entry", ["a/", None, 5, ("a/", app("a"))])
def test_an_entry_without_a_callback_is_an_error(channels, entry):
    """Every route has a callback."""
    name = type(entry).__name__
    with raises(AttributeError, f"'{name}' object has no attribute 'callback'"):
        channels.routing.URLRouter([path("a/", app("a")), entry])


def test_routes_are_checked_in_order(channels):
    """The first mistake is the one that is told."""
    unknown = path("a/", channels.routing.URLRouter([]))
    unknown.pattern = object()
    with pytest.raises((ValueError, AttributeError)) as caught:
        channels.routing.URLRouter([unknown, None])
    assert "NoneType" not in str(caught.value)
    with pytest.raises(AttributeError, match="NoneType"):
        channels.routing.URLRouter([None, unknown])


def test_an_unknown_converter_is_an_error_of_path(channels):
    """Django refuses the route before any router sees it."""
    with pytest.raises(ImproperlyConfigured, match="uses invalid converter 'nope'"):
        channels.routing.URLRouter([path("a/<nope:x>/", app("a"))])


# ---------------------------------------------------------------- broken regexes

BROKEN = [
    "(",
    "[",
    "a**",
    "(?P<a>x)(?P<a>y)",
    "(?P<1>x)",
    "(?<=a+)",
    "\\8",
    "(?z)",
    "[z-a]",
    "(?(2)a)",
    "x{3,2}",
    "\\",
]


@pytest.mark.parametrize("regex", BROKEN)
def test_a_broken_regex_raises_when_it_is_reached(channels, regex):
    """Not in the constructor, and not while an earlier route answers."""
    router = channels.routing.URLRouter(
        [path("a/", app("a")), re_path(regex, app("x")), path("b/", app("b"))]
    )
    assert call(router, "/a/").name == "a"
    for _ in range(2):
        with pytest.raises(ImproperlyConfigured) as caught:
            call(router, "/b/")
        assert str(caught.value).startswith(f'"{regex}" is not a valid regular expr')
        # Django 2.2 raises it while it handles the other, and does not say `from`.
        cause = "__cause__" if django.VERSION >= (3, 0) else "__context__"
        assert isinstance(getattr(caught.value, cause), re.error)
    assert call(router, "/a/").name == "a"


def test_a_repeated_name_in_a_path_raises_when_it_is_reached(channels):
    """`path()` builds a regex that is broken; that shows at the first match."""
    router = channels.routing.URLRouter(
        [path("a/", app("a")), path("<int:x>/<int:x>/", app("x"))]
    )
    assert call(router, "/a/").name == "a"
    with pytest.raises(Exception, match="redefinition of group name 'x'"):
        call(router, "/1/2/")


def test_a_broken_regex_of_an_inner_router_raises_when_it_is_reached(channels):
    """It raises only once the outer route has matched."""
    router = channels.routing.URLRouter(
        [
            path("in/", channels.routing.URLRouter([re_path("(", app("x"))])),
            path("out/", app("out")),
        ]
    )
    assert call(router, "/out/").name == "out"
    with pytest.raises(ImproperlyConfigured):
        call(router, "/in/anything/")


def test_neither_construction_nor_a_call_warns(channels):
    """A dubious set warns when Python compiles it, which is at its first match."""
    regex = f"^[[a{channels}]x"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        router = channels.routing.URLRouter(
            [path("a/", app("a")), re_path(regex, app("x"))]
        )
        assert call(router, "/a/").name == "a"
        with pytest.raises(FutureWarning, match="Possible nested set"):
            call(router, "/ax")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert call(router, "/[x").name == "x"
    assert [warning.category for warning in caught] == [FutureWarning]


# ---------------------------------------------------------------- prefixes


def test_a_route_to_a_router_becomes_a_prefix(channels):
    """
    The caller's route object gets a new pattern that is no endpoint.

    Channels before 4.1 changes the pattern that is there.
    """
    inner = channels.routing.URLRouter([])
    for make, kind, text in (
        (path, RoutePattern, "a/<int:n>/"),
        (re_path, RegexPattern, r"^a/(\d+)/$"),
    ):
        route = make(text, inner, name="named")
        old = route.pattern
        channels.routing.URLRouter([route])
        assert (route.pattern is not old) is (channels.version >= (4, 1))
        assert type(route.pattern) is kind
        assert str(route.pattern) == text
        assert route.pattern.name == "named"
        assert route.pattern._is_endpoint is False
        assert route.name == "named"


def test_a_route_to_an_application_keeps_its_pattern(channels):
    """Only a router makes a prefix of a pattern."""
    route = path("a/", app("a"))
    old = route.pattern
    channels.routing.URLRouter([route])
    assert route.pattern is old
    assert old._is_endpoint is True


@pytest.mark.since("4.1", "the pattern is replaced, not changed")
def test_a_prefix_of_a_pattern_subclass_keeps_its_class(channels):
    """With the same three arguments that Django's classes take."""
    seen = []

    class Pattern(RoutePattern):
        def __init__(self, text, name=None, is_endpoint=False):
            seen.append((text, name, is_endpoint))
            super().__init__(text, name=name, is_endpoint=is_endpoint)

    route = path("a/", channels.routing.URLRouter([path("b/", app("b"))]))
    route.pattern = Pattern("c/", "n", True)
    router = channels.routing.URLRouter([route])
    assert type(route.pattern) is Pattern
    assert seen == [("c/", "n", True), ("c/", "n", False)]
    assert call(router, "/c/b/").name == "b"


@pytest.mark.since("4.1", "the pattern is replaced, not changed")
def test_a_prefix_of_an_unknown_kind_is_refused(channels):
    """Only Django's two kinds can be made anew."""
    route = path("a/", channels.routing.URLRouter([]))
    route.pattern = LocalePrefixPattern()
    with raises(ValueError, f"Unsupported pattern type: {LocalePrefixPattern}"):
        channels.routing.URLRouter([route])
    route.pattern = pattern = object()
    with raises(ValueError, f"Unsupported pattern type: {type(pattern)}"):
        channels.routing.URLRouter([route])


@pytest.mark.parametrize("flag", [1, "yes", [True], False, None, 0])
def test_only_true_itself_makes_a_prefix(channels, flag):
    """Anything else leaves an endpoint."""

    class Application(Prefixed):
        _path_routing = flag

    router = channels.routing.URLRouter([path("a/", Application())])
    assert call(router, "/a/") == ""
    with no_route("a/b/"):
        call(router, "/a/b/")


def test_any_application_may_ask_for_a_prefix(channels):
    """The flag may stand on a class, an instance or a function."""

    async def function(scope, receive, send):
        return "function " + scope["path_remaining"]

    function._path_routing = True
    router = channels.routing.URLRouter(
        [path("a/", Prefixed()), re_path(r"^b/", function)]
    )
    assert call(router, "/a/rest/") == "rest/"
    assert call(router, "/b/rest/") == "function rest/"
    assert call(router, "/a//rest/") == "/rest/"


def test_the_constructor_does_not_look_for_the_flag_of_a_falsy_application(channels):
    """A falsy callback is an application like any other."""

    class Empty(Prefixed):
        def __len__(self):
            return 0

    router = channels.routing.URLRouter([path("a/", Empty())])
    assert call(router, "/a/b/") == "b/"


def test_one_route_object_may_stand_in_two_routers(channels):
    """Both see the same change of the pattern."""
    route = path("a/", channels.routing.URLRouter([path("b/", app("b"))]))
    first = channels.routing.URLRouter([route])
    second = channels.routing.URLRouter([path("x/", app("x")), route])
    assert call(first, "/a/b/").name == "b"
    assert call(second, "/a/b/").name == "b"


def test_one_route_object_may_stand_twice_in_a_list(channels):
    """The first one answers, and the second is asked if it refuses."""
    route = path("a/<int:n>/", app("a"))
    router = channels.routing.URLRouter([route, route, path("<path:p>", app("p"))])
    assert call(router, "/a/1/").name == "a"
    assert call(router, "/a/x/").name == "p"


def test_construction_evaluates_nothing(channels, monkeypatch):
    """No regex is compiled and no pattern is asked before the first call."""
    monkeypatch.setattr(
        RegexPattern, "match", lambda *args: pytest.fail("a pattern was asked")
    )
    inner = channels.routing.URLRouter([re_path("(", app("x"))])
    route = re_path("[", inner)
    channels.routing.URLRouter([route])
    assert "regex" not in vars(route.pattern)
