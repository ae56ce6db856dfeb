"""What `url_route` says of the route: its whole template, and its name."""

from __future__ import annotations

from copy import copy

import pytest
from django.urls import URLResolver, include, path, re_path
from django.urls.resolvers import RegexPattern
from django.utils import translation
from django.utils.functional import lazy

from channels_fast._routes.uncompiled import NoTable
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import URLRouter

from ..support.duck_routes import Exactly, route_of
from ..support.routing import app, call

WORDS = {"en": "news/", "de": "neues/"}


def translated(before=""):
    """Return a text that depends on the language at the time of its use."""
    return lazy(lambda: before + WORDS[translation.get_language()], str)()


def own_keys(router, path, **scope):
    """Return what is said of the route, which Python has to say as well."""
    url_route = call(router, path, **scope).scope["url_route"]
    in_python = copy(router)
    in_python._compiled = NoTable(router.routes, "the test asks Python")
    assert call(in_python, path, **scope).scope["url_route"] == url_route
    return url_route["route"], url_route["name"]


def entry(text, leads_to, **kwargs):
    make = re_path if "^" in text or "(" in text else path
    return make(text, leads_to, **kwargs)


@pytest.mark.parametrize("middleware", [lambda inner: inner, BaseMiddleware])
@pytest.mark.parametrize(
    ("texts", "asked"),
    [
        (["chat/<str:room>/"], "/chat/tea/"),
        (["", "a/"], "/a/"),
        (["a/", ""], "/a/"),
        (["a/", "<int:n>/", "b/"], "/a/5/b/"),
        ([r"^(\d+)/"], "/5/"),
        ([r"^(\d+)/", r"^b/(?P<c>\w)/$"], "/5/b/c/"),
        ([r"^", r"^a/", r"^^b/$"], "/a/b/"),
        (["", "", r"^a/$"], "/a/"),
        (["a/", r"^(?=b)b/", r"^c/$"], "/a/b/c/"),
        (["a/", r"^b(?=/)/$"], "/a/b/"),
        (["é/", r"^ü/"], "/é/ü/"),
    ],
)
def test_the_template_is_joined_as_django_joins_it(texts, asked, middleware):
    *outer, last = texts
    ours = entry(last, app("end"), name="end")
    django = entry(last, lambda request: None, name="end")
    for text in reversed(outer):
        ours = entry(text, middleware(URLRouter([ours])))
        django = entry(text, include([django]))
    match = URLResolver(RegexPattern(r"^/"), [django]).resolve(asked)
    assert own_keys(URLRouter([ours]), asked) == (match.route, "end")
    description = URLRouter([ours]).describe()[0]
    assert (description.pattern, description.name) == (match.route, "end")


@pytest.mark.parametrize("prefix", ["a/", r"^a/", r"^(?=a)a/", r"^a(?=/)/"])
@pytest.mark.parametrize("namespace", [None, "space"])
def test_an_included_route_has_the_name_that_it_has_without_namespaces(
    prefix, namespace
):
    def included(leads_to):
        route = re_path(r"^(\w)/$", leads_to, name="end")
        return entry(prefix, include(([route], "app"), namespace))

    ours = included(app("end"))
    django = included(lambda request: None)
    match = URLResolver(RegexPattern(r"^/"), [django]).resolve("/a/b/")
    assert own_keys(URLRouter([ours]), "/a/b/") == (match.route, match.url_name)


def test_a_route_without_a_name_has_none():
    inner = URLRouter([path("b/", app("b"))])
    router = URLRouter([path("a/", inner, name="outer")])
    assert own_keys(router, "/a/b/") == ("a/b/", None)


def test_one_router_in_two_places_has_two_templates():
    inner = URLRouter([path("<int:n>/", app("n"), name="n")])
    router = URLRouter([path("a/", inner), path("b/", inner)])
    assert own_keys(router, "/a/1/") == ("a/<int:n>/", "n")
    assert own_keys(router, "/b/1/") == ("b/<int:n>/", "n")


@pytest.mark.parametrize("before", ["", "a/"])
def test_a_translated_route_has_the_template_of_the_language(before):
    with translation.override("en"):
        router = URLRouter(
            [
                path("x/", URLRouter([path(translated(before), app("news"))])),
                path(translated("y/"), URLRouter([path("z/", app("z"))])),
            ]
        )
    for language, word in WORDS.items():
        with translation.override(language):
            expected = f"x/{before}{word}", None
            assert own_keys(router, f"/x/{before}{word}") == expected
            assert own_keys(router, f"/y/{word}z/") == (f"y/{word}z/", None)


def test_a_pattern_of_a_project_has_the_text_that_it_gives_itself():
    class Pattern(Exactly):
        def __str__(self):
            return f"exactly {self.text}"

    router = URLRouter([path("a/", URLRouter([route_of(Pattern("b/"))]))])
    assert own_keys(router, "/a/b/") == ("a/exactly b/", None)
    named = route_of(Pattern("c/"))
    named.name = "c"
    assert own_keys(URLRouter([named]), "/c/") == ("exactly c/", "c")


def test_what_others_have_put_in_the_scope_is_no_template():
    router = URLRouter([path("a/", app("a"))])
    for outer in ({}, {"route": None}, {"route": 7}, {"route": ""}):
        assert own_keys(router, "/a/", url_route=outer) == ("a/", None)
    outer = {"route": "^outer/", "name": "outer"}
    assert own_keys(router, "/a/", url_route=outer) == ("^outer/a/", None)


def test_two_connections_share_no_url_route():
    router = URLRouter([path("a/", app("a"), name="a")])
    first = call(router, "/a/").scope["url_route"]
    first["route"] = first["name"] = "changed"
    assert own_keys(router, "/a/") == ("a/", "a")
