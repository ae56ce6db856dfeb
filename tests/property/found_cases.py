"""
Cases that once told the packages apart, or that nearly did.

Add the printed reproducer of `python -m tests.property.run` here, with a sentence
for a name.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .tables import Entry


class Case(NamedTuple):
    name: str
    table: list[Entry]
    scope: dict[str, Any]
    edits: list[tuple[Any, ...]] = []
    during: Any = None
    first: Any = None


def at(path: str) -> dict[str, Any]:
    return {"type": "websocket", "path": path}


CASES = [
    Case(
        "a parameter of a prefix takes a part of a segment",
        [
            Entry("path", "i<int:n>", {}, "router", [Entry("path", "b/")]),
            Entry("path", "i<int:n>b/"),
        ],
        at("/i12b/"),
    ),
    Case(
        "a prefix with a dollar leaves the newline",
        [Entry("re_path", "^a$", {}, "router", [Entry("re_path", r"^\n$")])],
        at("/a\n"),
    ),
    Case(
        "a literal branch that ends goes back to the parameter beside it",
        [
            Entry("path", "a/b/c/"),
            Entry("path", "a/<str:x>/<int:y>/"),
            Entry("path", "<path:p>/b/d/"),
        ],
        at("/a/b/d/"),
    ),
    Case(
        "a caseless word meets the Kelvin sign and the long s",
        [Entry("re_path", "(?i)^(?P<a>k)(?P<b>s)$"), Entry("path", "<str:s>")],
        at("/\u212a\u017f"),
    ),
    Case(
        "a caseless i meets its dotted and dotless relatives",
        [Entry("re_path", "(?i)^(i)(I)$"), Entry("path", "<str:s>")],
        at("/\u0130\u0131"),
    ),
    Case(
        "a superscript is a word character and no digit",
        [Entry("re_path", r"^(\d+)$"), Entry("re_path", r"^(\w+)$")],
        at("/\u00b2"),
    ),
    Case(
        "a repeat whose body may be empty",
        [Entry("re_path", "^(a*|b)*?(c)?$")],
        at("/ab"),
    ),
    Case(
        "the digits of an int beyond Python's limit",
        [Entry("path", "<int:n>/"), Entry("path", "<slug:s>/")],
        at(f"/{'7' * 4301}/"),
    ),
    Case(
        "a converter of a prefix raises Resolver404",
        [
            Entry("path", "<p_moody:a>/", {}, "router", [Entry("path", "x/")]),
            Entry("path", "<str:a>/x/"),
        ],
        at("/lost/x/"),
    ),
    Case(
        "a lone surrogate in the path and in the route",
        [Entry("path", "\ud800/<str:s>/")],
        at("/\ud800/\udfff/"),
    ),
    Case(
        "a newline behind a dollar, which a run has to give back",
        [Entry("re_path", "^(?:[^/]+$|x)\n")],
        at("/ab\n"),
    ),
    Case(
        "a scoped flag before a class, which Python's search skips with other flags",
        # CPython looks for the first character by the flags of the whole regex.
        [Entry("re_path", r"(?a:\W)")],
        at("/\u00e9"),
    ),
    Case(
        "a scoped flag in a group before a class",
        [Entry("re_path", r"(?a)((?u:\d))/")],
        at("/\u0663/"),
    ),
    Case(
        "a converter whose regex closes the group of its parameter",
        [Entry("path", "<p_unbalanced:x>/")],
        at("/b/"),
    ),
    Case(
        "a regex that was put on a pattern before the first connection",
        [Entry("path", "Chat/<int:n>/", pattern="regex by hand")],
        at("/chat/5/"),
    ),
    Case(
        "a pattern that answers with lists is asked once",
        [
            Entry("re_path", "x", pattern="noting"),
            Entry("re_path", "", pattern="lists"),
        ],
        at("/a"),
    ),
    Case(
        "a pattern that answers with a subclass of tuple",
        [Entry("re_path", "(a)(b)", pattern="tuples")],
        at("/ab"),
    ),
    Case(
        "a route of two thousand segments",
        [Entry("re_path", f"^{'[^/]+/' * 2000}$")],
        at(f"/{'a/' * 2000}"),
    ),
    Case(
        "a counted run of thirty thousand",
        [Entry("re_path", "^x{30000}$"), Entry("re_path", "^x{29999}")],
        at(f"/{'x' * 30_000}"),
    ),
    Case(
        "a counted run that may begin anywhere",
        [Entry("re_path", "[xy]{70}z")],
        at(f"/{'x' * 100}z"),
    ),
]
