"""URLRouter: `root_path` by whole segments, where the option asks for it."""

from __future__ import annotations

import copy
import pickle

import pytest
from django.urls import path

from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import URLRouter
from tests.support.engines import both_engines  # noqa: F401 # a fixture
from tests.support.routing import Answer, app, call, no_route, raises

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def routes():
    return [
        path("", app("empty")),
        path("x/", app("x")),
        path("lication/x/", app("half")),
        path("in/", URLRouter([path("x/", app("in"))], whole_root_path=True)),
    ]


def test_a_root_path_that_ends_within_a_segment_is_not_cut(routes):
    router = URLRouter(routes, whole_root_path=True)
    with no_route("/application/x/"):
        call(router, "/application/x/", root_path="/app")
    assert call(router, "/app/x/", root_path="/app").name == "x"


def test_without_the_option_characters_are_cut_as_in_channels(routes):
    assert call(URLRouter(routes), "/application/x/", root_path="/app").name == "half"


@pytest.mark.parametrize(
    ("root", "full", "name"),
    [
        ("/app", "/app", "empty"),
        ("/app", "/app/", "empty"),
        ("/app", "/app//x/", "x"),
        ("/app/", "/app/x/", "x"),
        ("/", "/x/", "x"),
        ("", "/x/", "x"),
        ("/a/b", "/a/b/x/", "x"),
        ("/app", "/app/in/x/", "in"),
    ],
)
def test_whole_segments_are_cut_as_in_channels(routes, root, full, name):
    router = URLRouter(routes, whole_root_path=True)
    # The second call is answered by a table that is there already.
    assert [call(router, full, root_path=root).name for _ in "ab"] == [name, name]


def test_a_root_path_that_the_path_does_not_begin_with_is_the_same_miss(routes):
    with no_route("/x/"):
        call(URLRouter(routes, whole_root_path=True), "/x/", root_path="/app")


def test_the_inner_router_does_not_look_at_the_root_path_again(routes):
    router = URLRouter(routes, whole_root_path=True)
    answer = call(router, "/apple/", path_remaining="x/", root_path="/app")
    assert answer.name == "x"


def test_a_router_behind_middleware_is_an_inner_one(routes):
    outer = URLRouter(
        [path("m/", BaseMiddleware(URLRouter(routes, whole_root_path=True)))]
    )
    assert call(outer, "/appm/x/", root_path="/app").name == "x"


@pytest.mark.parametrize("root", [None, 0, 5, b"/x", ["/x"]])
def test_a_root_path_of_a_wrong_type_is_the_same_error(routes, root):
    with pytest.raises(TypeError) as plain:
        call(URLRouter(routes), "/x/", root_path=root)
    with raises(TypeError, str(plain.value)):
        call(URLRouter(routes, whole_root_path=True), "/x/", root_path=root)


def test_a_scope_without_a_path_is_the_same_error(routes):
    with raises(ValueError, "No 'path' key in connection scope, cannot route URLs"):
        call(URLRouter(routes, whole_root_path=True), None, root_path="/app")


def test_a_list_that_grows_is_used_from_the_next_connection_on(routes):
    router = URLRouter(routes, whole_root_path=True)
    assert call(router, "/app/x/", root_path="/app").name == "x"
    routes.append(path("new/", app("new")))
    for _ in range(3):
        assert call(router, "/app/new/", root_path="/app").name == "new"
        with no_route("/appnew/"):
            call(router, "/appnew/", root_path="/app")


async def application(scope, receive, send):
    """Answer, from a module, so that it can be pickled."""
    return Answer("a", scope)


def test_a_copy_of_the_router_has_the_option():
    router = URLRouter([path("a/", application)], whole_root_path=True)
    call(router, "/app/a/", root_path="/app")
    for other in (copy.copy(router), pickle.loads(pickle.dumps(copy.copy(router)))):
        assert call(other, "/app/a/", root_path="/app").name == "a"
        with no_route("/appa/"):
            call(other, "/appa/", root_path="/app")


def test_the_routes_of_such_a_router_are_described():
    router = URLRouter([path("a/", application)], whole_root_path=True)
    before = router.describe()
    call(router, "/a/")
    assert [one.pattern for one in router.describe()] == ["a/"]
    assert router.describe() == before


def test_the_option_has_to_be_named():
    with pytest.raises(TypeError):
        URLRouter([], True)
