"""URLRouter: `re_path()` routes mean what Python's `re` says."""

from __future__ import annotations

import re
import sys

import pytest
from django.urls import path, re_path

from ..support.routing import app, call, left_out, no_route


def answer_of(channels, regex, text):
    """Return (args, kwargs, rest) of one `re_path()` route, or None for a miss."""
    router = channels.routing.URLRouter(
        [re_path(regex, app("hit")), re_path("", app("miss"))]
    )
    # `path_remaining` may begin with any character but a slash.
    answer = call(router, "", path_remaining=text)
    if answer.name == "miss":
        return None
    return answer.args, answer.kwargs, answer.rest


def check(channels, regex, text, expected):
    if expected is not None:
        args, kwargs, rest = expected
        expected = args, {**left_out(*re.compile(regex).groupindex), **kwargs}, rest
    found = answer_of(channels, regex, text)
    assert found == expected
    if found is not None:
        assert list(found[1]) == list(expected[1])


# ---------------------------------------------------------------- anchors and rest


@pytest.mark.parametrize(
    ("regex", "text", "expected"),
    [
        # Without `$` the regex is searched for and the rest is left over.
        ("yy", "zzyyzz", ((), {}, "zz")),
        ("yy", "zzyy", ((), {}, "")),
        ("^yy", "yyzz", ((), {}, "zz")),
        ("^yy", "zyyzz", None),
        ("^yy^zz", "yyzz", None),
        (r"^yy\Azz", "yyzz", None),
        ("^yy(?:^)?zz", "yyzz", ((), {}, "")),
        ("", "abc", ((), {}, "abc")),
        ("^", "abc", ((), {}, "abc")),
        (r"\Ayy", "yyz", ((), {}, "z")),
        (r"yy\Z", "zzyy", ((), {}, "")),
        (r"yy\Z", "zzyy\n", None),
        ("y|zz", "xzzy", ((), {}, "y")),
        ("y*", "xyy", ((), {}, "xyy")),
        ("y+", "xyyx", ((), {}, "x")),
        ("y+?", "xyyx", ((), {}, "yx")),
        # With `$` at the end of its text it must take the whole path.
        ("x$", "x", ((), {}, "")),
        ("x$", "abcx", None),
        ("x$", "x\n", None),
        ("$", "", ((), {}, "")),
        ("$", "\n", None),
        ("^$", "", ((), {}, "")),
        ("a|b$", "b", ((), {}, "")),
        ("a|b$", "a", ((), {}, "")),
        ("a|b$", "xb", None),
        ("a|ab$", "ab", ((), {}, "")),
        ("a*?$", "aaa", ((), {}, "")),
        ("(a|ab)(c|bcd)$", "abcd", (("a", "bcd"), {}, "")),
        # An escaped dollar ends the text in `$` as well.
        (r"x\$", "x$", ((), {}, "")),
        (r"x\$", "ax$", None),
        (r"x\$", "x$a", None),
        (r"[x$]$", "$", ((), {}, "")),
        # A dollar in the middle, or behind a group.
        ("(x$)", "abcx", (("x",), {}, "")),
        ("(x$)", "abcx\n", (("x",), {}, "\n")),
        ("x$|y", "x\n", ((), {}, "\n")),
        ("x$|y", "ax", ((), {}, "")),
        ("$x", "x", None),
        ("a^b", "ab", None),
        ("(?m)^b$", "b", ((), {}, "")),
        ("(?m)^b$", "a\nb", None),
        ("(?m)^b", "a\nb\n", ((), {}, "\n")),
        ("(?m:^b)", "a\nbc", ((), {}, "c")),
        ("(?m:a$)", "a\nbc", ((), {}, "\nbc")),
        ("(?m)(a$)", "xa\nb", (("a",), {}, "\nb")),
        # Verbose: the dollar that ends the text may stand in a comment.
        ("(?x) a  b # $", "ab", ((), {}, "")),
        ("(?x) a  b # $", "xab", None),
        ("(?x) a \\  b", "a bc", ((), {}, "c")),
        ("(?#$)a", "xa", ((), {}, "")),
    ],
)
def test_anchors_decide_what_is_left_over(channels, regex, text, expected):
    """Django asks for a full match exactly when the text ends in a dollar."""
    check(channels, regex, text, expected)


# ---------------------------------------------------------------- groups


