"""URLRouter: how the path is read, well-formed or not."""

from __future__ import annotations

import pytest
from django.urls import path, re_path
from django.urls.exceptions import Resolver404

from ..support.routing import app, call, no_route, raises, run

NO_PATH = "No 'path' key in connection scope, cannot route URLs"


@pytest.fixture
def router(channels):
    """A router with one route of every kind."""
    return channels.routing.URLRouter(
        [
            path("", app("root")),
            path("a/", app("literal")),
            path("a/<int:n>/", app("int")),
            path("a/<str:s>/", app("str")),
            path("s/<slug:g>/", app("slug")),
            path("r/<path:p>", app("rest")),
            path("u/<uuid:u>/", app("uuid")),
            re_path(r"^w/(?P<w>\w+)/$", app("word")),
            re_path(r"^d/(?P<d>.*)$", app("dot")),
            re_path(r"^n/(?P<n>[^/]*)$", app("negated")),
            re_path(r"^z/\Z", app("end")),
        ]
    )


# ---------------------------------------------------------------- which path


@pytest.mark.parametrize(
    "scope", [{}, {"path": None}, {"path_remaining": None}, {"type": "websocket"}]
)
def test_scope_without_a_path(router, scope):
    """A missing path and a path of None are the same error."""
    with raises(ValueError, NO_PATH):
        run(router(scope, None, None))


def test_path_remaining_of_none_hides_the_path(router):
    """The key decides, not its value."""
    with raises(ValueError, NO_PATH):
        call(router, "/a/", path_remaining=None)


def test_path_remaining_goes_before_path(router):
    """An inner router looks at what its outer router left."""
    answer = call(router, "/whatever/", path_remaining="a/5/")
    assert (answer.name, answer.kwargs) == ("int", {"n": 5})
    assert answer.scope["path"] == "/whatever/"


def test_path_remaining_may_be_empty(router):
    """An empty rest is a path like any other."""
    assert call(router, "/whatever/", path_remaining="").name == "root"


@pytest.mark.parametrize("start", ["", "/", "//", "////"])
def test_leading_slashes_are_stripped(router, start):
    """All of them, also none."""
    assert call(router, f"{start}a/5/").kwargs == {"n": 5}
    assert call(router, "", path_remaining=f"{start}a/5/").kwargs == {"n": 5}
    assert call(router, start).name == "root"


def test_slashes_inside_and_at_the_end_count(router):
    """Only leading slashes go."""
    for text in ("a//5/", "a/5//", "a/5"):
        with no_route(text):
            call(router, "/" + text)


def test_other_white_space_is_not_stripped(router):
    """Only slashes go."""
    for text in (" a/", "\ta/", "\x00a/", "\u3000a/"):
        with no_route(text):
            call(router, text)


def test_percent_is_an_ordinary_character(router):
    """The server has decoded the path once; nobody does it again."""
    assert call(router, "/a/%2F/").kwargs == {"s": "%2F"}
    with no_route("a%2F5/"):
        call(router, "/a%2F5/")


# ---------------------------------------------------------------- misses


def test_miss_of_an_outermost_router(router):
    """The path of the text has lost its leading slashes."""
    with no_route("nothing/here"):
        call(router, "//nothing/here")


def test_miss_of_an_inner_router(router):
    """With `path_remaining` in the scope it is Resolver404."""
    with raises(Resolver404, "No route found for path 'nothing'."):
        call(router, "/a/", path_remaining="/nothing")


def test_miss_quotes_the_path_as_python_does(router):
    """The path is shown as by repr()."""
    for text in ("it's", 'a"b', "a'b\"c", "a\\b", "\u00e9\u4e2d", "a\nb", "\ud800"):
        with no_route(text):
            call(router, text)


def test_error_of_a_miss_is_not_chained(router):
    """The caller sees one error, with nothing behind it."""
    with no_route("x") as caught:
        call(router, "/x")
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert caught.value.args == ("No route found for path 'x'.",)


