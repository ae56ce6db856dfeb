"""URLRouter: which route wins, and what its application is called with."""

from __future__ import annotations

import uuid
from collections import OrderedDict, UserDict, defaultdict
from types import MappingProxyType

import pytest
from django.urls import path, re_path

from ..support.routing import Answer, app, call, raises, run

#: Those of `url_route`. `tests/unit/test_routing_template.py` has what ours add.
KEYS = {
    "channels": ["args", "kwargs"],
    "channels_fast": ["args", "kwargs", "route", "name"],
}


def router_of(channels, *routes):
    return channels.routing.URLRouter(list(routes))


def test_first_declared_route_wins(channels):
    """A later route does not win by fitting more closely."""
    router = router_of(
        channels,
        path("chat/<str:room>/", app("any")),
        path("chat/lobby/", app("lobby")),
    )
    assert call(router, "/chat/lobby/").name == "any"


@pytest.mark.parametrize("position", range(6))
def test_order_decides_between_overlapping_converters(channels, position):
    """Whichever of six routes for one path comes first gets it."""
    sources = [
        ("path", "x/<int:a>/", 123),
        ("path", "x/<slug:a>/", "123"),
        ("path", "x/<str:a>/", "123"),
        ("path", "x/<path:a>", "123/"),
        ("re_path", r"^x/(?P<a>\d+)/$", "123"),
        ("re_path", r"x/(?P<a>[^/]+)", "123"),
    ]
    sources = sources[position:] + sources[:position]
    kinds = {"path": path, "re_path": re_path}
    router = router_of(
        channels, *[kinds[kind](text, app(text)) for kind, text, _ in sources]
    )
    answer = call(router, "/x/123/")
    assert answer.name == sources[0][1]
    assert answer.kwargs == {"a": sources[0][2]}
    assert type(answer.kwargs["a"]) is type(sources[0][2])


def test_a_more_general_branch_is_tried_when_the_literal_one_ends(channels):
    """The literal segment leads nowhere; the parameter beside it does."""
    router = router_of(
        channels,
        path("a/b/c/", app("literal")),
        path("a/<str:x>/d/", app("parameter")),
        path("<slug:y>/b/e/", app("first")),
        path("<path:z>", app("rest")),
    )
    assert call(router, "/a/b/c/").name == "literal"
    assert call(router, "/a/b/d/").kwargs == {"x": "b"}
    assert call(router, "/a/b/e/").kwargs == {"y": "a"}
    assert call(router, "/a/b/f/").kwargs == {"z": "a/b/f/"}


def test_child_scope_is_a_copy_with_two_more_keys(channels):
    """The order of the keys is the caller's, then the two keys of the router."""
    router = router_of(channels, path("chat/<int:room>/", app("chat")))
    headers = [(b"host", b"x")]
    scope = {"type": "websocket", "path": "/chat/7/", "headers": headers, "z": 1}
    before = dict(scope)
    child = run(router(scope, None, None)).scope
    assert list(child.items()) == [
        ("type", "websocket"),
        ("path", "/chat/7/"),
        ("headers", headers),
        ("z", 1),
        ("path_remaining", ""),
        ("url_route", child["url_route"]),
    ]
    assert child["url_route"]["args"] == ()
    assert child["url_route"]["kwargs"] == {"room": 7}
    assert type(child) is dict
    assert child is not scope
    assert child["headers"] is headers
    assert list(scope.items()) == list(before.items())


def test_url_route_is_plain_and_ordered(channels):
    """`args` comes before `kwargs`; both are exactly tuple and dict. Ours go on."""
    router = router_of(channels, path("<int:b>/<int:a>/", app("x"), {"c": 3}))
    url_route = call(router, "/1/2/").scope["url_route"]
    assert type(url_route) is dict
    assert list(url_route) == KEYS[channels.name]
    assert type(url_route["args"]) is tuple
    assert type(url_route["kwargs"]) is dict
    assert list(url_route["kwargs"].items()) == [("b", 1), ("a", 2), ("c", 3)]


