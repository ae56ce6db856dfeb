"""What a miss says about routes that nearly match, and what is not run for it."""

from __future__ import annotations

import copy
import pickle
import traceback

import pytest
from django.urls import path, re_path
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RoutePattern

from channels_fast._routes.near import near_misses
from channels_fast._routes.resolve import resolve
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from tests.support.engines import WHY_NOT_COMPILED, both_engines  # noqa: F401 # a fixture
from tests.support.routing import app, call, failing, raises, run


async def nobody(scope, receive, send):
    """An application that can be pickled."""


def websocket(path, **scope):
    return {"type": "websocket", "path": path, **scope}


ROUTER = URLRouter([path("ws/<int:n>/", app("one")), path("/slash/", app("two"))])
WHOLE = URLRouter([path("ws/", app("one"))], whole_root_path=True)


@pytest.mark.parametrize(
    ("router", "scope", "hints"),
    [
        (
            ROUTER,
            websocket("/ws/1"),
            ["With a slash at the end, the route 'ws/<int:n>/' would answer."],
        ),
        (
            URLRouter([path("ws", app("one"))]),
            websocket("/ws/"),
            ["Without the slash at the end, the route 'ws' would answer."],
        ),
        (
            ROUTER,
            websocket("/slash/"),
            [
                "The route '/slash/': it would match with a slash in front, "
                "which routers take off."
            ],
        ),
        (
            ROUTER,
            websocket("/one/two/ws/1/"),
            ["With the root_path '/one/two', the route 'ws/<int:n>/' would answer."],
        ),
        (
            ROUTER,
            websocket("/ws/1/", root_path="/app"),
            [
                "The path has to begin with the root_path '/app': with '/app/ws/1/', "
                "the route 'ws/<int:n>/' would answer."
            ],
        ),
        (
            WHOLE,
            websocket("/application/ws/", root_path="/app"),
            [],
        ),
        (ROUTER, websocket("/ws/x/"), []),
        (ROUTER, {"type": "websocket"}, []),
    ],
)
def test_a_miss_names_what_would_have_matched(router, scope, hints):
    assert resolve(router, scope).route is None
    assert near_misses(router, scope) == hints


class Counting:
    """A converter of the project, which notes what it is asked."""

    regex = "[0-9]+"
    asked: list[str] = []

    def to_python(self, value):
        self.asked.append(value)
        raise ValueError(value)

    def to_url(self, value):
        return str(value)


def miss(router, path, **scope):
    """Return the text of the error of a connection."""
    with pytest.raises(ValueError, match=r"^No route found") as caught:
        call(router, path, **scope)
    assert type(caught.value) is ValueError
    assert caught.value.__context__ is None
    return str(caught.value)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("route", "target", "hint"),
    [
        (
            path("ws/<int:n>/", app("a")),
            "ws/7",
            "With a slash at the end, the route 'ws/<int:n>/' would answer.",
        ),
        (
            re_path(r"^ws/(?P<room>\w+)/$", app("a")),
            "ws/tea",
            "With a slash at the end, the route '^ws/(?P<room>\\\\w+)/$' would answer.",
        ),
        (
            re_path(r"^/ws/$", app("a")),
            "ws/",
            "The route '^/ws/$': it would match with a slash in front, which routers "
            "take off.",
        ),
        (
            path("api/", URLRouter([path("/x/", app("a"))])),
            "api/x/",
            "The route 'api//x/': it would match with a slash in front, which "
            "routers take off.",
        ),
        (
            path("api/", BaseMiddleware(URLRouter([path("x/", app("a"))]))),
            "api/x",
            "With a slash at the end, the route 'api/x/' would answer.",
        ),
        (
            path("x/", app("a")),
            "{root}/x/",
            "With the root_path '/{root}', the route 'x/' would answer.",
        ),
    ],
)
def test_the_error_of_a_miss_ends_with_what_would_have_matched(route, target, hint):
    router = URLRouter([path("other/", app("other")), route])
    for _ in range(3):
        text = miss(router, f"/{target}")
        assert text == f"No route found for path {target!r}. {hint}"


def test_a_traceback_shows_the_hint_and_the_arguments_are_those_of_channels():
    router = URLRouter([path("ws/", nobody)])
    hint = "With a slash at the end, the route 'ws/' would answer."
    with pytest.raises(ValueError, match="No route found") as caught:
        call(router, "/ws")
    lines = traceback.format_exception_only(ValueError, caught.value)
    assert lines == [f"ValueError: No route found for path 'ws'. {hint}\n"]
    assert caught.value.args == ("No route found for path 'ws'.",)
    loaded = pickle.loads(pickle.dumps(caught.value))
    assert str(loaded) == f"No route found for path 'ws'. {hint}"
    assert type(loaded.args[0]) is str