def test_a_router_without_routes(channels):
    """Every path is a miss, also the empty one."""
    router = channels.routing.URLRouter([])
    with no_route(""):
        call(router, "/")
    with raises(Resolver404, "No route found for path ''."):
        call(router, "/", path_remaining="")


# ---------------------------------------------------------------- odd characters


@pytest.mark.parametrize(
    "text",
    [
        "\u00e9",
        "\u4e2d\u6587",
        "\U0001f600",
        "e\u0301",
        "\ud800",
        "x\udfff",
        "\x00",
        "\x1c",
        "\x7f",
        "\u2028",
        " ",
        "\u00b2",
        "\u0660",
        "\u017f\u212a\u0130\u0131",
        "a\nb",
        "\n",
        "\r",
    ],
)
def test_str_takes_every_character_but_the_slash(router, text):
    """The captured text is the same text, character by character."""
    answer = call(router, f"/a/{text}/")
    assert (answer.name, answer.kwargs, answer.rest) == ("str", {"s": text}, "")
    assert call(router, f"/n/{text}").kwargs == {"n": text}


def test_dot_does_not_take_a_newline(router):
    """`path` is `.+`, and `.` stops at a newline and nowhere else."""
    for text in ("\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"):
        assert call(router, f"/r/a{text}b").kwargs == {"p": f"a{text}b"}
        assert call(router, f"/d/a{text}b").kwargs == {"d": f"a{text}b"}
    for prefix in ("r", "d"):
        with no_route(f"{prefix}/a\nb"):
            call(router, f"/{prefix}/a\nb")


@pytest.mark.parametrize(
    "text",
    ["a/\n", "a/5/\n", "a/\n5/\n", "s/x/\n", "r/x\n", "w/x/\n", "d/\n", "z/\n", "\n"],
)
def test_no_endpoint_accepts_a_trailing_newline(router, text):
    """`path()` ends in `\\Z`, and `$` asks for a full match."""
    with no_route(text):
        call(router, f"/{text}")


def test_int_takes_ascii_digits_only(router):
    """Other digits fall through to the next route."""
    for text in (
        "\u0663\u0664",
        "\u00b2",
        "\uff11",
        "1\u0663",
        "+1",
        "-1",
        "1_0",
        " 1",
    ):
        assert call(router, f"/a/{text}/").name == "str"
    for text in ("0", "007", "00", "18446744073709551616"):
        assert call(router, f"/a/{text}/").kwargs == {"n": int(text)}


def test_int_in_range_and_beyond(router):
    """Any size of number is exact, around the limits of machine words."""
    for power in (31, 32, 53, 63, 64, 128):
        for number in (2**power - 1, 2**power, 2**power + 1):
            assert call(router, f"/a/{number}/").kwargs == {"n": number}


def test_slug_and_uuid_are_ascii_and_case_sensitive(router):
    """A slug has no letters beyond ASCII; a UUID has no capitals and is whole."""
    key = "01234567-89ab-cdef-0123-456789abcdef"
    assert call(router, f"/u/{key}/").name == "uuid"
    for text in (key.upper(), key[:-1], key + "0", key.replace("-", ""), "{" + key):
        with no_route(f"u/{text}/"):
            call(router, f"/u/{text}/")
    for text in ("\u00e9", "a.b", "a b", "\u212a", "", "a\n"):
        with no_route(f"s/{text}/"):
            call(router, f"/s/{text}/")


def test_a_path_of_one_megabyte(router):
    """Long paths answer like short ones."""
    big = "x" * 2**20
    assert call(router, f"/a/{big}/").kwargs == {"s": big}
    assert call(router, f"/r/{big}").kwargs == {"p": big}
    assert call(router, f"/w/{big}/").kwargs == {"w": big}
    assert call(router, f"/s/{big}/").kwargs == {"g": big}
    with no_route(big):
        call(router, big)
    with no_route(f"s/{big}"):
        call(router, f"/s/{big}")
    assert call(router, "/" * 2**20).name == "root"
    segments = "a/" * 2**19
    assert call(router, f"/r/{segments}").kwargs == {"p": segments}
    wide = "\u4e2d" * 2**18
    assert call(router, f"/a/{wide}/").kwargs == {"s": wide}
