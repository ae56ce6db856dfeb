"""Whoever wraps, patches or subclasses a part of Django's resolver is heard."""

from __future__ import annotations

import functools

import pytest
from django.urls import include, path, re_path
from django.urls.exceptions import Resolver404
from django.urls.resolvers import (
    RegexPattern,
    ResolverMatch,
    RoutePattern,
    URLPattern,
    URLResolver,
)

from .observe import djangos_own
from .views import first, second, third


def table(urls):
    inner = [path("<int:n>/", first, name="n"), re_path(r"^(?P<w>\w+)/$", second)]
    return urls.resolver([path("a/", first), path("i/", include(inner))])


PATHS = ["/a/", "/i/1/", "/i/w/", "/i/", "/z/", ""]

#: The functions that wrappers of tracers, profilers and tests are put around.
WRAPPED = [
    (URLPattern, "resolve"),
    (RoutePattern, "match"),
    (RegexPattern, "match"),
    (ResolverMatch, "__init__"),
]


@pytest.mark.parametrize(
    ("cls", "name"), WRAPPED, ids=lambda it: getattr(it, "__name__", it)
)
@pytest.mark.parametrize("when", ["before the first search", "later"])
def test_a_wrapper_is_called_as_often_as_in_django(urls, monkeypatch, cls, name, when):
    resolver = table(urls)
    if when == "later":
        urls.ask_all(resolver, PATHS)
    calls = []
    wrapped = cls.__dict__[name]

    @functools.wraps(wrapped)
    def wrapper(self, *args, **kwargs):
        calls.append((id(self) if name != "__init__" else "", args[-1:]))
        return wrapped(self, *args, **kwargs)

    monkeypatch.setattr(cls, name, wrapper)
    urls.ask_all(resolver, PATHS)
    for address in PATHS:
        counts = []
        for manager in (djangos_own(), _nothing()):
            with manager:
                calls.clear()
                _ask(resolver, address)
                counts.append([*calls])
        assert counts[0] == counts[1], address
    monkeypatch.undo()
    urls.ask_all(resolver, PATHS)


class _nothing:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


def _ask(resolver, address):
    try:
        return resolver.resolve(address)
    except Resolver404 as error:
        return error


def test_a_patched_function_decides(urls, monkeypatch):
    resolver = table(urls)
    urls.ask_all(resolver, PATHS)
    monkeypatch.setattr(RoutePattern, "match", lambda self, path: ("", (), {"p": 1}))
    assert urls.ask(resolver, "/nothing").kwargs == {"p": 1}
    monkeypatch.undo()
    monkeypatch.setattr(URLPattern, "resolve", lambda self, path: None)
    assert type(urls.ask(resolver, "/a/")) is Resolver404
    monkeypatch.undo()
    urls.ask_all(resolver, PATHS)


def test_a_method_of_one_object_decides(urls):
    """`unittest.mock.patch.object` on a route, a pattern or a nested resolver."""
    for take in (
        lambda it: it.url_patterns[0],
        lambda it: it.url_patterns[1],
        lambda it: it.url_patterns[1].url_patterns[0],
    ):
        resolver = table(urls)
        urls.ask_all(resolver, PATHS)
        one = take(resolver)
        match = ResolverMatch(third, (), {}, "mine", route="mine")
        if hasattr(match, "captured_kwargs"):
            match.captured_kwargs = match.extra_kwargs = {}
        one.resolve = lambda path, match=match: match
        urls.ask_all(resolver, PATHS)
        del one.resolve
        urls.ask_all(resolver, PATHS)
        one.pattern.match = lambda path: ("", (), {"m": 1})
        urls.ask_all(resolver, PATHS)
        del one.pattern.match
        urls.ask_all(resolver, PATHS)


def test_a_subclass_of_a_route_or_pattern_is_asked(urls):
    class Pattern(RoutePattern):
        def match(self, path):
            found = super().match(path.lower())
            return found and (found[0], found[1], {**found[2], "own": 1})

    class Regex(RegexPattern):
        def match(self, path):
            return ("", ("own",), {}) if path.startswith("regex") else None

    class Route(URLPattern):
        def resolve(self, path):
            match = super().resolve(path)
            if match:
                match.func = third
            return match

    routes = [
        URLPattern(Pattern("own/<str:s>/", "name", True), first),
        URLPattern(Regex("never asked", None, True), second),
        Route(RoutePattern("route/", None, True), first),
        path("include/", include([Route(RoutePattern("", None, True), first)])),
        path("a/", first),
    ]
    routes.append(URLResolver(Pattern("i"), list(routes)))
    resolver = urls.resolver(routes)
    paths = ["own/x/", "OWN/X/", "regex!", "route/", "include/", "a/", "ia/", "IOwn/a/"]
    found = dict(zip(paths, urls.ask_all(resolver, [f"/{text}" for text in paths])))
    assert found["OWN/X/"].kwargs == {"s": "x", "own": 1}
    assert found["route/"].func is found["include/"].func is third
    urls.ask_all(resolver, ["/", "/ib/", "/x/"])


