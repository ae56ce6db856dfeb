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


def _at(path: str) -> dict[str, Any]:
    return {"type": "websocket", "path": path}


def _routers_without_routes(count: int) -> Entry:
    """Return a router with *count* of them in it."""
    inner = [Entry("path", "", role="router", inner=[]) for _ in range(count)]
    return Entry("path", "", role="router", inner=inner)


CASES = [
    Case(
        "a changed pattern of a route in front of the one that answered",
        [Entry("re_path", "Z"), Entry("re_path", "")],
        _at(""),
        [("pattern", 0, Entry("re_path", r"|\/\Z"))],
    ),
    Case(
        "a changed pattern behind a miss",
        [Entry("re_path", "(b)"), Entry("re_path", "$"), Entry("re_path", "")],
        _at("[x]/"),
        [("pattern", 1, Entry("path", "[x]/"))],
    ),
    Case(
        "an inner router whose place an application takes",
        [Entry("path", "", role="router", inner=[]), Entry("path", "")],
        _at(""),
        [("callback", 0, Entry("path", "x"))],
    ),
    Case(
        "a converter runs once although the table turns out to be old",
        [Entry("path", "<m>/v<p_even:b>/a b/"), Entry("path", "")],
        _at("\n/v7/a b/"),
        [("pattern", 1, Entry("re_path", r"^(?:)|\S*?.|/"))],
    ),
    Case(
        "two routes change places",
        [Entry("path", "<str:a>/"), Entry("path", "<slug:b>/")],
        _at("/x/"),
        [("swap", 0, 1)],
    ),
    Case(
        "a parameter of a prefix takes a part of a segment",
        [
            Entry("path", "i<int:n>", {}, "router", [Entry("path", "b/")]),
            Entry("path", "i<int:n>b/"),
        ],
        _at("/i12b/"),
    ),
    Case(
        "a prefix with a dollar leaves the newline",
        [Entry("re_path", "^a$", {}, "router", [Entry("re_path", r"^\n$")])],
        _at("/a\n"),
    ),
    Case(
        "a literal branch that ends goes back to the parameter beside it",
        [
            Entry("path", "a/b/c/"),
            Entry("path", "a/<str:x>/<int:y>/"),
            Entry("path", "<path:p>/b/d/"),
        ],
        _at("/a/b/d/"),
    ),
    Case(
        "a caseless word meets the Kelvin sign and the long s",
        [Entry("re_path", "(?i)^(?P<a>k)(?P<b>s)$"), Entry("path", "<str:s>")],
        _at("/\u212a\u017f"),
    ),
    Case(
        "a caseless i meets its dotted and dotless relatives",
        [Entry("re_path", "(?i)^(i)(I)$"), Entry("path", "<str:s>")],
        _at("/\u0130\u0131"),
    ),
    Case(
        "a superscript is a word character and no digit",
        [Entry("re_path", r"^(\d+)$"), Entry("re_path", r"^(\w+)$")],
        _at("/\u00b2"),
    ),
    Case(
        "a repeat whose body may be empty",
        [Entry("re_path", "^(a*|b)*?(c)?$")],
        _at("/ab"),
    ),
    Case(
        "the digits of an int beyond Python's limit",
        [Entry("path", "<int:n>/"), Entry("path", "<slug:s>/")],
        _at(f"/{'7' * 4301}/"),
    ),
    Case(
        "a converter of a prefix raises Resolver404",
        [
            Entry("path", "<p_moody:a>/", {}, "router", [Entry("path", "x/")]),
            Entry("path", "<str:a>/x/"),
        ],
        _at("/lost/x/"),
    ),
    Case(
        "a lone surrogate in the path and in the route",
        [Entry("path", "\ud800/<str:s>/")],
        _at("/\ud800/\udfff/"),
    ),
    Case(
        "a replaced route of a table with more routers than routes",
        [
            _routers_without_routes(4),
            _routers_without_routes(2),
            Entry("path", "", role="router", inner=[_routers_without_routes(1)]),
            Entry("path", ""),
        ],
        _at("3/"),
        [("replace", 0, Entry("path", "<path:b>/"))],
    ),
    Case(
        "a newline behind a dollar, which a run has to give back",
        [Entry("re_path", "^(?:[^/]+$|x)\n")],
        _at("/ab\n"),
    ),
]