@pytest.mark.parametrize(
    ("regex", "text", "expected"),
    [
        (r"^(\d+)/(\w+)$", "1/a", (("1", "a"), {}, "")),
        (r"^(\d+)?-(\w+)?$", "-", ((None, None), {}, "")),
        (r"^(\d*)-$", "-", (("",), {}, "")),
        (r"^(?:\d+)/$", "1/", ((), {}, "")),
        (r"^(\d)(?P<n>\w)$", "1a", ((), {"n": "a"}, "")),
        (r"^(?P<b>\d)(?P<a>\w)$", "1a", ((), {"b": "1", "a": "a"}, "")),
        # A named group that took no part is left out; an empty one is not.
        (r"^(?P<n>\d)?a$", "a", ((), {}, "")),
        (r"^(?P<n>\d*)a$", "a", ((), {"n": ""}, "")),
        (r"^(?P<n>\d)?(\w)$", "a", ((), {}, "")),
        (r"^(?:(?P<a>x)|(?P<b>y))$", "y", ((), {"b": "y"}, "")),
        # The last round of a repeated group counts.
        (r"^(a|b)*$", "abab", (("b",), {}, "")),
        (r"^(?:(a)|b)*$", "ab", (("a",), {}, "")),
        (r"^(?:(a)|(b))*$", "ab", (("a", "b"), {}, "")),
        (r"^(a*)*$", "b", None),
        (r"(a*)*", "b", (("",), {}, "b")),
        (r"(a*)+", "aab", (("",), {}, "b")),
        (r"(a|b*)*", "abx", (("",), {}, "x")),
        (r"(|a)*", "aa", (("",), {}, "aa")),
        (r"(|a)+?", "aa", (("",), {}, "aa")),
        (r"^((a)|(b)){2}$", "ab", (("b", "a", "b"), {}, "")),
        (r"^(?P<o>(?P<i>a)b)+$", "abab", ((), {"o": "ab", "i": "a"}, "")),
        (r"^(.*)/(.*)$", "a/b/c", (("a/b", "c"), {}, "")),
        (r"^(.*?)/(.*?)$", "a/b/c", (("a", "b/c"), {}, "")),
        (r"^(\w+?)(\d*)$", "ab12", (("ab", "12"), {}, "")),
    ],
)
def test_groups_capture_by_name_or_by_position(channels, regex, text, expected):
    """Positional only without any named group; in the order of the pattern."""
    check(channels, regex, text, expected)


# ---------------------------------------------------------------- Unicode


@pytest.mark.parametrize(
    ("regex", "text", "matches"),
    [
        (r"^\w+$", "\u00b2", True),  # a superscript is alphanumeric to Python
        (r"^\w+$", "e\u0301", False),  # a combining mark is not
        (r"^\w+$", "\u4e2d\u00e9\u0660_", True),
        (r"^\w+$", "\u203f", False),  # connector punctuation other than "_"
        (r"^\w+$", "\u200d", False),
        (r"^\W$", "\u0301", True),
        (r"^\d+$", "\u0663\uff11", True),
        (r"^\d+$", "\u00b2", False),
        (r"^\D$", "\u00b2", True),
        (r"^[0-9]+$", "\u0663", False),
        (r"^\s$", "\x1c", True),
        (r"^\s$", "\x1f", True),
        (r"^\s$", "\x85", True),
        (r"^\s$", "\u200b", False),
        (r"^\S$", "\x1d", False),
        (r"^[\s]$", "\x1e", True),
        (r"^[^\s]$", "\x1e", False),
        (r"(?a)^\w$", "\u00e9", False),
        (r"(?a)^\s$", "\x1c", False),
        (r"(?a)^\d$", "\u0663", False),
        (r"^(?a:\w)\w$", "a\u00e9", True),
        (r"^(?a:\w)\w$", "\u00e9a", False),
        (r"(?i)^s$", "\u017f", True),
        (r"(?i)^k$", "\u212a", True),
        (r"(?i)^i$", "\u0130", True),
        (r"(?i)^i$", "\u0131", True),
        (r"(?i)^\u0131$", "I", True),
        (r"(?i)^\u0130$", "i", True),
        (r"(?i)^[a-z]$", "\u212a", True),
        (r"(?i)^[a-z]$", "\u017f", True),
        (r"(?i)^[^s]$", "\u017f", False),
        (r"(?ia)^k$", "\u212a", False),
        (r"(?i)^\u00df$", "\u1e9e", True),
        (r"(?i)^ss$", "\u00df", False),
        (r"(?i)^\u00b5$", "\u03bc", True),
        (r"(?i)^\u03c3$", "\u03c2", True),
        (r"(?i)^CHAT/\u00c9$", "chat/\u00e9", True),
        (r"^(?i:a)b$", "Ab", True),
        (r"^(?i:a)b$", "AB", False),
        (r"(?i)^a(?-i:b)$", "Ab", True),
        (r"(?i)^a(?-i:b)$", "AB", False),
        (r"^[\u0400-\u04ff]+$", "\u0416", True),
        (r"^[^\u0400-\u04ff]+$", "\u4e2d", True),
        (r"^[^/]+$", "\ud800", True),
        (r"^.$", "\U0001f600", True),
        (r"^.$", "\udc00", True),
        ("^\ud800$", "\ud800", True),
        (r"^\x00$", "\x00", True),
        (r"a\b", "a\u00e9", False),
        (r"a\b", "a\u0301", True),
        (r"(?a)a\b", "a\u00e9", True),
        (r"a\B", "a\u00b2", True),
    ],
)
def test_characters_beyond_ascii_match_as_in_python(channels, regex, text, matches):
    """Classes, case folding and word boundaries are the interpreter's own."""
    assert (answer_of(channels, regex, text) is not None) is matches