def test_keys_that_are_there_keep_their_place(channels):
    """`path_remaining` and `url_route` are replaced where they stand."""
    router = router_of(channels, path("b/", app("x")))
    scope = {"path_remaining": "b/", "url_route": {}, "type": "websocket"}
    child = run(router(scope, None, None)).scope
    assert list(child) == ["path_remaining", "url_route", "type"]
    assert child["path_remaining"] == ""


def test_two_dispatches_share_no_mutable_object(channels):
    """An application may change its scope and kwargs without any later effect."""
    router = router_of(channels, path("a/", app("x"), {"n": 1}))
    first = call(router, "/a/")
    first.kwargs["n"] = 2
    first.kwargs["more"] = 3
    first.scope["url_route"]["args"] = (9,)
    second = call(router, "/a/")
    assert second.kwargs == {"n": 1}
    assert second.args == ()


def test_receive_and_send_are_passed_on_by_position(channels):
    """The application gets three positional arguments, the same objects."""
    seen = []

    async def application(*args, **kwargs):
        seen.append((args, kwargs))
        return "result"

    receive, send = object(), object()
    router = router_of(channels, path("a/", application))
    assert run(router({"path": "/a/"}, receive, send)) == "result"
    ((args, kwargs),) = seen
    assert args[1] is receive
    assert args[2] is send
    assert (len(args), kwargs) == (3, {})


def test_the_three_arguments_may_be_keywords(channels):
    """Daphne and the worker pass the three arguments by keyword."""
    router = router_of(channels, path("a/", app("a")))
    coroutine = router(send=None, scope={"path": "/a/"}, receive=None)
    assert run(coroutine).name == "a"


@pytest.mark.parametrize("args", [(), ({},), ({}, None), ({}, None, None, None)])
def test_the_wrong_number_of_arguments_is_an_error_before_the_await(channels, args):
    """A router takes three arguments and says so before anything is awaited."""
    router = router_of(channels, path("a/", app("a")))
    with pytest.raises(TypeError, match="argument"):
        router(*args)


def test_default_args_override_a_capture(channels):
    """A default of the same name wins, in the place of the capture."""
    router = router_of(
        channels, path("<int:a>/<str:b>/", app("x"), {"a": "default", "c": None})
    )
    kwargs = call(router, "/1/2/").kwargs
    assert list(kwargs.items()) == [("a", "default"), ("b", "2"), ("c", None)]


def test_default_args_are_not_copied(channels):
    """The application gets the very object that the route was declared with."""
    value = {"mutable": []}
    router = router_of(channels, path("a/", app("x"), {"value": value}))
    answer = call(router, "/a/")
    assert answer.kwargs["value"] is value
    assert answer.kwargs is not router.routes[0].default_args


def test_default_args_do_not_leak_into_positional_arguments(channels):
    """Unnamed groups stay positional beside default kwargs."""
    router = router_of(channels, re_path(r"^(\d+)/(x)?$", app("x"), {"d": 1}))
    answer = call(router, "/12/")
    assert (answer.args, answer.kwargs) == (("12", None), {"d": 1})


def test_outer_url_route_is_merged(channels):
    """Outer args come first; inner kwargs win, in the outer's place."""
    router = router_of(channels, path("<int:a>/<int:b>/", app("x")))
    answer = call(
        router,
        "/1/2/",
        url_route={"args": ("o",), "kwargs": {"z": 0, "a": "outer"}, "extra": True},
    )
    assert answer.args == ("o",)
    assert list(answer.kwargs.items()) == [("z", 0), ("a", 1), ("b", 2)]
    assert list(answer.scope["url_route"]) == KEYS[channels.name]


def test_outer_args_precede_inner_args(channels):
    """Positional arguments add up from the outside to the inside."""
    router = router_of(channels, re_path(r"^(\d+)/(\w)/$", app("x")))
    answer = call(router, "/1/b/", url_route={"args": ("o", None)})
    assert answer.args == ("o", None, "1", "b")
    assert answer.kwargs == {}