@pytest.mark.usefixtures("engine")
def test_where_nothing_is_near_the_text_is_that_of_channels():
    router = URLRouter([path("ws/", app("ws")), path("", URLRouter([]))])
    assert miss(router, "/nothing") == "No route found for path 'nothing'."


def test_the_error_of_a_nested_router_has_no_hint():
    router = URLRouter([path("ws/", app("ws"))])
    with raises(Resolver404, "No route found for path 'ws'."):
        call(router, "/a/ws", path_remaining="ws")


@pytest.mark.usefixtures("engine")
def test_a_route_whose_application_has_refused_is_no_near_miss():
    router = URLRouter([path("<path:any>", failing(Resolver404("no")))])
    assert miss(router, "/ws/a/") == "No route found for path 'ws/a/'."


@pytest.mark.usefixtures("engine")
def test_no_code_of_the_project_runs_a_second_time():
    class Pattern(RoutePattern):
        def match(self, path):
            Counting.asked.append(path)

    own = path("own/", app("own"))
    own.pattern = Pattern("own/", is_endpoint=True)
    counting = path("n/<str:n>/", app("n"))
    counting.pattern.converters = {"n": Counting()}  # Django shares the old one
    Counting.asked.clear()
    router = URLRouter([own, counting])
    # By the regex of the converter the route would answer.
    assert miss(router, "/n/7") == (
        "No route found for path 'n/7'. With a slash at the end, the route "
        "'n/<str:n>/' would answer."
    )
    assert Counting.asked == ["n/7"]
    Counting.asked.clear()
    assert miss(router, "/n/7/") == "No route found for path 'n/7/'."
    assert Counting.asked == ["n/7/", "7"]


def test_a_path_is_matched_in_linear_time():
    """Python would not end with the second path."""
    router = URLRouter([re_path(r"^(?:a+)+/$", app("a"))])
    (route,) = router.describe()
    if route.engine == "Django":
        pytest.skip("Python matches it, and does not end with the first path either")
    long = "a" * 20_000
    assert miss(router, f"/{long}!").endswith("!'.")
    assert miss(router, f"/{long}").endswith(
        "With a slash at the end, the route '^(?:a+)+/$' would answer."
    )


def test_a_pattern_that_only_python_matches_is_left_out_of_the_error():
    router = URLRouter([re_path(r"^(?!x)a/$", app("a")), path("b/", app("b"))])
    expected = "With a slash at the end, the route '^(?!x)a/$' would answer."
    assert near_misses(router, websocket("/a")) == [expected]
    hint = f" {expected}" if WHY_NOT_COMPILED else ""
    assert miss(router, "/a") == f"No route found for path 'a'.{hint}"
    assert "'b/' would answer" in miss(router, "/b")


@pytest.mark.usefixtures("engine")
def test_routes_that_change_are_found():
    inner = URLRouter([path("x/", app("x"))])
    router = URLRouter([path("in/", inner)])
    assert "'in/x/'" in miss(router, "/in/x")
    inner.routes.append(path("y/", app("y")))
    assert "'in/y/'" in miss(router, "/in/y")
    router.routes[:] = [path("z/", app("z"))]
    assert miss(router, "/in/y") == "No route found for path 'in/y'."
    router.refresh()
    assert "'z/'" in miss(router, "/z")


@pytest.mark.usefixtures("engine")
def test_lists_that_live_for_one_connection_have_hints_too():
    class Fresh(URLRouter):
        routes = property(lambda self: [path("a/", app("a"))], lambda *_: None)

    router = Fresh([])
    assert [miss(router, "/a").endswith("'a/' would answer.") for _ in range(5)] == (
        [True] * 5
    )


@pytest.mark.usefixtures("engine")
def test_a_project_that_fails_to_list_its_routes_keeps_the_error():
    class Failing(URLRouter):
        is_made = False

        @property
        def routes(self):
            if self.is_made:
                raise LookupError("no database")
            return []

        @routes.setter
        def routes(self, value):
            pass

    router = URLRouter([path("in/", Failing([]))])
    Failing.is_made = True
    assert miss(router, "/in") == "No route found for path 'in'."


def test_a_router_that_has_missed_is_copied_and_pickled_as_before():
    router = URLRouter([path("ws/", nobody)])
    miss(router, "/ws")
    for other in (copy.deepcopy(router), pickle.loads(pickle.dumps(router))):
        assert "'ws/'" in miss(other, "/ws")


def test_the_error_about_a_protocol_type_names_the_keys_that_there_are():
    router = ProtocolTypeRouter({"http": nobody, "websockets": nobody})
    with pytest.raises(ValueError, match=r"^No application configured") as caught:
        run(router({"type": "websocket"}, None, None))
    assert str(caught.value) == (
        "No application configured for scope type 'websocket'. The router has the "
        "keys 'http', 'websockets'."
    )