def test_a_pattern_may_return_a_list_of_arguments(urls):
    """To which Django adds those of an include, unless something has a name."""

    class Lists(RegexPattern):
        def match(self, path):
            found = super().match(path)
            return found and (found[0], list(found[1]), found[2])

    inner = [URLPattern(Lists(r"^(a)(b)?$", None, True), first)]
    texts = [r"^(?P<n>x)/", r"^(y)/", "^z/", "^(?P<n>w)/(.)/"]
    routes = [re_path(text, include(inner)) for text in texts]
    routes += [path("<noting:s>/", include(inner)), path("", include(inner))]
    paths = [f"{one}{two}" for one in ("x/", "y/", "z/", "w/1/", "s/", "")
             for two in ("a", "ab", "b")]  # fmt: skip
    for root in ("^/", "/", "^(?P<root>/)", "(/)"):
        resolver = urls.resolver(routes, root)
        urls.ask_all(resolver, [f"/{text}" for text in paths])
    assert urls.ask(resolver, "/x/ab").args == ["a", "b"]
    assert type(urls.ask(resolver, "/z/a")) is TypeError


def test_a_subclass_of_the_resolver_is_asked(urls):
    """django-cms has one whose list depends on the language; wagtail has its own."""

    lists = [[path(f"{n}/", second), path("both/", third)] for n in range(2)]

    class Choosing(URLResolver):
        chosen = 0

        @property
        def url_patterns(self):
            return lists[self.chosen]

    class Returning(URLResolver):
        def resolve(self, path):
            if path == "none":
                return None
            match = super().resolve(path)
            match.func = third
            return match

    choosing = Choosing(RoutePattern("c/"), [], {"d": 1})
    returning = Returning(RoutePattern("r/"), [path("a/", first)], None, "app", "ns")
    outer = path("o/", include([choosing, returning]))
    resolver = urls.resolver([choosing, returning, outer, path("r/a/b/", first)])
    paths = [f"/{one}{two}" for one in ("", "o/") for two in
             ("c/0/", "c/1/", "c/both/", "r/a/", "r/b/", "none", "r/a/b/")]  # fmt: skip
    urls.ask_all(resolver, paths)
    Choosing.chosen = 1
    urls.ask_all(resolver, paths)
    assert urls.ask(resolver, "/o/c/1/").func is second
    assert urls.ask(resolver, "/r/a/").func is third
    urls.ask_all(choosing, ["c/1/", "c/0/", "1/"])
    urls.ask_all(returning, ["r/a/", "none"])


def test_any_object_that_can_resolve_is_asked(urls):
    class Resolving:
        pattern = RoutePattern("resolving/")

        def __init__(self, found):
            self.found = found

        def resolve(self, path):
            if isinstance(self.found, type):
                raise self.found({"tried": [["mine"]], "path": path})
            return self.found

    def match():
        made = ResolverMatch(third, (), {}, route="r")
        if hasattr(made, "captured_kwargs"):
            made.captured_kwargs = made.extra_kwargs = {}
        return made

    for found in (match(), None, Resolver404, KeyError):
        inner = [Resolving(found), path("a/", second)]
        resolver = urls.resolver(
            [path("a/", include(inner)), *inner, path("b/", first)]
        )
        urls.ask_all(resolver, ["/a/a/", "/b/", "/a/", "/x/"])


def test_a_list_of_another_kind_is_read_as_in_django(urls):
    class Reversed(list):
        def __iter__(self):
            return reversed(list(super().__iter__()))

    class Counted:
        count = 0

        def __iter__(self):
            self.count += 1
            yield path(f"{self.count % 2}/", first)
            yield path("x/", second)

    for make in (Reversed, tuple, dict.fromkeys):
        routes = make([path("<str:s>/", first), path("<slug:t>/", second)])
        nested = path("i/", include([]))
        nested.url_patterns = routes
        for resolver in (urls.resolver(routes), urls.resolver([nested])):
            urls.ask_all(resolver, ["/x/", "/i/x/", "/", "/é/"])
    assert urls.ask(urls.resolver(Reversed(routes)), "/x/").func is second
    resolver = urls.resolver(Counted())
    found = [_ask(resolver, "/0/") for _ in range(4)]
    assert [type(one) is ResolverMatch for one in found] == [False, True] * 2


def test_resolve_of_a_subclass_of_str_and_of_a_lazy_path(urls):
    from django.utils.functional import lazystr

    class Text(str):
        def __str__(self):
            return "/a/"

    class Thing:
        def __str__(self):
            return "/i/1/"

    resolver = table(urls)
    for thing in (
        Text("/z/"),
        Thing(),
        lazystr("/a/"),
        lazystr("/z/"),
        None,
        5,
        b"/a/",
    ):
        urls.ask(resolver, thing)
    assert urls.ask(resolver, Text("/z/")).func is first
    assert urls.ask(resolver, Thing()).kwargs == {"n": 1}


def test_a_path_whose_text_fails_is_the_same_error(urls):
    class Broken:
        def __str__(self):
            raise ValueError("no text")

    assert type(urls.ask(table(urls), Broken())) is ValueError


@pytest.mark.parametrize("name", ["callback", "pattern"])
def test_a_property_in_the_place_of_an_attribute_is_read(urls, monkeypatch, name):
    other = path("other/", second)

    def put(self, value):
        vars(self)[name] = value

    value = vars(other)[name]
    replaced = property(lambda self: value, put)
    monkeypatch.setattr(URLPattern, name, replaced, raising=False)
    resolver = urls.resolver([path("a/", first)])
    urls.ask_all(resolver, ["/a/", "/other/", "/a/"])
