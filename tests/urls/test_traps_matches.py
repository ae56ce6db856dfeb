"""What a match says, from the arguments of all levels to its copies."""

from __future__ import annotations

import functools
from itertools import product

import pytest
from django.urls import include, path, re_path

from .views import CALLS, CallableObject, ClassView, first, second, third

VIEWS = [
    first,
    ClassView.as_view(),
    CallableObject(),
    functools.partial(first, 1),
    functools.partial(ClassView.as_view(), x=1),
    "not callable, which only the handler would notice",
]


@pytest.mark.parametrize("name", [None, "", "name", "a:b"])
def test_a_match_names_its_view(urls, name):
    for view in VIEWS:
        route = path("a/", first, name=name)
        route.callback = view
        match = urls.ask(urls.resolver([route]), "/a/")
        assert match.func is view
        assert match.url_name == name


def test_a_view_of_which_django_makes_no_match_raises_what_django_raises(urls):
    """Each time, with converters called before, and behind those that answer."""

    def nameless(request):
        raise NotImplementedError

    nameless.__module__ = None
    inner = [path("a/<int:n>/", first, name=5), path("b/", nameless), path("c/", first)]
    resolver = urls.resolver([path("x/", include((inner, "app")))])
    urls.ask_all(resolver, ["/x/a/1/", "/x/c/", "/x/b/", "/x/a/x/", "/x/a/1/"])
    resolve = resolver.resolve
    for odd, error in (("/x/a/1/", "sequence item 0"), ("/x/b/", "NoneType")):
        with pytest.raises(TypeError, match=error):
            resolve(odd)


def test_a_view_of_which_django_makes_no_match_has_converters_called_once(urls):
    def nameless(request):
        raise NotImplementedError

    nameless.__module__ = None
    resolver = urls.resolver([path("<noting:x>/", first), path("<str:x>/", nameless)])
    urls.ask_all(resolver, ["/value/", "/a/"])
    CALLS.clear()
    with pytest.raises(TypeError):
        resolver.resolve("/value/")
    assert CALLS == [("Noting", "value")]


def test_a_match_has_the_attributes_of_djangos_and_no_others(urls):
    match = urls.ask(urls.resolver([path("<int:a>/", first, {"b": 2})]), "/1/")
    before = list(vars(match))
    assert getattr(match, "tried", None) is not None or "tried" not in before
    assert list(vars(match)) == before
    assert not [key for key in before if key.startswith("_") and key != "_func_path"]


def test_default_kwargs_of_every_level_win_as_in_django(urls):
    """Of a route over what it captures; of an inner level over an outer one."""
    inner = [
        path("<str:a>/<str:b>/", first, {"b": "route", "c": "route"}),
        path("none/", second),
    ]
    middle = [path("<str:b>/", include(inner), {"d": "middle", "c": "middle"})]
    outer = [path("<str:a>/", include(middle), {"a": "outer", "d": "outer", "e": 1})]
    resolver = urls.resolver(outer)
    match = urls.ask(resolver, "/1/2/3/4/")
    assert match.kwargs == {"a": "3", "b": "route", "c": "route", "d": "middle", "e": 1}
    assert list(match.kwargs) == ["a", "d", "e", "b", "c"]
    match = urls.ask(resolver, "/1/2/none/")
    assert match.kwargs == {"a": "outer", "e": 1, "b": "2", **middle[0].default_kwargs}


def test_defaults_are_merged_wherever_they_stand(urls):
    """Each level with and without, in every combination."""
    for one, two, three in product([{}, {"k": 1}, {"k": 2, "n": None}], repeat=3):
        route = path("x/", first, three)
        nested = path("<str:k>/", include([route]), two)
        plain = path("p/", include([route]), two)
        resolver = urls.resolver([path("<str:n>/", include([nested, plain]), one)])
        urls.ask_all(resolver, ["/a/b/x/", "/a/p/x/", "/a/p/y/"])


def test_positional_and_named_groups_of_levels_do_not_mix(urls):
    """Positional arguments are kept only where no level inwards has a named one."""
    positional, named = r"^([0-9]+)/", r"^(?P<n>[0-9]+)/"
    for texts in product([positional, named, r"^[0-9]+/"], repeat=3):
        for defaults in ({}, {"d": 1}):
            route = re_path(f"{texts[2]}$", first, defaults)
            middle = re_path(texts[1], include([route]))
            resolver = urls.resolver([re_path(texts[0], include([middle]))])
            urls.ask(resolver, "/1/2/3/")


def test_positional_arguments_of_all_levels_are_joined(urls):
    inner = [re_path(r"^(\w)-(\w)/$", first)]
    resolver = urls.resolver([re_path(r"^(\w+)/", include(inner))])
    match = urls.ask(resolver, "/ab/c-d/")
    assert (match.args, match.kwargs) == (("ab", "c", "d"), {})


