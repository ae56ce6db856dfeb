"""URLRouter: how converters are called, and what their errors do."""

from __future__ import annotations

import uuid

import pytest
from django.urls import converters as django_converters
from django.urls import path
from django.urls.converters import IntConverter, SlugConverter

from ..support.routing import app, call, no_route, refresh
from ..support.routing_converters import (  # noqa: F401 # a fixture
    CALLS,
    NoneValue,
    Recording,
    no_calls,
    router_of,
)


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


def test_only_a_value_error_of_an_inner_converter_is_a_miss(channels):
    """It escapes all routers; ValueError does not."""
    inner = channels.routing.URLRouter([path("<rt_rec:b>/", app("b"))])
    router = channels.routing.URLRouter([path("a/", inner), path("<path:p>", app("p"))])
    with pytest.raises(KeyError):
        call(router, "/a/KeyError/")
    assert call(router, "/a/no/").name == "p"


def test_a_patched_built_in_converter_is_called(channels, monkeypatch):
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


def test_changed_converters_of_a_pattern_are_called(channels):
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
