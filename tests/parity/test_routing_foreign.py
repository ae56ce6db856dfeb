"""URLRouter: patterns and routes that are not plainly Django's own."""

from __future__ import annotations

from types import MappingProxyType, SimpleNamespace

import pytest
from django.urls import path, re_path
from django.urls.exceptions import Resolver404
from django.urls.resolvers import LocalePrefixPattern, RegexPattern, RoutePattern
from django.utils import translation
from django.utils.functional import lazy

from .routing_helpers import app, call, no_route, raises, refresh

WORDS = {"en": "news", "de": "neues", "fr": "nouvelles/<int:n>"}


def translated(before="", after=""):
    """Return a text that depends on the language at the time of its use."""
    return lazy(lambda: f"{before}{WORDS[translation.get_language()]}{after}", str)()


class Route(SimpleNamespace):
    """A route that Django knows nothing of."""


def route_of(pattern, name="duck", default_args=None):
    return Route(pattern=pattern, callback=app(name), default_args=default_args or {})


class Exactly:
    """A pattern that takes one text and reports what it was asked."""

    name = None

    def __init__(self, text, found=("", (), {})):
        self.text, self.found, self.asked = text, found, []

    def match(self, text):
        self.asked.append(text)
        return self.found if text == self.text else None


# ---------------------------------------------------------------- translated routes


@pytest.mark.parametrize(
    ("make", "after"), [(path, "/"), (path, "/<str:s>/"), (re_path, r"/(?P<s>\w+)/$")]
)
def test_a_translated_route_follows_the_language(channels, make, after):
    """The language at the time of the call, not of the construction."""
    tail = "/" if after == "/" else "/x/"
    with translation.override("en"):
        router = channels.routing.URLRouter(
            [
                path("first/", app("first")),
                make(translated(after=after), app("lazy")),
                path("<path:p>", app("rest")),
            ]
        )
    for language in ("en", "de", "en", "de"):
        with translation.override(language):
            for word in ("news", "neues"):
                expected = "lazy" if word == WORDS[language] else "rest"
                assert call(router, f"/{word}{tail}").name == expected
            assert call(router, "/first/").name == "first"


def test_a_translated_prefix(channels):
    """The constructor makes it a prefix that is translated still."""
    inner = channels.routing.URLRouter([path("<int:n>/", app("inner"))])
    with translation.override("en"):
        router = channels.routing.URLRouter([path(translated(after="/"), inner)])
    with translation.override("de"):
        assert call(router, "/neues/5/").kwargs == {"n": 5}
        with no_route("news/5/"):
            call(router, "/news/5/")


def test_a_translated_regex_with_a_dollar_in_one_language(channels):
    """Whether the whole path must match may depend on the language too."""
    texts = {"en": "a$", "de": "a"}
    regex = lazy(lambda: texts[translation.get_language()], str)()
    with translation.override("en"):
        router = channels.routing.URLRouter([re_path(regex, app("a"))])
    with translation.override("de"):
        assert call(router, "/xay").rest == "y"
    with translation.override("en"), no_route("xa"):
        call(router, "/xa")


def test_a_language_prefix_pattern(channels):
    """Django's third kind of pattern has a `match` too."""
    route = route_of(LocalePrefixPattern())
    router = channels.routing.URLRouter([route])
    for language in ("de", "fr"):
        with translation.override(language):
            assert call(router, f"/{language}/x/").rest == "x/"
            with no_route("en/x/"):
                call(router, "/en/x/")


# ---------------------------------------------------------------- pattern subclasses


def test_a_subclass_of_route_pattern_with_its_own_match(channels):
    """What it answers counts, not what its text says."""

    class Upper(RoutePattern):
        def match(self, path):
            return super().match(path.upper())

    route = path("A/<int:n>/", app("upper"))
    route.pattern = Upper("A/<int:n>/", is_endpoint=True)
    router = channels.routing.URLRouter([route, path("a/<int:n>/", app("lower"))])
    assert call(router, "/a/5/").name == "upper"


def test_a_subclass_of_regex_pattern_with_its_own_match(channels):
    """It may give any rest, any tuple and any dict."""

    class Odd(RegexPattern):
        def match(self, path):
            return ("odd rest", (1, None), {"k": path}) if path == "x" else None

    route = re_path("^never$", app("odd"))
    route.pattern = Odd("^never$", is_endpoint=True)
    router = channels.routing.URLRouter([path("a/", app("a")), route])
    answer = call(router, "/x")
    assert (answer.args, answer.kwargs, answer.rest) == (
        (1, None),
        {"k": "x"},
        "odd rest",
    )
    with no_route("never"):
        call(router, "/never")