def test_groups_that_took_no_part_are_what_this_django_makes_of_them(urls):
    routes = [
        re_path(r"^n/(?P<a>\d+)?(?:-(?P<b>x))?/$", first),
        re_path(r"^p/(\d+)?(?:-(x))?/$", second),
        re_path(r"^m/(?P<a>x)?(y)?/$", third),
        re_path(r"^i/(?P<a>\d+)?(?:-(y))?/", include([re_path(r"^(z)?$", first)])),
    ]
    resolver = urls.resolver(routes)
    words = ["", "1", "1-x", "-x", "x", "y", "xy"]
    urls.ask_all(resolver, [f"/{kind}/{word}/" for kind in "npmi" for word in words])
    urls.ask_all(resolver, ["/i/1-y/z", "/i//z", "/i/1/"])
    assert urls.ask(resolver, "/p/1/").args == ("1", None)


def test_the_route_of_a_match_joins_all_levels_and_strips_one_caret(urls):
    inner = [re_path(r"^^c/$", first), path("^d/", second), re_path("e/", third)]
    outer = [
        re_path("^^a/", include(inner)),
        path("b/", include(inner)),
        path("", include(inner)),
        re_path("^", include(inner)),
    ]
    resolver = urls.resolver(outer)
    paths = [f"/{one}{two}/" for one in ("a/", "b/", "") for two in ("c", "^d", "e")]
    urls.ask_all(resolver, paths)
    assert urls.ask(resolver, "/b/c/").route == "b/^c/$"


def test_namespaces_and_app_names_of_all_levels_are_in_the_match(urls):
    inner = [path("c/", first, name="leaf"), path("d/", second)]
    kinds = [(inner, None), (inner, "one"), (inner, "two"), (inner, "one")]
    for (_, app), namespace in product(kinds, [None, "space", "a"]):
        if not app and namespace:
            continue
        included = include((inner, app), namespace) if app else include(inner)
        middle = [path("b/", included), path("plain/", include(inner))]
        resolver = urls.resolver([path("a/", include((middle, "outer"), "instance"))])
        urls.ask_all(resolver, ["/a/b/c/", "/a/b/d/", "/a/plain/c/", "/a/b/"])
    match = urls.ask(resolver, "/a/b/c/")
    assert match.namespace == "instance:a"
    assert match.view_name == "instance:a:leaf"


def test_a_match_belongs_to_its_caller(urls):
    """New Relic, wagtail and views change theirs; the next one is as new."""
    inner = [path("<int:a>/", first, {"d": 1}, name="leaf")]
    resolver = urls.resolver([path("o/", include((inner, "app")), {"e": 2})])
    before = urls.ask(resolver, "/o/1/")
    again = resolver.resolve("/o/1/")
    assert before is not again
    for name in vars(again):
        value = getattr(again, name)
        if isinstance(value, (dict, list)):
            assert value is not getattr(before, name), name
            value.clear()
    again.func = second
    again.kwargs["new"] = again.url_name = again.new = "changed"
    del again.args
    urls.ask(resolver, "/o/1/")
    assert resolver.resolve("/o/1/").func is first


def test_defaults_of_the_route_are_not_given_away(urls):
    """Nobody's view can change the dict that the route was made with, or all can."""
    for defaults in ({"d": [1]}, {}):
        route = path("a/<int:n>/", first, defaults)
        resolver = urls.resolver([path("b/", include([route]), defaults)])
        match = urls.ask(resolver, "/b/a/1/")
        match.kwargs["d"] = 2
        assert route.default_args == defaults
        urls.ask(resolver, "/b/a/1/")
        if hasattr(match, "extra_kwargs"):
            match.extra_kwargs["x"] = 1
            match.captured_kwargs["y"] = 1
        urls.ask(resolver, "/b/a/1/")


def test_what_was_tried_can_be_changed_and_deleted(urls):
    resolver = urls.resolver([path("z/", first), path("a/", first)])
    match = urls.ask(resolver, "/a/")
    if "tried" not in vars(match):
        pytest.skip("this Django does not keep what it has tried")
    match.tried.append("more")
    assert match.tried[-1] == "more"
    fresh = resolver.resolve("/a/")
    fresh.tried = "mine"
    assert fresh.tried == vars(fresh)["tried"] == "mine"
    del fresh.tried
    assert "tried" not in vars(fresh)
    assert not hasattr(fresh, "tried")
    unread = resolver.resolve("/a/")
    del unread.tried
    assert not hasattr(unread, "tried")


def test_what_was_tried_is_in_the_dict_of_a_match(urls):
    """Debuggers and reporters print ``vars()``, and some make a second match of it."""
    resolver = urls.resolver([path("z/", first), path("a/", first)])
    urls.ask(resolver, "/a/")
    match = resolver.resolve("/a/")
    if "tried" not in vars(match):
        pytest.skip("this Django does not keep what it has tried")
    # Until somebody looks at the attribute, it is equal to the list.
    assert vars(match)["tried"] == [[route] for route in resolver.url_patterns]
    assert repr(vars(match)["tried"]) == repr(match.tried)
    assert type(match.tried) is list
    assert vars(match)["tried"] is match.tried


def test_a_match_of_a_project_is_as_djangos(urls):
    """Tests of projects make them by hand, and compare."""
    from django.urls import ResolverMatch

    made = ResolverMatch(first, (), {"a": 1}, "name", ["app"], ["space"])
    assert made.view_name == "space:name"
    assert getattr(made, "tried", None) is None
    made.tried = [1]
    assert made.tried == vars(made)["tried"] == [1]
