"""URLRouter: paths that are no plain str, and scopes that are no plain dict."""

from __future__ import annotations

from collections import UserDict, defaultdict
from types import MappingProxyType

import pytest
from django.urls import path

from ..support.routing import app, call, raises, run

NO_PATH = "No 'path' key in connection scope, cannot route URLs"


@pytest.fixture
def router(channels):
    return channels.routing.URLRouter(
        [path("a/<int:n>/", app("int")), path("a/<str:s>/", app("str"))]
    )


# ---------------------------------------------------------------- odd types


@pytest.mark.parametrize("value", [b"/a/", b"", bytearray(b"/a/")])
def test_bytes_are_not_a_path(router, value):
    """They cannot be stripped of a slash."""
    with pytest.raises(TypeError, match=r"a bytes-like object is required, not 'str'"):
        call(router, value)
    with pytest.raises(TypeError, match=r"a bytes-like object is required, not 'str'"):
        call(router, "", path_remaining=value)


@pytest.mark.parametrize("value", [5, 5.0, object(), True])
def test_numbers_and_objects_are_not_a_path(channels, router, value):
    """They cannot be cut, as root_path asks for since 4.1, and cannot be stripped."""
    name = type(value).__name__
    nothing_to_strip = (AttributeError, f"'{name}' object has no attribute 'lstrip'")
    not_to_be_cut = (TypeError, f"'{name}' object is not subscriptable")
    cuts = channels.version >= (4, 1)
    with raises(*(not_to_be_cut if cuts else nothing_to_strip)):
        call(router, value)
    with raises(*nothing_to_strip):
        call(router, "", path_remaining=value)


@pytest.mark.parametrize("value", [["a/"], ("a/",), []])
def test_sequences_are_not_a_path(router, value):
    """They can be cut, but have nothing to strip."""
    text = f"'{type(value).__name__}' object has no attribute 'lstrip'"
    with raises(AttributeError, text):
        call(router, value)


class Text(str):
    """A str with no behavior of its own."""


class Loud(str):
    """A str that overrides what a router may call."""

    def startswith(self, *args):
        return True

    def __getitem__(self, key):
        return Loud("//a/" + str(3 if key.start else 4) + "/")

    def lstrip(self, chars=None):
        return "a/6/" if chars == "/" else "a/7/"

    def __repr__(self):
        return "<loud>"


def test_a_subclass_of_str_is_a_path(router):
    """Captures are plain text then, as `re` gives them."""
    answer = call(router, Text("/a/x/"))
    assert answer.kwargs == {"s": "x"}
    assert type(answer.kwargs["s"]) is str
    assert type(answer.scope["path"]) is Text
    assert call(router, Text("a/x/"), path_remaining=Text("a/5/")).kwargs == {"n": 5}


def test_a_subclass_of_str_is_asked_for_its_own_methods(router):
    """An overridden method counts, in a path and in what an outer router left."""
    assert call(router, Loud("zzz")).kwargs == {"n": 6}
    assert call(router, "", path_remaining=Loud("zzz")).kwargs == {"n": 6}


def test_a_mismatch_shows_the_subclass_by_its_own_repr(channels, router):
    """The text of a root path mismatch is made from the path as it came."""

    class Shown(str):
        def __repr__(self):
            return "<shown>"

    with raises(ValueError, "No route found for path 'nothing'."):
        call(router, Shown("/nothing"))
    cuts = channels.version >= (4, 1)
    with raises(
        ValueError, f"No route found for path {'<shown>' if cuts else repr('b/')}."
    ):
        call(router, Shown("/b/"), root_path="/a")


# ---------------------------------------------------------------- odd scopes


def test_scope_may_be_a_read_only_mapping(router):
    """The child scope is a plain dict all the same."""
    child = run(router(MappingProxyType({"path": "/a/5/"}), None, None)).scope
    assert type(child) is dict
    assert list(child) == ["path", "path_remaining", "url_route"]


def test_scope_may_be_a_mapping_of_any_kind(router):
    """`UserDict` and subclasses of dict are copied into a plain dict."""

    class Scope(dict):
        pass

    for kind in (UserDict, Scope, lambda items: defaultdict(list, items)):
        answer = run(router(kind({"path": "/a/5/", "k": 1}), None, None))
        assert type(answer.scope) is dict
        assert list(answer.scope) == ["path", "k", "path_remaining", "url_route"]


def test_a_default_factory_is_not_asked(router):
    """`get` does not create keys, in the caller's scope or elsewhere."""
    scope = defaultdict(lambda: "/a/", {"type": "websocket"})
    with raises(ValueError, NO_PATH):
        run(router(scope, None, None))
    assert list(scope) == ["type"]


def test_a_scope_with_its_own_get_is_asked(router):
    """A subclass of dict decides what is in it."""

    class Scope(dict):
        def get(self, key, default=None):
            return "/a/8/" if key == "path" else default

    assert run(router(Scope(path="/a/9/"), None, None)).kwargs == {"n": 8}


def test_a_scope_with_its_own_keys_is_copied_through_them(router):
    """What iteration shows is what the application gets."""

    class Scope(dict):
        def __iter__(self):
            return iter(["path", "added"])

        def keys(self):
            return ["path", "added"]

        def __getitem__(self, key):
            return f"<{key}>"

    child = run(router(Scope(path="/a/5/", hidden=1), None, None)).scope
    assert child["path"] == "<path>"
    assert child["added"] == "<added>"
    assert "hidden" not in child


@pytest.mark.since("4.1", "URLRouter looks at root_path")
def test_a_scope_that_hides_path_remaining(router):
    """`in` and `get` are two questions; each is asked of the scope."""

    class Scope(dict):
        def __contains__(self, key):
            return False

    # `get` finds the rest, `in` does not: so root_path is cut from the rest.
    scope = Scope(path="/zzz/", path_remaining="/root/a/5/", root_path="/root")
    assert run(router(scope, None, None)).kwargs == {"n": 5}


@pytest.mark.parametrize("scope", [None, [], "text", 5])
def test_a_scope_that_is_not_a_mapping(router, scope):
    """It has nothing to get a path from."""
    name = type(scope).__name__
    with raises(AttributeError, f"'{name}' object has no attribute 'get'"):
        run(router(scope, None, None))


def test_scope_keys_need_not_be_strings(router):
    """A plain dict with odd keys is copied whole."""
    scope = {1: "one", None: 2, ("t",): 3, "path": "/a/5/"}
    child = run(router(scope, None, None)).scope
    assert list(child)[:4] == list(scope)
