"""URLRouter: which values a route captures."""

from __future__ import annotations

import sys

import pytest
from django.urls import path, register_converter

from ..support.routing import app, call, no_route, raises
from ..support.routing_converters import router_of


@pytest.mark.parametrize(
    ("route", "text", "kwargs"),
    [
        ("<str:a>-<str:b>/", "x-y-z/", {"a": "x-y", "b": "z"}),
        ("<str:a><str:b>/", "xyz/", {"a": "xy", "b": "z"}),
        ("<slug:a>-<int:b>/", "a-1-2/", {"a": "a-1", "b": 2}),
        ("<int:a><slug:b>/", "123/", {"a": 12, "b": "3"}),
        ("<int:a>.<int:b>", "1.2", {"a": 1, "b": 2}),
        ("<path:a>/<int:b>/", "x/1/2/", {"a": "x/1", "b": 2}),
        ("<path:a>/x/<path:b>", "1/x/2/x/3", {"a": "1/x/2", "b": "3"}),
        ("v<int:a>beta", "v10beta", {"a": 10}),
        ("<rt_lazy:a><rt_lazy:b>/", "xyz/", {"a": "x", "b": "yz"}),
        ("<rt_lazy:a>", "xyz", {"a": "xyz"}),
        ("<rt_grouped:a>/", "abac/", {"a": "abac"}),
        ("<rt_empty:a>/", "xx/", {"a": "xx"}),
        ("<rt_empty:a>", "", {"a": ""}),
        ("<rt_two:a>/<int:b>", "x/y/1", {"a": "x/y", "b": 1}),
        ("<rt_word:a>/", "\u00e9\u00b2\u0660/", {"a": "\u00e9\u00b2\u0660"}),
        ("<rt_ahead:a>/", "user/", {"a": "user"}),
        ("(<int:a>)+[x]$^.*/", "(5)+[x]$^.*/", {"a": 5}),
        ("\u00e9\u4e2d/<a>/", "\u00e9\u4e2d/b/", {"a": "b"}),
        ("a b\t<a>", "a b\tc", {"a": "c"}),
        ("\ud800<a>", "\ud800c", {"a": "c"}),
    ],
)
def test_what_a_route_captures(channels, route, text, kwargs):
    """Greedy from the left, literal text taken literally."""
    found = call(router_of(channels, route), f"/{text}").kwargs
    assert list(found.items()) == list(kwargs.items())
    assert [type(value) for value in found.values()] == [
        type(value) for value in kwargs.values()
    ]


@pytest.mark.parametrize(
    ("route", "text"),
    [
        ("<rt_ahead:a>/", "administrator/"),
        ("<rt_year:a>/", "20201/"),
        ("<rt_word:a>/", "e\u0301/"),
        ("<rt_empty:a>/x", "/x"),
        ("<path:a>/<int:b>/", "1/"),
        ("<str:a>-<str:b>/", "-b/"),
        ("a.b/", "axb/"),
        ("A/", "a/"),
        ("\u00e9/", "e\u0301/"),
    ],
)
def test_what_a_route_refuses(channels, route, text):
    """Nothing but the whole path will do."""
    with no_route(text.lstrip("/")):
        call(router_of(channels, route), f"/{text}")


def test_a_named_group_inside_a_converter(channels):
    """Django has no converter for it and says so with a KeyError."""
    router = router_of(channels, "a/", "<rt_named:a>/")
    assert call(router, "/a/").name == "a/"
    with raises(KeyError, "'year'"):
        call(router, "/2020-x/")


def test_a_broken_regex_inside_a_converter(channels):
    """It raises when it is reached, like any broken regex."""
    router = router_of(channels, "a/", "<rt_broken:a>/")
    assert call(router, "/a/").name == "a/"
    with pytest.raises(Exception, match="missing \\), unterminated subpattern"):
        call(router, "/b/")


@pytest.mark.skipif(
    not hasattr(sys, "get_int_max_str_digits"),
    reason="this Python has no limit on the digits of an int",
)
def test_int_has_the_limit_of_python(channels):
    """One digit more is ValueError, so the next route answers."""
    router = router_of(channels, "<int:n>/", "<str:s>/")
    limit = sys.get_int_max_str_digits()
    assert limit == 4300
    fits, too_long = "7" * limit, "7" * (limit + 1)
    assert call(router, f"/{fits}/").kwargs == {"n": int(fits)}
    assert call(router, f"/{too_long}/").kwargs == {"s": too_long}
    zeros = "0" * (limit + 1)
    assert call(router, f"/{zeros}/").kwargs == {"s": zeros}
    try:
        sys.set_int_max_str_digits(0)
        assert call(router, f"/{too_long}/").kwargs == {"n": int(too_long)}
        sys.set_int_max_str_digits(640)
        assert call(router, f"/{fits}/").kwargs == {"s": fits}
    finally:
        sys.set_int_max_str_digits(limit)


@pytest.mark.parametrize("text", ["b/", "ab/", "a/", "x/", "/", "aab/", "bb/"])
@pytest.mark.parametrize(
    "regex",
    [
        "a)?(b", "a)(b", "a)|(b", "a)*(?:b", "(a)|b", "(?:a|b)+", "a?)(?=b)(b", "a|b",
        "", "a)?(?:b", "(?P<y>a)?b",
    ],
)  # fmt: skip
def test_a_regex_with_groups_of_its_own(channels, regex, text):
    """One that closes the group of its parameter may convert a ``None``."""

    class Odd:
        def to_python(self, value):
            return ("converted", value)

        def to_url(self, value):
            return value

    Odd.regex = regex
    name = f"odd{abs(hash((regex, text, channels.routing.__name__)))}"
    register_converter(Odd, name)
    route = path(f"<{name}:x>/", app("hit"))
    try:
        expected = route.pattern.match(text.lstrip("/"))
    except KeyError as error:
        expected = error
    router = channels.routing.URLRouter([route, path("<path:p>", app("miss"))])
    if isinstance(expected, KeyError):
        with raises(KeyError, str(expected)):
            call(router, f"/{text}")
    elif expected is None:
        if text.lstrip("/"):
            assert call(router, f"/{text}").name == "miss"
    else:
        answer = call(router, f"/{text}")
        assert (answer.rest, answer.args, answer.kwargs) == expected