def test_outer_url_route_is_not_changed(channels):
    """The caller's `url_route` and its dict of kwargs stay as they are."""
    router = router_of(channels, path("<int:a>/", app("x")))
    outer = {"args": ("o",), "kwargs": {"a": "outer"}}
    call(router, "/1/", url_route=outer)
    assert outer == {"args": ("o",), "kwargs": {"a": "outer"}}


def test_outer_kwargs_may_be_any_mapping(channels):
    """They are unpacked, and the result is a plain dict."""
    router = router_of(channels, path("<int:a>/", app("x")))
    for mapping in (
        MappingProxyType({"k": 1}),
        OrderedDict(k=1),
        UserDict(k=1),
        defaultdict(int, k=1),
    ):
        kwargs = call(router, "/2/", url_route={"kwargs": mapping}).kwargs
        assert type(kwargs) is dict
        assert list(kwargs.items()) == [("k", 1), ("a", 2)]


def test_outer_kwargs_may_have_keys_that_are_not_strings(channels):
    """A dict display unpacks any key."""
    router = router_of(channels, path("<int:a>/", app("x")))
    assert call(router, "/2/", url_route={"kwargs": {1: "one"}}).kwargs == {
        1: "one",
        "a": 2,
    }


def test_outer_args_may_be_a_subclass_of_tuple(channels):
    """A named tuple adds up to a plain tuple."""
    router = router_of(channels, path("<int:a>/", app("x")))
    args = call(router, "/2/", url_route={"args": Answer("n", {})}).args
    assert type(args) is tuple
    assert args == ("n", {})


@pytest.mark.parametrize(
    ("outer", "kind", "text"),
    [
        (None, AttributeError, "'NoneType' object has no attribute 'get'"),
        (7, AttributeError, "'int' object has no attribute 'get'"),
        ({"args": [1]}, TypeError, 'can only concatenate list (not "tuple") to list'),
        ({"kwargs": None}, TypeError, "'NoneType' object is not a mapping"),
        ({"kwargs": [1]}, TypeError, "'list' object is not a mapping"),
    ],
)
def test_an_outer_url_route_of_a_wrong_type_is_an_error(channels, outer, kind, text):
    """What cannot be merged raises what Python raises."""
    router = router_of(channels, path("<int:a>/", app("x")))
    with raises(kind, text):
        call(router, "/2/", url_route=outer)


def test_outer_url_route_is_read_only_after_a_match(channels):
    """A scope with a strange `url_route` still gets the usual error on a miss."""
    router = router_of(channels, path("<int:a>/", app("x")))
    with raises(ValueError, "No route found for path 'b/'."):
        call(router, "/b/", url_route=None)


def test_result_of_the_application_is_passed_on(channels):
    """Any object, the same object."""
    result = object()

    async def application(scope, receive, send):
        return result

    assert call(router_of(channels, path("a/", application)), "/a/") is result


@pytest.mark.since("4.0", "what is no coroutine function is not taken for ASGI 2")
def test_application_may_return_any_awaitable(channels):
    """What the application returns is awaited, coroutine or not."""

    class Ready:
        def __await__(self):
            return iter(())

    def application(scope, receive, send):
        return Ready()

    assert call(router_of(channels, path("a/", application)), "/a/") is None


def test_an_application_that_returns_nothing_to_await_is_an_error(channels):
    """A sync application fails as `await` fails."""

    def application(scope, receive, send):
        return None

    with pytest.raises(TypeError, match="await"):
        call(router_of(channels, path("a/", application)), "/a/")


def test_the_five_converters_give_their_types(channels):
    """int and uuid give their types, the other three give text."""
    key = "01234567-89ab-cdef-0123-456789abcdef"
    router = router_of(
        channels,
        path("<int:i>/<str:s>/<slug:g>/<uuid:u>/<path:p>", app("x")),
    )
    kwargs = call(router, f"/007/a b/A_-9/{key}/x//y/").kwargs
    assert kwargs == {
        "i": 7,
        "s": "a b",
        "g": "A_-9",
        "u": uuid.UUID(key),
        "p": "x//y/",
    }
    assert [type(value) for value in kwargs.values()] == [int, str, str, uuid.UUID, str]
