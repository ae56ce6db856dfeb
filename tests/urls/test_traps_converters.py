"""Code of the project that runs while a path is resolved."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.urls import converters, include, path, re_path
from django.urls.exceptions import Resolver404

from .observe import djangos_own
from .views import CALLS, RAISED, Noting, first, second


@pytest.fixture(autouse=True)
def _no_calls():
    CALLS.clear()


def calls_of(call):
    """Return what the converters were asked during *call*, and its end."""
    CALLS.clear()
    try:
        end = call()
    except Exception as error:
        end = error
    return [*CALLS], end


def same_calls(urls, resolver, address):
    """Compare what the converters were asked with what Django asks; return it."""
    urls.warm(resolver)
    with djangos_own():
        expected, _ = calls_of(lambda: resolver.resolve(address))
    for _ in range(urls.times):
        assert calls_of(lambda: resolver.resolve(address))[0] == expected
    urls.ask(resolver, address)
    return expected


def test_a_converter_is_asked_once_and_in_order(urls):
    routes = [
        path("<noting:a>/<other:b>/<noting:c>/", first),
        path("<other:a>/", include([path("<noting:b>/", first), path("", second)])),
    ]
    resolver = urls.resolver(routes)
    asked = same_calls(urls, resolver, "/x/y/z/")
    assert asked == [("Noting", "x"), ("Other", "y"), ("Noting", "z")]
    assert same_calls(urls, resolver, "/x/y/") == [("Other", "x"), ("Noting", "y")]
    assert same_calls(urls, resolver, "/x/") == [("Other", "x")]
    assert same_calls(urls, resolver, "/x/-/") == [("Other", "x")]


def test_a_converter_on_an_include_runs_before_its_routes(urls):
    inner = [
        path("<other:b>/", first),
        path("none/", first),
        path("<noting:c>/", second),
    ]
    routes = [
        path("<noting:a>/", include(inner)),
        path("<other:a>/", include(inner)),
        path("x/value/", second),
    ]
    resolver = urls.resolver(routes)
    asked = same_calls(urls, resolver, "/x/value/")
    assert asked == [
        *[("Noting", "x"), ("Other", "value"), ("Noting", "value")],
        *[("Other", "x"), ("Other", "value"), ("Noting", "value")],
    ]
    assert same_calls(urls, resolver, "/value/x/")[0] == ("Noting", "value")
    same_calls(urls, resolver, "/x/none/")
    same_calls(urls, resolver, "/x/-/")
    same_calls(urls, resolver, "/-/")


def test_nobody_asks_a_converter_again_for_what_was_tried(urls):
    inner = [path("<other:b>/", first), path("a/b/", second)]
    routes = [
        path("<noting:a>/", include(inner)),
        path("<noting:a>/<other:b>/c/", first),
        path("x/value/", second),
    ]
    resolver = urls.resolver(routes)
    urls.warm(resolver)
    match = resolver.resolve("/x/value/")
    with pytest.raises(Resolver404) as caught:
        resolver.resolve("/x/-/")
    CALLS.clear()
    assert len(caught.value.args[0]["tried"]) == 4
    assert getattr(match, "tried", True)
    assert CALLS == []


@pytest.mark.parametrize("value", sorted(RAISED))
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_what_a_converter_raises_does_what_it_does_in_django(urls, value, depth):
    """A ValueError and a Resolver404 mean the next route; others end the search."""
    routes = [
        path("before/", first),
        path("<noting:a>/", first),
        path("<noting:a>/", include([path("", second)])),
        path("<slug:b>/", second),
    ]
    for _ in range(depth):
        routes = [
            path("n/", include(routes)),
            path("<other:o>/", include(routes), {"d": 1}),
            path("n/<slug:b>/", second),
        ]
    resolver = urls.resolver(routes)
    same_calls(urls, resolver, f"/{'n/' * depth}{value}/")
    same_calls(urls, resolver, f"/{'x/' * depth}{value}/")
    same_calls(urls, resolver, f"/{value}/")


def test_http404_of_a_converter_ends_the_search(urls):
    resolver = urls.resolver([path("<noting:a>/", first), path("http404/", second)])
    error = urls.ask(resolver, "/http404/")
    assert (type(error), error.args) == (Http404, ("no such thing",))


def test_resolver404_of_a_converter_goes_on_with_the_next_route(urls):
    routes = [path("<noting:a>/", first), path("<slug:b>/", second)]
    resolver = urls.resolver(routes)
    assert urls.ask(resolver, "/resolver404/").func is second
    match = urls.ask(resolver, "/withtried/")
    if hasattr(match, "tried"):  # not before Django 3.2
        assert match.tried == [[routes[0], "one"], [routes[0], "two"], [routes[1]]]


def test_resolver404_of_a_converter_within_an_include_leaves_the_include(urls):
    """Only if the include's own converter raises it; a route's leaves that route."""
    inner = [path("<noting:a>/", first), path("<slug:b>/", second)]
    routes = [path("<other:o>/", include(inner)), path("<slug:s>/<slug:t>/", first)]
    resolver = urls.resolver(routes)
    assert urls.ask(resolver, "/resolver404/x/").kwargs["s"] == "resolver404"
    assert urls.ask(resolver, "/x/resolver404/").kwargs["b"] == "resolver404"
    assert urls.ask(resolver, "/value/x/").kwargs["s"] == "value"


def test_other_errors_have_the_traceback_of_the_converter(urls):
    resolver = urls.resolver([path("a/", include([path("<noting:a>/", first)]))])
    urls.warm(resolver)
    with pytest.raises(KeyError) as caught:
        resolver.resolve("/a/key/")
    assert caught.traceback[-1].path.name == "views.py"
    for value in RAISED:
        urls.ask(resolver, f"/a/{value}/")


def test_a_converter_that_is_patched_later_is_asked(urls, monkeypatch):
    """Django's own tests do so, and so do those of projects."""
    inner = [path("<int:n>/", first), path("s/<slug:s>/<uuid:u>/", first)]
    resolver = urls.resolver([path("a/<str:x>/", include(inner))])
    one = "/a/b/1/"
    two = "/a/b/s/x/01234567-89ab-cdef-0123-456789abcdef/"
    urls.ask_all(resolver, [one, two])

    def refuse(self, value):
        raise Http404(value)

    for kind in ("Int", "Slug", "UUID", "String"):
        cls = getattr(converters, f"{kind}Converter")
        monkeypatch.setattr(cls, "to_python", refuse)
        urls.ask_all(resolver, [one, two])
        monkeypatch.undo()
        urls.ask_all(resolver, [one, two])
    monkeypatch.setattr(converters.IntConverter, "to_python", lambda self, v: f"<{v}>")
    assert urls.ask(resolver, one).kwargs == {"x": "b", "n": "<1>"}


