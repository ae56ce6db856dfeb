"""``manage.py http_routes``: the routes of a URLconf, and which one answers."""

from __future__ import annotations

import json
import random
import sys
import types
from functools import partial

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.http import Http404
from django.urls import Resolver404, URLResolver, include, path, re_path
from django.urls.converters import StringConverter, get_converters, register_converter
from django.urls.resolvers import RegexPattern
from django.utils.functional import SimpleLazyObject
from django.views import View

from channels_fast.urls._hook import STOCK
from channels_fast.urls._listing import list_routes
from channels_fast.urls._search import answer
from channels_fast.urls.management.commands.http_routes import Command
from tests.support import commands
from tests.support.commands import in_a_line, words
from tests.support.engines import WHY_NOT_COMPILED, told

NEVER = "it does not match"
REST = "no route behind it takes the rest"
MODULE = "tests.urls.test_http_routes"


def view(request, **kwargs):
    """A view, which nobody calls."""


class Page(View):
    """A view of a class."""


class Even(StringConverter):
    """Refuses words of an odd length, and ends the search for a longer one."""

    regex = "[a-z]+"

    def to_python(self, value):
        if len(value) > 4:
            raise Http404(value)
        if len(value) % 2:
            raise ValueError(value)
        return value


class Own(URLResolver):
    """A class of a project."""


@pytest.fixture(autouse=True)
def _even_converter():
    if "http_even" not in get_converters():
        register_converter(Even, "http_even")


@pytest.fixture(autouse=True)
def urlconf(settings, monkeypatch):
    module = types.ModuleType("project_urls")
    blog = [
        path("<int:id>/", view, name="post"),
        re_path(r"^(?!x)(?P<word>\w+)/$", Page.as_view(), name="word"),
        path("new", view, {"kind": "new"}),
    ]
    module.urlpatterns = [
        path("", view, name="home"),
        path("blog/<slug:blog>/", include((blog, "blog"), namespace="b")),
        path("even/<http_even:word>/", view),
        re_path(r"^pages/(?:(\d+)/)?$", view, name="pages"),
    ]
    monkeypatch.setitem(sys.modules, "project_urls", module)
    settings.ROOT_URLCONF = "project_urls"
    return module


printed = partial(commands.printed, Command)
refused = partial(commands.refused, Command)


# Listing


def test_each_route_is_listed_with_its_name_its_view_and_its_engine():
    lines = words(printed())
    assert lines[:-1] == [
        "pattern name view engine",
        f"'' home {MODULE}.view {in_a_line('trie')}",
        f"blog/<slug:blog>/<int:id>/ b:post {MODULE}.view {in_a_line('trie')}",
        rf"blog/<slug:blog>/(?!x)(?P<word>\w+)/$ b:word {MODULE}.Page "
        + in_a_line("Django", "a lookaround"),
        f"blog/<slug:blog>/new {MODULE}.view {in_a_line('trie')}",
        f"even/<http_even:word>/ {MODULE}.view {in_a_line('trie')}",
        rf"^pages/(?:(\d+)/)?$ pages {MODULE}.view {in_a_line('regex')}",
    ]
    assert lines[-1].startswith("Django resolves its URLs itself: ")


def test_the_tree_shows_what_is_included_in_what():
    lines = printed("--format", "tree").splitlines()
    assert [len(line) - len(line.lstrip()) for line in lines[:5]] == [0, 0, 2, 2, 2]
    assert words("\n".join(lines))[1].endswith("include(a list) as b")
    assert "  new " in lines[4]


def test_the_json_has_everything():
    routes = json.loads(printed("--format", "json"))
    assert [route["index"] for route in routes] == list(range(6))
    assert routes[1] == {
        "index": 1,
        "pattern": "blog/<slug:blog>/<int:id>/",
        "name": "b:post",
        "view": f"{MODULE}.view",
        "engine": told("trie")[0],
        "reason": told("trie")[1],
    }


def test_another_urlconf_can_be_named(monkeypatch):
    module = types.ModuleType("other_urls")
    module.urlpatterns = [path("other/", view)]
    monkeypatch.setitem(sys.modules, "other_urls", module)
    assert words(printed("--urlconf", "other_urls"))[1].startswith("other/ ")


@pytest.mark.parametrize("name", ["no_such_urls", "tests.urls.test_http_routes"])
def test_a_urlconf_that_cannot_be_loaded_is_an_error(name):
    _, error = refused("--urlconf", name)
    assert error.startswith(f"URLconf {name!r}: ")


def test_without_a_urlconf_it_says_what_to_write(settings):
    settings.ROOT_URLCONF = None
    assert "Give the name of a module with --urlconf" in refused()[1]


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="no table says anything")
def test_the_engine_is_the_slowest_on_the_way(urlconf):
    inner = [path("a/", view), path("<http_even:word>/", include([path("b/", view)]))]
    own = Own(RegexPattern("^own/"), [path("c/", view)])
    urlconf.urlpatterns = [
        path("x/", include(inner)),
        own,
        path("lazy/", include([SimpleLazyObject(lambda: path("d/", view))])),
        *i18n_patterns(path("e/", view)),
    ]
    routes = list_routes(resolver_of(urlconf))
    assert [(route.engine, route.reason) for route in routes] == [
        ("trie", ""),
        ("Django", "its match runs code of the project"),
        ("Django", "a route of class Own"),
        ("Django", "a route of class SimpleLazyObject"),
        ("trie", ""),
    ]