# ---------------------------------------------------------------- syntax


@pytest.mark.parametrize(
    ("regex", "text", "expected"),
    [
        # Written alike and meant otherwise in other engines.
        (r"^a{,2}$", "aa", ((), {}, "")),
        (r"^a{,2}$", "a{,2}", None),
        (r"^a{x}$", "a{x}", ((), {}, "")),
        (r"^a{2$", "a{2", ((), {}, "")),
        (r"^\101\x42$", "AB", ((), {}, "")),
        (r"^[\1]$", "\x01", ((), {}, "")),
        (r"^\N{LATIN SMALL LETTER A}$", "a", ((), {}, "")),
        (r"^[\b]$", "\x08", ((), {}, "")),
        (r"^[]a]$", "]", ((), {}, "")),
        (r"^[^]a]$", "b", ((), {}, "")),
        (r"^[a\-c]$", "-", ((), {}, "")),
        (r"^[a\-c]$", "b", None),
        (r"^[-a]$", "-", ((), {}, "")),
        (r"^[\w.-]+$", "a.b-c", ((), {}, "")),
        (r"^[^\W\d]+$", "a_", ((), {}, "")),
        (r"^[^\W\d]+$", "a1", None),
        (r"^[\d\D]$", "\n", ((), {}, "")),
        (r"^\/a\-b\.c$", "/a-b.c"[1:], None),
        (r"^a\/b$", "a/b", ((), {}, "")),
        # Dot and newline.
        (r"^a.b$", "a\nb", None),
        (r"(?s)^a.b$", "a\nb", ((), {}, "")),
        (r"^(?s:a.)b.$", "a\nbc", ((), {}, "")),
        (r"(?s)^(.*)$", "a\nb\n", (("a\nb\n",), {}, "")),
        (r"^[^/]+$", "a\nb", ((), {}, "")),
        (r"^a\s$", "a\n", ((), {}, "")),
        (r"^[^a]$", "\n", ((), {}, "")),
        # What only a backtracking engine can answer.
        (r"^(?!admin)(\w+)$", "admins", None),
        (r"^(?!admin)(\w+)$", "user", (("user",), {}, "")),
        (r"(?<=a)b", "xab", ((), {}, "")),
        (r"(?<!a)b", "abb", ((), {}, "")),
        (r"^(?=.*z)(\w)", "abz", (("a",), {}, "bz")),
        (r"^(\w)\1$", "aa", (("a",), {}, "")),
        (r"^(\w)\1$", "ab", None),
        (r"^(?P<q>['\"])(?P<w>\w)(?P=q)$", "'a'", ((), {"q": "'", "w": "a"}, "")),
        (r"^(<)?(a)(?(1)>|$)", "<a>", (("<", "a"), {}, "")),
        (r"^(<)?(a)(?(1)>|$)", "a>", None),
    ],
)
def test_the_syntax_of_python_is_understood(channels, regex, text, expected):
    """The text is read by Python's rules."""
    check(channels, regex, text, expected)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="new in Python 3.11")
@pytest.mark.parametrize(
    ("regex", "text", "expected"),
    [
        (r"^(?>a+)ab$", "aab", None),
        (r"^(?>a|ab)c$", "abc", None),
        (r"^a++b$", "aab", ((), {}, "")),
        (r"^a*+a$", "aa", None),
        (r"^a?+a$", "a", None),
        (r"^(\w{1,2}+)(\w)$", "abc", (("ab", "c"), {}, "")),
    ],
)
def test_atomic_groups_and_possessive_quantifiers_never_give_back(
    channels, regex, text, expected
):
    """They never give back."""
    check(channels, regex, text, expected)