def test_a_converter_of_the_project_that_is_patched_later_is_asked(urls, monkeypatch):
    resolver = urls.resolver([path("a/", include([path("<noting:a>/", first)]))])
    assert urls.ask(resolver, "/a/b/").kwargs == {"a": "B"}
    monkeypatch.setattr(Noting, "to_python", lambda self, value: value * 2)
    assert urls.ask(resolver, "/a/b/").kwargs == {"a": "bb"}
    monkeypatch.undo()
    assert urls.ask(resolver, "/a/b/").kwargs == {"a": "B"}


def test_another_converter_in_the_place_of_the_first_is_asked(urls):
    """In the dict of the pattern, in another dict, or as a method of the object."""

    class Own(Noting):
        pass

    # Patterns of the same text share a dict.
    route = path("<str:put_in_its_place>/", first)
    shared = route.pattern.converters
    resolver = urls.resolver([path("a/", include([route]))])
    name = "put_in_its_place"
    assert urls.ask(resolver, "/a/b/").kwargs == {name: "b"}
    route.pattern.converters = {name: Own()}
    assert urls.ask(resolver, "/a/b/").kwargs == {name: "B"}
    route.pattern.converters[name].to_python = lambda value: value * 3
    assert urls.ask(resolver, "/a/b/").kwargs == {name: "bbb"}
    route.pattern.converters = shared
    assert urls.ask(resolver, "/a/b/").kwargs == {name: "b"}
    stock, shared[name] = shared[name], Own()
    assert urls.ask(resolver, "/a/b/").kwargs == {name: "B"}
    shared[name] = stock
    assert urls.ask(resolver, "/a/b/").kwargs == {name: "b"}


def test_a_converter_may_return_anything_and_resolve_again(urls):
    routes = [
        path("<noting:a>/", first),
        path("<noting:a>/<str:b>/", include([path("", second)])),
    ]
    resolver = urls.resolver(routes)

    class Again:
        regex = "[a-z]+"

        def to_python(self, value):
            return resolver.resolve(f"/{value}/").kwargs if value != "none" else None

    outer = path("<str:x>/", first)
    outer.pattern.converters = {"x": Again()}
    again = urls.resolver([outer, path("y/", include(routes))])
    assert urls.ask(again, "/abc/").kwargs == {"x": {"a": "ABC"}}
    assert urls.ask(again, "/none/").kwargs == {"x": None}


def test_int_takes_the_digits_that_djangos_takes(urls):
    resolver = urls.resolver([path("<int:n>/", first), path("<str:s>/", second)])
    words = ["0", "007", "-1", "+1", "1_0", "\u0661", "\u00b2", "1" * 40, "9" * 4301]
    urls.ask_all(resolver, [f"/{word}/" for word in words])
    assert urls.ask(resolver, "/007/").kwargs == {"n": 7}


def test_regexes_that_take_the_whole_rest_are_asked_in_order(urls):
    """One list has all of the engines: static, segments, programs and Python."""
    routes = [
        re_path(r"^(?P<a>(?!no)\w+)/ahead/$", first),
        re_path(r"^(?P<a>\w+)/(?P<b>[a-c]+|x)/$", first),
        path("<str:a>/<str:b>/", second),
        re_path(r"^(\w)\1/$", first),
        path("<path:p>", second),
    ]
    resolver = urls.resolver(routes)
    paths = ["no/ahead", "yes/ahead", "a/b", "a/z", "aa", "ab", "", "a/b/c", "x/x"]
    urls.ask_all(resolver, [f"/{text}/" for text in paths])