def test_a_list_that_is_inside_itself_has_an_end(urlconf):
    routes = [path("a/", view)]
    routes.append(path("again/", include(routes)))
    urlconf.urlpatterns = routes
    listed = list_routes(resolver_of(urlconf))
    assert [route.pattern for route in listed][:2] == ["a/", "again/a/"]
    assert len(listed) < 200


# Which route answers


def test_it_says_which_route_answers_and_why_no_earlier_one():
    lines = words(printed("--resolve", "https://example.com/blog/a/5/?page=2"))
    assert lines == [
        f"no '' {NEVER}",
        "yes blog/<slug:blog>/",
        "yes blog/<slug:blog>/<int:id>/",
        "",
        f"{MODULE}.view",
        "route blog/<slug:blog>/<int:id>/",
        "name b:post",
        "args ()",
        "kwargs {'blog': 'a', 'id': 5}",
        f"engine {in_a_line('trie')}",
    ]


def test_a_path_without_a_route_is_an_error():
    text, error = refused("--resolve", "blog/a/5")
    assert error == "No route answers '/blog/a/5'."
    assert words(text) == [
        f"no '' {NEVER}",
        f"no blog/<slug:blog>/ {REST}",
        "no blog/<slug:blog>/<int:id>/ it would match with a slash at the end",
        r"no blog/<slug:blog>/(?!x)(?P<word>\w+)/$ it would match with a slash at the "
        "end",
        f"no blog/<slug:blog>/new {NEVER}",
        f"no even/<http_even:word>/ {NEVER}",
        rf"no ^pages/(?:(\d+)/)?$ {NEVER}",
    ]


def test_a_converter_that_refuses_is_named():
    text, _ = refused("--resolve", "/even/odd/")
    assert "its converter of 'word' refuses 'odd'" in text


def test_an_error_of_a_converter_is_that_of_the_request():
    text, error = refused("--resolve", "/even/longer/")
    assert error == "Http404: longer"
    assert words(text)[-1].endswith("the request fails: Http404: longer")


def test_a_route_that_needs_a_slash_in_front_is_told(urlconf):
    urlconf.urlpatterns = [path("a", include([path("/b/", view)]))]
    text, _ = refused("--resolve", "/ab/")
    assert words(text)[-1] == "no a/b/ it would match with a slash in front"


def test_the_json_of_a_path_has_everything():
    found = json.loads(printed("--resolve", "/pages/7/", "--format", "json"))
    assert found["args"] == ["7"]
    assert found["route"]["pattern"] == r"^pages/(?:(\d+)/)?$"
    assert found["error"] == ""
    assert [one["reason"] for one in found["asked"]][-1] == ""


# Against what really answers


def resolver_of(urlconf):
    return URLResolver(RegexPattern(r"^/"), urlconf)


def random_list(rng, depth=0):
    routes = []
    for _ in range(rng.randint(1, 4)):
        if depth < 3 and rng.random() < 0.4:
            inner = random_list(rng, depth + 1)
            prefix = rng.choice(
                ["a/", "", "a", "<slug:s>/", "<http_even:w>/", "b/<int:n>/"]
            )
            cls = rng.choice([URLResolver, URLResolver, Own])
            entry = path(prefix, include(inner))
            entry.__class__ = cls
            routes.append(entry)
        elif rng.random() < 0.6:
            text = rng.choice(
                ["", "a/", "/a/", "<int:id>/", "<slug:s>", "<http_even:x>/", "<path:p>"]
            )
            routes.append(path(text, view, name=rng.choice([None, "n"])))
        else:
            text = rng.choice(
                [r"^a/$", r"b", r"^(\d+)/$", r"^(?P<y>[ab]+)/?$", r"^(?!a)(\w+)/$"]
            )
            routes.append(re_path(text, view))
    return routes


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_what_really_answers(seed, urlconf):
    rng = random.Random(seed)
    answered = missed = failed = 0
    for _ in range(60):
        urlconf.urlpatterns = random_list(rng)
        resolver = resolver_of(urlconf)
        listed = list_routes(resolver)
        for _ in range(12):
            pieces = rng.choices(
                ["a", "b", "ab", "7", "", "abcdef"], k=rng.randint(0, 4)
            )
            given = "/" + "/".join(pieces) + rng.choice(["/", "", "/x"])
            found = answer(resolver, given)
            try:
                match = STOCK(resolver, given)
            except Resolver404:
                missed += 1
                assert isinstance(found.error, Resolver404)
                assert all(one.reason for one in found.asked)
                continue
            except Http404:
                failed += 1
                assert "the request fails: Http404" in found.asked[-1].reason
                continue
            answered += 1
            assert (found.match.route, found.match.kwargs) == (
                match.route,
                match.kwargs,
            )
            assert found.route.pattern == match.route
            assert listed[found.route.index] == found.route
            yes = [one.pattern for one in found.asked if not one.reason]
            assert yes[-1] == match.route
    assert min(answered, missed) > 50
    assert failed
