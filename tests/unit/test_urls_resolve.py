"""Answers for Django's own URLs, compared with those of Django's own function."""

from __future__ import annotations

import copy
import functools

import pytest
from django.http import Http404
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.urls.converters import StringConverter
from django.urls.resolvers import RegexPattern, RoutePattern

from channels_fast import urls

from ..support.djangos_urls import check


@pytest.fixture(autouse=True)
def _installed():
    urls.install()
    yield
    urls.uninstall()


def view(request, *args, **kwargs):
    """Answer nothing."""


def other(request, *args, **kwargs):
    """Answer nothing else."""


def root(*routes):
    return URLResolver(RegexPattern("^/"), list(routes))


def test_defaults_of_each_level_win_over_captures_and_inner_over_outer():
    inner = [path("<b>/<c>/", view, {"c": "leaf", "d": "leaf"})]
    middle = [path("<a>/", include(inner), {"a": "middle", "b": "middle", "e": 1})]
    resolver = root(path("<d>/", include(middle), {"z": "outer", "e": 2}))
    found = check(resolver, "/1/2/3/4/")
    assert found["kwargs"] == [
        *(("d", "leaf"), ("z", "outer"), ("e", 1), ("a", "middle"), ("b", "3")),
        ("c", "leaf"),
    ]
    check(resolver, "/1/2/3/")


@pytest.mark.parametrize(
    ("outer", "defaults", "inner", "args"),
    [
        ("(a)/", None, "(b)$", ("a", "b")),
        ("(a)/", None, "b$", ("a",)),
        ("(a)/", {"c": 1}, "(b)$", ("b",)),
        ("(a)/", None, "(?P<d>b)$", ()),
        ("(?P<d>a)/", None, "(b)$", ("b",)),
        ("(a)/", None, "(c)?b$", ("a", None)),
    ],
)
def test_positional_arguments_are_kept_if_nothing_further_in_has_a_name(
    outer, defaults, inner, args
):
    resolver = root(re_path(f"^{outer}", include([re_path(inner, view)]), defaults))
    assert check(resolver, "/a/b")["args"] == args


def test_names_of_nested_lists_and_their_routes_are_joined():
    inner = [re_path("^c/$", view, name="leaf"), path("d/", functools.partial(view))]
    middle = [re_path("^b/", include((inner, "in"), "inner"))]
    resolver = root(path("a/", include((middle, "out"), "outer")))
    found = check(resolver, "/a/b/c/")
    assert found["view_name"] == "outer:inner:leaf"
    assert found["route"] == "a/b/c/$"
    check(resolver, "/a/b/d/")
    check(resolver, "/a/b/")


def test_a_match_belongs_to_its_caller():
    resolver = root(path("a/", include(([path("<b>/", view, {"c": 1})], "app"))))
    before = check(resolver, "/a/b/")
    match = resolver.resolve("/a/b/")
    for name in ("kwargs", "captured_kwargs", "extra_kwargs"):
        getattr(match, name, {}).clear()
    match.app_names.append("more")
    match.namespaces.append("more")
    match.func = other
    assert check(resolver, "/a/b/") == before


def test_what_was_tried_is_told_with_the_lists_that_the_path_led_into():
    resolver = root(
        path("a/", include([path("x/", view), re_path("(?=y)y", view)])),
        path("a/", include([])),
        path("b/", include([path("x/", view)])),
        path("a/<int:n>/", include([path("x/", view)])),
        path("a/c/", other),
    )
    first, *_, last = resolver.url_patterns
    tried = check(resolver, "/a/d/")["tried"]
    assert tried[:2] == [[first, one] for one in first.url_patterns]
    assert tried[-1] == [last]
    check(resolver, "/a/c/")
    check(resolver, f"/a/{'9' * 5000}/x/")


class Refusing(StringConverter):
    """Refuses in each way that there is, and says how often it was asked."""

    asked: list[str] = []

    def to_python(self, value):
        self.asked.append(value)
        if value == "value":
            raise ValueError
        if value == "http":
            raise Http404(value)
        return value.upper()


def test_a_converter_of_the_project_is_asked_once_and_may_refuse():
    pattern = RoutePattern("<str:word>/", is_endpoint=True)
    pattern.converters = {"word": Refusing()}
    prefix = RoutePattern("in/<str:word>/")
    prefix.converters = {"word": Refusing()}
    resolver = root(
        URLResolver(prefix, [path("x/", view)]),
        URLPattern(pattern, view),
        path("<path:rest>", other),
    )
    for given, func in (("/a/", view), ("/value/", other), ("/in/value/x/", other)):
        assert check(resolver, given)["func"] is func
        Refusing.asked.clear()
        match = resolver.resolve(given)
        copy.copy(getattr(match, "tried", None))
        assert len(Refusing.asked) == 1
    assert check(resolver, "/in/a/x/")["kwargs"] == [("word", "A")]
    with pytest.raises(Http404, match="http"):
        resolver.resolve("/http/")


class Own(URLPattern):
    """One that a project has derived."""

    def resolve(self, given):
        found = super().resolve(given)
        if found:
            found.kwargs["own"] = True
        return found


def test_what_a_project_has_derived_is_asked_itself():
    inner = [Own(RoutePattern("x/", is_endpoint=True), view), path("y/", view)]
    resolver = root(path("<a>/", include((inner, "app")), {"b": 1}))
    assert ("own", True) in check(resolver, "/a/x/")["kwargs"]
    check(resolver, "/a/y/")
    check(resolver, "/a/z/")


@pytest.mark.parametrize("given", ["", "a", "/", "//", "/a", "/a//x", "/\ud800", "/é/"])
def test_odd_paths_find_what_django_finds(given):
    inner = [path("x", view), path("/x", other), path("", view)]
    resolver = root(path("a/", include(inner)), path("é/", view), path("/", view))
    check(resolver, given)