def test_the_order_decides_between_path_and_re_path(channels):
    """Declaration order decides across both kinds."""
    router = channels.routing.URLRouter(
        [
            re_path(r"chat/(?P<room>\d+)", app("search")),
            path("chat/<str:room>/", app("path")),
            re_path(r"^chat/(?P<room>[^/]+)/more/$", app("more")),
            path("x/chat/1/", app("never")),
        ]
    )
    assert call(router, "/x/chat/1/").name == "search"
    assert call(router, "/x/chat/1/").rest == "/"
    assert call(router, "/chat/12a/").rest == "a/"
    assert call(router, "/chat/a/").name == "path"
    assert call(router, "/chat/a/more/").name == "more"
    with no_route("chat/"):
        call(router, "/chat/")


def test_a_heavy_regex_still_answers_exactly(channels):
    """Nested repeats on a short text: the answer counts, not the time."""
    router = channels.routing.URLRouter(
        [re_path(r"^(?:(?:a+)+)+b/$", app("heavy")), re_path("^a", app("light"))]
    )
    assert call(router, "/aaaaaaaaab/").name == "heavy"
    assert call(router, "/aaaaaaaaaa").name == "light"


# ---------------------------------------------------------------- flags for a part


@pytest.mark.parametrize("text", ["é", "éx", "٣/", "a", "-", "x-é", "ſ", "k", "\u212a"])
@pytest.mark.parametrize(
    "regex",
    [
        r"(?a:\W)", r"(?a:(\W))x", r"(?a)(?u:\w)", r"(?a)(?u:(\d))/", r"(?u:\w)$",
        r"^(?a:\w)$", r"(?i:k)", r"(?i)(?-i:k)", r"(?a:[^\d])", r"x(?a:\W)",
        r"(?:(?a:\W)|a)", r"(?i:[k-s])x?", r"(?a)(?i:k)", r"(?s:.)x", r"(?i)(?a:k)",
    ],
)  # fmt: skip
def test_a_flag_for_a_part_means_what_the_search_of_python_says(channels, regex, text):
    """It looks for the first character with the flags of the whole pattern."""
    expected = re_path(regex, print).pattern.match(text)
    if expected is not None:
        rest, args, kwargs = expected
        expected = args, kwargs, rest
    assert answer_of(channels, regex, text) == expected


# ---------------------------------------------------------------- set by hand


@pytest.mark.parametrize("used_before", [False, True])
@pytest.mark.parametrize(
    "make",
    [
        lambda channels: path("Chat/<int:n>/", app("hit")),
        lambda channels: re_path(r"^Chat/(?P<n>\d+)/$", app("hit")),
    ],
)
def test_a_regex_that_was_set_on_the_pattern_is_the_one_that_matches(
    channels, make, used_before
):
    """As projects do that want a route without regard to case."""
    route = make(channels)
    if used_before:
        assert route.pattern.match("Chat/5/")
    route.pattern.regex = re.compile(route.pattern.regex.pattern, re.IGNORECASE)
    router = channels.routing.URLRouter([route])
    for text in ("/chat/5/", "/Chat/5/"):
        assert call(router, text).kwargs["n"] in (5, "5")
    route.pattern.regex = re.compile(r"^other/(?P<n>\d+)/")
    getattr(router, "refresh", lambda: None)()
    assert call(router, "/other/5/").kwargs["n"] in (5, "5")
    with no_route("Chat/5/"):
        call(router, "/Chat/5/")


def test_a_regex_that_was_used_before_the_router_is_the_same(channels):
    """A pattern keeps what it has compiled, as the system checks make it do."""
    routes = [path("a/<int:n>/", app("a")), re_path(r"(?i)^b/(?P<n>\d+)$", app("b"))]
    assert routes[0].pattern.match("a/5/")
    assert routes[1].pattern.match("B/5")
    router = channels.routing.URLRouter(routes)
    assert call(router, "/a/5/").kwargs == {"n": 5}
    assert call(router, "/B/5").kwargs == {"n": "5"}


@pytest.mark.parametrize("depth", [10, 49, 50, 51, 60])
def test_groups_may_nest_to_any_depth(channels, depth):
    """Python compiles about a hundred of them."""
    regex = "^" + "(?:" * depth + "a|b" + ")" * depth + "(?P<n>x)$"
    check(channels, regex, "ax", ((), {"n": "x"}, ""))
    check(channels, regex, "cx", None)