def test_a_subclass_with_its_own_regex_attribute(channels):
    """A regex that is a property or a value of its own is asked."""
    import re

    class Own(RegexPattern):
        regex = re.compile("^own$")

    class OwnRoute(RoutePattern):
        @property
        def regex(self):
            return re.compile("^(?P<n>own)$")

    first, second = re_path("^a$", app("first")), path("<int:n>", app("second"))
    first.pattern = Own("^a$", is_endpoint=True)
    second.pattern = OwnRoute("<int:n>", is_endpoint=True)
    router = channels.routing.URLRouter([first])
    assert call(router, "/own").name == "first"
    with no_route("a"):
        call(router, "/a")
    router = channels.routing.URLRouter([second])
    with no_route("5"):
        call(router, "/5")


def test_a_plain_subclass_behaves_like_its_base(channels):
    """Nothing is overridden, so nothing differs."""

    class Plain(RoutePattern):
        pass

    route = path("x/", app("plain"))
    route.pattern = Plain("a/<int:n>/", is_endpoint=True)
    router = channels.routing.URLRouter([route])
    assert call(router, "/a/5/").kwargs == {"n": 5}


def test_an_endpoint_that_is_changed_to_a_prefix_in_place(channels):
    """Django looks at its own attributes, at its own time."""
    route = re_path("a$", app("a"))
    router = channels.routing.URLRouter([route])
    with no_route("xa"):
        call(router, "/xa")
    route.pattern._is_endpoint = False
    refresh(router)
    assert call(router, "/xa").name == "a"


def test_a_prefix_pattern_on_an_ordinary_application(channels):
    """The application gets the rest."""
    route = path("x/", app("a"))
    route.pattern = RoutePattern("a/<int:n>/", is_endpoint=False)
    router = channels.routing.URLRouter([route])
    assert call(router, "/a/5/more/").rest == "more/"
    assert call(router, "/a/5//more/").rest == "/more/"


# ---------------------------------------------------------------- duck-typed routes


def test_a_duck_typed_route(channels):
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
def test_a_route_that_lacks_an_attribute(channels, missing):
    """It is found out when it is reached."""
    route = route_of(Exactly("b/"))
    delattr(route, missing)
    router = channels.routing.URLRouter([path("a/", app("a")), route])
    assert call(router, "/a/").name == "a"
    if missing == "pattern" and channels.version < (4, 0):
        missing = "regex"  # the attribute of a route of Django 1
    with raises(AttributeError, f"'Route' object has no attribute '{missing}'"):
        call(router, "/b/")


def test_an_application_that_cannot_be_called(channels):
    """A route with a callback of None fails when it matches."""
    route = route_of(Exactly("b/"))
    route.callback = None
    router = channels.routing.URLRouter([route, path("a/", app("a"))])
    assert call(router, "/a/").name == "a"
    with raises(TypeError, "'NoneType' object is not callable"):
        call(router, "/b/")


def test_a_route_with_computed_attributes(channels):
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


# ---------------------------------------------------------------- odd answers


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
        url_route = answer.scope["url_route"]
        kinds = [type(url_route["args"]), type(url_route["kwargs"])]
        return answer.rest, url_route, kinds

    outer = ("o",) if nested else ()
    assert outcome() == expected_of(found, outer)
    assert len(pattern.asked) == len(first.asked) == 1


def expected_of(found, outer):
    """Return what upstream's lines make of what a `match()` has returned."""
    try:
        remaining, args, kwargs = found
        kwargs.update({})
        url_route = {"args": outer + args, "kwargs": {**kwargs}}
    except Exception as error:
        return type(error), str(error)
    return remaining, url_route, [tuple, dict]


def test_the_attributes_of_a_route_may_be_exchanged_at_once(channels):
    route = path("a/", app("a"))
    router = channels.routing.URLRouter([route])
    assert call(router, "/a/").name == "a"
    route.__dict__ = {**route.__dict__, "callback": app("new")}
    assert call(router, "/a/").name == "new"


def test_a_tracer_around_the_routers_sees_each_of_them(channels, monkeypatch):
    """As those do that wrap `URLRouter.__call__` when a process starts."""
    seen = []
    original = channels.routing.URLRouter.__call__

    async def traced(self, scope, receive, send):
        seen.append(scope.get("path_remaining", scope["path"]))
        return await original(self, scope, receive, send)

    monkeypatch.setattr(channels.routing.URLRouter, "__call__", traced)
    inner = channels.routing.URLRouter([path("b/", app("b"))])
    router = channels.routing.URLRouter([path("x/", inner)])
    assert call(router, "/x/b/").name == "b"
    assert seen == ["/x/b/", "b/"]
