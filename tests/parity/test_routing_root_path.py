"""URLRouter: `root_path`, which only the outermost router cuts off."""

from __future__ import annotations

import pytest
from django.urls import path

from ..support.routing import app, call, no_route, raises

CUT = pytest.mark.since("4.1", "URLRouter looks at root_path")


@pytest.fixture
def router(channels):
    inner = channels.routing.URLRouter([path("b/<int:n>/", app("inner"))])
    return channels.routing.URLRouter(
        [path("", app("empty")), path("i/<int:n>/", app("i")), path("a/", inner)]
    )


@pytest.mark.parametrize("root", ["", (), [], {}, b"", "/"])
def test_an_empty_or_bare_root_path_changes_nothing(router, root):
    """Anything empty has length nought; one slash is stripped anyway."""
    assert call(router, "/i/5/", root_path=root).kwargs == {"n": 5}


@pytest.mark.parametrize(
    "root",
    [
        "/",
        *(
            pytest.param(root, marks=CUT)
            for root in ("/root", "/root/", "/root//", "/r", "/root/i")
        ),
    ],
)
def test_root_path_is_cut_off(router, root):
    """With a slash at its end or without, the rest counts."""
    full = root + ("/5/" if root.endswith("/i") else "/i/5/")
    if root == "/root/i":
        with no_route("5/"):
            call(router, full, root_path=root)
    else:
        assert call(router, full, root_path=root).kwargs == {"n": 5}


@CUT
def test_root_path_has_no_slash_boundary(router):
    """As many characters go as the root path has, wherever that ends."""
    assert call(router, "/rooti/5/", root_path="/root").kwargs == {"n": 5}
    with no_route("5/"):
        call(router, "/root/5/", root_path="/root")


@CUT
def test_root_path_is_the_whole_path(router):
    """Nothing is left, and nothing is a path too."""
    assert call(router, "/root", root_path="/root").name == "empty"
    assert call(router, "/root/", root_path="/root").name == "empty"


@CUT
def test_root_path_that_the_path_does_not_start_with(router):
    """The text then shows the path as it came, slashes and all."""
    with no_route("/i/5/"):
        call(router, "/i/5/", root_path="/root")
    with no_route("//i/5/"):
        call(router, "//i/5/", root_path="/root")
    with no_route("i/5/"):
        call(router, "i/5/", root_path="/i/5/")
    with no_route("/Root/i/5/"):
        call(router, "/Root/i/5/", root_path="/root")


@CUT
def test_a_miss_behind_a_root_path(router):
    """The text shows what was matched, without the root path."""
    with no_route("zzz"):
        call(router, "/root//zzz", root_path="/root")


@CUT
def test_root_path_longer_than_the_path(router):
    """It is no beginning of the path."""
    with no_route("/i"):
        call(router, "/i", root_path="/i/5/")


@CUT
def test_root_path_is_counted_in_characters(router):
    """Not in bytes of any encoding."""
    root = "/\u4e2d\u6587\U0001f600"
    assert call(router, f"{root}/i/5/", root_path=root).kwargs == {"n": 5}
    assert call(router, f"{root}i/5/", root_path=root).kwargs == {"n": 5}


@CUT
def test_root_path_with_a_lone_surrogate_or_a_newline(router):
    """Ordinary characters both."""
    for root in ("/\ud800", "/a\nb", "/\x00"):
        assert call(router, f"{root}/i/5/", root_path=root).kwargs == {"n": 5}
        with no_route("/i/5/"):
            call(router, "/i/5/", root_path=root)


@CUT
def test_root_path_of_none(router):
    """None has no length."""
    with raises(TypeError, "object of type 'NoneType' has no len()"):
        call(router, "/i/5/", root_path=None)


@CUT
def test_root_path_of_nought(router):
    """A number has no length either."""
    with raises(TypeError, "object of type 'int' has no len()"):
        call(router, "/i/5/", root_path=0)


@pytest.mark.parametrize(
    ("root", "name"), [(5, "int"), (b"/root", "bytes"), (["/root"], "list")]
)
@CUT
def test_root_path_of_a_wrong_type(router, root, name):
    """`startswith` says what it takes."""
    text = f"startswith first arg must be str or a tuple of str, not {name}"
    with raises(TypeError, text):
        call(router, "/root/i/5/", root_path=root)


@CUT
def test_root_path_may_be_a_tuple_for_startswith(router):
    """Its length is cut then, which is no more and no less than Python does."""
    assert call(router, "/xi/5/", root_path=("/z", "/x")).kwargs == {"n": 5}
    with no_route("/xi/5/"):
        call(router, "/xi/5/", root_path=("/y", "/z"))


@CUT
def test_root_path_may_be_a_subclass_of_str(router):
    """Its own length counts."""

    class Root(str):
        def __len__(self):
            return 2

    assert call(router, "/ri/5/", root_path=Root("/r")).kwargs == {"n": 5}
    assert call(router, "/rooti/5/", root_path=Root("/root")[:5]).kwargs == {"n": 5}
    with no_route("oot/i/5/"):
        call(router, "/root/i/5/", root_path=Root("/root"))


@CUT
def test_root_path_is_for_the_outermost_router_only(router):
    """Inner routers neither cut it again nor look at it."""
    answer = call(router, "/a/a/b/7/", root_path="/a")
    assert (answer.name, answer.kwargs) == ("inner", {"n": 7})
    assert answer.scope["root_path"] == "/a"


@pytest.mark.parametrize("root", ["/other", None, 5, b"x"])
def test_root_path_is_not_read_beside_path_remaining(router, root):
    """Whatever it is, an inner router does not care."""
    answer = call(router, "/zzz", path_remaining="i/5/", root_path=root)
    assert answer.kwargs == {"n": 5}


@CUT
def test_root_path_stays_in_the_child_scope(router):
    """The application sees path and root path as they came."""
    scope = call(router, "/root/i/5/", root_path="/root").scope
    assert (scope["path"], scope["root_path"]) == ("/root/i/5/", "/root")


@CUT
def test_a_mismatch_is_the_outermost_error_before_any_match(channels):
    """No pattern is asked when the root path does not fit."""
    asked = []

    class Pattern:
        name = None

        def match(self, text):
            asked.append(text)

    class Route:
        pattern, callback, default_args = Pattern(), staticmethod(app("x")), {}

    router = channels.routing.URLRouter([Route()])
    with no_route("/b"):
        call(router, "/b", root_path="/a")
    assert asked == []
    with no_route("b"):
        call(router, "/a/b", root_path="/a")
    assert asked == ["b"]
