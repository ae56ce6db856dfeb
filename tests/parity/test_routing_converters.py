"""URLRouter: custom converters, and the values of the built-in ones."""

from __future__ import annotations

import sys
import uuid

import pytest
from django.urls import converters as django_converters
from django.urls import path, register_converter
from django.urls.converters import IntConverter, SlugConverter, StringConverter
from django.urls.exceptions import Resolver404

from .routing_helpers import app, call, no_route, raises, refresh

CALLS: list[tuple[str, str]] = []


class Recording:
    """Notes who was asked for what, then raises if the text names an error."""

    regex = "[^/]+"
    name = "rec"

    def to_python(self, value):
        CALLS.append((self.name, value))
        for error in (KeyError, Resolver404, TypeError, ZeroDivisionError):
            if value == error.__name__:
                raise error(value)
        if value == "UnicodeError":
            raise UnicodeDecodeError("utf-8", b"", 0, 1, "a kind of ValueError")
        if value == "no" or (value == "no-first" and self.name == "rec"):
            raise ValueError(value)
        return [value]

    def to_url(self, value):
        return value


class Second(Recording):
    name = "rec2"


class Inherits(IntConverter):
    """Another regex for Django's own `to_python`."""

    regex = "[0-9]{4}"


class SameButOwn(StringConverter):
    """Django's regex, its own `to_python`."""

    def to_python(self, value):
        return value.upper()


class Lazy:
    regex = "[a-z]+?"

    def to_python(self, value):
        return value


class NoneValue(Lazy):
    regex = "none"

    def to_python(self, value):
        return None


class Named(Lazy):
    """A named group of its own becomes a parameter without a converter."""

    regex = "(?P<year>[0-9]{4})-x"


class Grouped(Lazy):
    """Unnamed groups do not become arguments."""

    regex = "(a|b)+(c)?"


class Empty(Lazy):
    regex = "x*"


class Ahead(Lazy):
    regex = "(?!admin)[^/]+"


class TwoSegments(Lazy):
    regex = "[^/]+/[^/]+"


class Broken(Lazy):
    regex = "("


class Unicode(Lazy):
    regex = r"\w+"


for kind, name in (
    (Recording, "rt_rec"),
    (Second, "rt_rec2"),
    (Inherits, "rt_year"),
    (SameButOwn, "rt_upper"),
    (Lazy, "rt_lazy"),
    (NoneValue, "rt_none"),
    (Named, "rt_named"),
    (Grouped, "rt_grouped"),
    (Empty, "rt_empty"),
    (Ahead, "rt_ahead"),
    (TwoSegments, "rt_two"),
    (Broken, "rt_broken"),
    (Unicode, "rt_word"),
):
    register_converter(kind, name)


@pytest.fixture(autouse=True)
def _no_calls():
    CALLS.clear()


def router_of(channels, *texts):
    return channels.routing.URLRouter([path(text, app(text)) for text in texts])


def test_a_converter_gives_the_value(channels):
    """Whatever it returns, the very object."""
    router = router_of(channels, "<rt_rec:a>/<rt_none:b>/<rt_upper:c>/<rt_year:d>/")
    kwargs = call(router, "/x/none/y/2020/").kwargs
    assert list(kwargs.items()) == [("a", ["x"]), ("b", None), ("c", "Y"), ("d", 2020)]


def test_value_error_tries_the_next_route(channels):
    """A refused value is "no match", also as a subclass of ValueError."""
    router = router_of(channels, "<rt_rec:a>/", "<str:b>/")
    for text in ("no", "UnicodeError"):
        assert call(router, f"/{text}/").kwargs == {"b": text}
    with no_route("no/x/"):
        call(router_of(channels, "<rt_rec:a>/x/"), "/no/x/")


def test_resolver404_tries_the_next_route(channels):
    """It is what the router takes from anywhere inside a route."""
    router = router_of(channels, "<rt_rec:a>/", "<str:b>/")
    assert call(router, "/Resolver404/").kwargs == {"b": "Resolver404"}


@pytest.mark.parametrize("kind", [KeyError, TypeError, ZeroDivisionError])
def test_other_errors_escape(channels, kind):
    """No later route is asked."""
    router = router_of(channels, "<rt_rec:a>/", "<rt_rec2:b>/")
    with pytest.raises(kind) as caught:
        call(router, f"/{kind.__name__}/")
    assert type(caught.value) is kind
    assert caught.value.__context__ is None
    assert [("rec", kind.__name__)] == CALLS


def test_converters_run_in_the_order_of_declaration(channels):
    """Route by route, left to right, up to the first that refuses."""
    router = router_of(
        channels,
        "<rt_rec:a>/<rt_rec2:b>/<rt_rec:c>/",
        "x/<rt_rec2:a>/<rt_rec:b>/",
        "<str:a>/<rt_rec:b>/<rt_rec2:c>/",
        "<path:p>",
    )
    assert call(router, "/x/no/z/").name == "<path:p>"
    assert CALLS == [
        ("rec", "x"),
        ("rec2", "no"),
        ("rec2", "no"),
        ("rec", "no"),
    ]


