"""What a miss says: the exception, its dict, and what was tried."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404
from django.urls import include, path, re_path
from django.urls.exceptions import Resolver404

from .observe import LOOKS, djangos_own, plain
from .views import first, second


def table(urls):
    inner = [path("<int:n>/", first), path("x/", second, name="x")]
    return urls.resolver(
        [
            path("a/", first),
            path("b/", include(inner)),
            re_path(r"^b/", include((inner, "app"), "space")),
            path("<slug:s>/", include([path("", include(inner))])),
            path("b/x/y/", first),
        ]
    )


MISSES = ["/", "/b/", "/b/z/", "/b/x/z", "/c/", "/c/1", "/a", "//", "/b//1/"]
#: The root pattern itself refuses these.
NO_PATHS = ["", "a/", " /a/"]


def test_a_miss_is_exactly_djangos(urls):
    resolver = table(urls)
    for error in urls.ask_all(resolver, MISSES + NO_PATHS):
        assert type(error) is Resolver404
        assert isinstance(error, Http404)
    assert urls.ask(resolver, "").args == ({"path": ""},)
    assert list(urls.ask(resolver, "/c/").args[0]) == ["tried", "path"]
    assert urls.ask(resolver, "/c/").args[0]["path"] == "c/"


def test_a_match_says_what_was_tried_before_it(urls):
    resolver = table(urls)
    match = urls.ask(resolver, "/b/x/y/")
    urls.ask_all(resolver, ["/a/", "/b/1/", "/c/1/", "/c/x/"])
    if hasattr(match, "tried"):  # not before Django 3.2
        assert match.tried[0] == [resolver.url_patterns[0]]
        assert match.tried[-1] == [resolver.url_patterns[4]]
        assert [len(row) for row in match.tried] == [1, 2, 2, 2, 2, 3, 3, 1]


@pytest.mark.parametrize("look", sorted(LOOKS))
def test_each_way_to_look_into_a_miss_is_good_as_the_first_one(urls, look):
    """No other look has come before this one."""
    resolver = table(urls)
    urls.warm(resolver)
    for address in MISSES + NO_PATHS:
        with djangos_own():
            expected = _looked(resolver, address, look)
        assert _looked(resolver, address, look) == expected


def as_keywords(**given):
    return list(given.items())


@pytest.mark.parametrize(
    "look",
    [
        lambda it: it.pop("tried", "none"),
        lambda it: it.setdefault("tried", "none"),
        lambda it: [it.popitem(), it.popitem() if it else None],
        lambda it: (it.update(path="changed"), list(it.items())),
        lambda it: (it.clear(), list(it.items())),
        lambda it: (it.__setitem__("tried", []), list(it.items())),
        lambda it: (it.pop("path"), list(it.items())),
        lambda it: len(pickle.dumps(list(it))),
        lambda it: list(copy.copy(it).items()),
        lambda it: sorted(json.loads(json.dumps(it, default=str))),
        lambda it: [key in it for key in ("tried", "path", "x")],
        lambda it: it == {"path": "x"},
        lambda it: it != {},
        lambda it: [*it.keys()],
        lambda it: "{tried}".format(**{"tried": "none", **it}),
        lambda it: dict(it, more=1),
        lambda it: isinstance(it, dict),
        lambda it: as_keywords(**it),
        lambda it: it.keys() == {"tried", "path"},
        lambda it: len(it.items()),
    ],
)
def test_the_dict_of_a_miss_can_be_changed_and_passed_on(urls, look):
    resolver = table(urls)
    urls.warm(resolver)
    for address in MISSES + NO_PATHS:
        with djangos_own():
            expected = _looked(resolver, address, look)
        assert _looked(resolver, address, look) == expected


def _looked(resolver, address, look):
    with pytest.raises(Resolver404) as caught:
        resolver.resolve(address)
    (it,) = caught.value.args
    try:
        return plain(look(it) if callable(look) else LOOKS[look](it))
    except KeyError as error:
        return repr(error)


def test_a_miss_can_be_raised_again_and_caught_as_another(urls):
    resolver = table(urls)
    urls.warm(resolver)
    with pytest.raises(Http404) as caught:
        resolver.resolve("/c/")
    kept = caught.value
    with pytest.raises(Resolver404) as again:
        raise kept
    assert again.value.args[0]["path"] == "c/"
    assert kept.args[0].get("tried") == again.value.args[0]["tried"]


def test_errors_of_a_miss_belong_to_their_caller(urls):
    resolver = table(urls)
    urls.warm(resolver)
    with pytest.raises(Resolver404) as caught:
        resolver.resolve("/c/")
    caught.value.args[0]["tried"].clear()
    caught.value.args[0]["path"] = "changed"
    for row in urls.ask(resolver, "/c/").args[0]["tried"]:
        row.append("changed")
    urls.ask(resolver, "/c/")


def test_what_was_tried_is_what_was_in_the_list_then(urls):
    """However late somebody looks at it."""
    inner = [path("x/", first), path("y/", first)]
    routes = [path("a/", first), path("i/", include(inner)), path("b/", first)]
    resolver = urls.resolver(routes)
    urls.warm(resolver)
    a, i, b = routes
    x, y = inner
    with pytest.raises(Resolver404) as caught:
        resolver.resolve("/i/z/")
    match = resolver.resolve("/b/")
    del routes[0]
    routes.reverse()
    routes.append(path("new/", first))
    inner.clear()
    tried = [[a], [i, x], [i, y], [b]]
    assert caught.value.args[0]["tried"] == tried
    if "tried" in vars(match):  # not before Django 3.2
        assert match.tried == [[a], [i], [b]]
    urls.ask_all(resolver, ["/i/z/", "/b/", "/new/"])


def test_an_empty_list_tries_nothing(urls):
    resolver = urls.resolver([])
    assert urls.ask(resolver, "/a/").args == ({"tried": [], "path": "a/"},)
    resolver = urls.resolver([path("a/", include([])), path("a/", first)])
    urls.ask_all(resolver, ["/a/", "/b/"])
    resolver = urls.resolver((path("a/", include(((), "app"))), path("a/", first)))
    urls.ask_all(resolver, ["/a/", "/b/"])


def test_the_same_list_may_be_included_again_and_again(urls):
    inner = [path("x/", first), path("", include([path("y/", first)]))]
    routes = [path(text, include(inner)) for text in ("a/", "a/", "b/", "")]
    resolver = urls.resolver(routes)
    urls.ask_all(resolver, ["/a/x/", "/a/y/", "/a/z/", "/b/y/", "/x/", "/y/", "/z/"])


def test_a_list_inside_itself_ends_where_djangos_ends(urls):
    routes = [path("end/", first)]
    routes.append(path("again/", include(routes)))
    resolver = urls.resolver(routes)
    paths = ["/end/", "/again/end/", "/again/again/again/end/", "/again/x", "/x"]
    urls.ask_all(resolver, paths)
    urls.ask(resolver, f"/{'again/' * 30}end/")


def test_an_endless_include_is_the_same_error(urls):
    routes = [path("end/", first)]
    routes.append(path("", include(routes)))
    resolver = urls.resolver(routes)
    assert urls.ask(resolver, "/end/").func is first
    for _ in range(urls.times):
        with pytest.raises(RecursionError):
            resolver.resolve("/other/")


def test_errors_of_a_urlconf_are_djangos(urls):
    """Each time anew, as they are there each time."""
    broken = path("broken/", include([]))
    broken.urlconf_name = 5
    vars(broken).pop("url_patterns", None)
    vars(broken).pop("urlconf_module", None)
    missing = path("missing/", include([]))
    missing.urlconf_name = "tests.urls.no_such_module"
    vars(missing).pop("url_patterns", None)
    vars(missing).pop("urlconf_module", None)
    regex = path("regex/", first)
    regex.pattern = re_path("(", first).pattern if _takes_broken() else regex.pattern
    resolver = urls.resolver([path("a/", first), broken, missing, regex])
    assert type(urls.ask(resolver, "/broken/x")) is ImproperlyConfigured
    assert type(urls.ask(resolver, "/missing/x")) is ModuleNotFoundError
    assert urls.ask(resolver, "/a/").func is first
    urls.ask(resolver, "/other/")


def _takes_broken():
    try:
        re_path("(", first)
    except ImproperlyConfigured:
        return False
    return True


def test_what_is_no_route_is_the_same_error(urls):
    for odd in (None, 5, "text", ("a", first), object()):
        resolver = urls.resolver([path("a/", first), odd, path("b/", first)])
        assert urls.ask(resolver, "/a/").func is first
        assert type(urls.ask(resolver, "/b/")) is AttributeError