def test_converters_run_only_where_the_whole_regex_matches(channels):
    """A route whose text does not fit never asks its converter."""
    router = router_of(
        channels,
        "<rt_rec:a>/tail/",
        "a/<rt_rec:a>",
        "<rt_rec:a>/<int:b>/",
        "<rt_rec2:x>/<str:b>/",
        "<rt_rec:never>/<str:b>/",
    )
    assert call(router, "/p/q/").name == "<rt_rec2:x>/<str:b>/"
    assert CALLS == [("rec2", "p")]


def test_a_converter_runs_once_for_a_route(channels):
    """Also when the application refuses afterwards, and on every level."""
    inner = channels.routing.URLRouter([path("<rt_rec2:b>/", app("b"))])
    router = channels.routing.URLRouter(
        [
            path("<rt_rec:a>/x/", app("x")),
            path("<rt_rec:a>/", inner),
            path("<path:p>", app("p")),
        ]
    )
    assert call(router, "/1/2/").kwargs == {"a": ["1"], "b": ["2"]}
    assert CALLS == [("rec", "1"), ("rec2", "2")]
    CALLS.clear()
    assert call(router, "/1/no/").name == "p"
    assert CALLS == [("rec", "1"), ("rec2", "no")]
    CALLS.clear()
    assert call(router, "/1/2/3/").name == "p"
    assert CALLS == [("rec", "1")]


def test_an_error_of_an_inner_converter(channels):
    """It escapes all routers; ValueError does not."""
    inner = channels.routing.URLRouter([path("<rt_rec:b>/", app("b"))])
    router = channels.routing.URLRouter([path("a/", inner), path("<path:p>", app("p"))])
    with pytest.raises(KeyError):
        call(router, "/a/KeyError/")
    assert call(router, "/a/no/").name == "p"


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


def test_a_patched_built_in_converter_counts(channels, monkeypatch):
    """`to_python` is looked up at every match, on class and instance."""
    router = router_of(channels, "<int:n>/", "s/<slug:s>/", "<uuid:u>/")
    key = "01234567-89ab-cdef-0123-456789abcdef"
    assert call(router, "/5/").kwargs == {"n": 5}
    assert call(router, "/s/a/").kwargs == {"s": "a"}
    assert call(router, f"/{key}/").kwargs == {"u": uuid.UUID(key)}
    instances = django_converters.get_converters()
    monkeypatch.setattr(IntConverter, "to_python", lambda self, value: [value])
    refresh(router)
    assert call(router, "/5/").kwargs == {"n": ["5"]}
    monkeypatch.setattr(
        SlugConverter, "to_python", lambda self, value: None, raising=False
    )
    refresh(router)
    assert call(router, "/s/a/").kwargs == {"s": None}
    # Not `setattr`, which would leave the old method on the instance.
    monkeypatch.setitem(vars(instances["uuid"]), "to_python", str.upper)
    refresh(router)
    assert call(router, f"/{key}/").kwargs == {"u": key.upper()}


def test_changed_converters_of_a_pattern_count(channels):
    """`pattern.converters` is read at every match."""
    # Django shares one dict of converters between all patterns of one text.
    route = path("<int:n>/", app("n"))
    route.pattern.converters = dict(route.pattern.converters)
    router = channels.routing.URLRouter([route])
    assert call(router, "/5/").kwargs == {"n": 5}
    route.pattern.converters["n"] = Recording()
    refresh(router)
    assert call(router, "/5/").kwargs == {"n": ["5"]}
    route.pattern.converters = {"n": NoneValue()}
    refresh(router)
    assert call(router, "/5/").kwargs == {"n": None}


# ---------------------------------------------------------------- groups in a regex


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


def test_a_converter_that_was_put_on_the_pattern_converts(channels):
    """The regex stays the one that the route was made with."""
    routes = [path("a/<int:n>/", app("a")), path("b/<int:n>/", app("b"))]
    # Django may share the dict between patterns of one text.
    routes[0].pattern.converters = {"n": SlugConverter()}
    routes[1].pattern.converters = {"n": Recording()}
    router = channels.routing.URLRouter(routes)
    for prefix, route in zip("ab", routes):
        expected = route.pattern.match(f"{prefix}/5/")
        assert expected is not None
        assert call(router, f"/{prefix}/5/").kwargs == expected[2]


def test_the_class_of_the_uuids_is_looked_up_at_the_call(channels, monkeypatch):
    class Mine(uuid.UUID):
        pass

    router = channels.routing.URLRouter([path("<uuid:u>/", app("u"))])
    text = "01234567-89ab-cdef-0123-456789abcdef"
    assert call(router, f"/{text}/").kwargs == {"u": uuid.UUID(text)}
    monkeypatch.setattr(uuid, "UUID", Mine)
    assert type(call(router, f"/{text}/").kwargs["u"]) is Mine
