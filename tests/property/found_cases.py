"""
Cases that once told the packages apart, or that nearly did.

Add the printed reproducer of `python -m tests.property.run` here, with a sentence
for a name.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .scopes import DictScope
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


_REFUSES = Entry("path", "a/", role="changes and refuses")


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
    Case(
        "a scoped flag before a class, which Python's search skips with other flags",
        # CPython looks for the first character by the flags of the whole regex.
        [Entry("re_path", r"(?a:\W)")],
        _at("/\u00e9"),
    ),
    Case(
        "a scoped flag in a group before a class",
        [Entry("re_path", r"(?a)((?u:\d))/")],
        _at("/\u0663/"),
    ),
    Case(
        "a converter whose regex closes the group of its parameter",
        [Entry("path", "<p_unbalanced:x>/")],
        _at("/b/"),
    ),
    Case(
        "a regex that was put on a pattern before the first connection",
        [Entry("path", "Chat/<int:n>/", pattern="regex by hand")],
        _at("/chat/5/"),
    ),
    Case(
        "a regex that is put on a pattern later",
        [Entry("path", "")],
        _at("/"),
        [("regex", 0, "a")],
    ),
    Case(
        "a pattern that is told to be no endpoint after Django has read it",
        [Entry("path", "")],
        _at("/7"),
        [("endpoint", 0)],
    ),
    Case(
        "a pattern that answers with lists is asked once",
        [
            Entry("re_path", "x", pattern="noting"),
            Entry("re_path", "", pattern="lists"),
        ],
        _at("/a"),
    ),
    Case(
        "a pattern that answers with a subclass of tuple",
        [Entry("re_path", "(a)(b)", pattern="tuples")],
        _at("/ab"),
    ),
    Case(
        "a route that gets another __dict__ with another callback",
        [Entry("path", "a/")],
        _at("/a/"),
        [("unannounced", "new dict", 0, Entry("path", "a/"))],
    ),
    Case(
        "the routes are replaced while an application runs that then refuses",
        [Entry("path", "", role="changes and refuses")],
        _at("/"),
        during=("assign", [Entry("path", ""), Entry("path", "")]),
    ),
    Case(
        "a nested list gets a route in front while an application of it runs",
        [Entry("path", "", role="router", inner=[_REFUSES]), Entry("path", "a/")],
        _at("/a/"),
        during=("inside", (0,), "insert", Entry("path", "new/")),
    ),
    Case(
        "the prefix of the router in which an application runs leads elsewhere by then",
        [Entry("path", "", role="router", inner=[_REFUSES, Entry("path", "a/")])],
        _at("/a/"),
        during=("callback", 0, Entry("path", "")),
    ),
    Case(
        "a converter changes the routes and refuses",
        [Entry("path", "<p_editingandrefusing:x>/")],
        _at("/a/"),
        during=("append", Entry("path", "later/")),
    ),
    Case(
        "a converter gives its own route another pattern and refuses",
        [Entry("path", "<p_editingandrefusing:c>/")],
        _at("/2020/"),
        during=("pattern", 0, Entry("path", "2020/")),
    ),
    Case(
        "a converter changes the list of a prefix that it is in",
        [Entry("path", "<p_editing:b>", role="router", inner=[])],
        _at("/1"),
        during=("assign", [Entry("path", ""), Entry("path", "<p>")]),
    ),
    Case(
        "a converter is asked once although the answer behind it has a new pattern",
        [
            Entry("path", "<p_second:d>/"),
            Entry("path", "", role="router", inner=[Entry("re_path", "")]),
        ],
        _at("/a/"),
        [("unannounced", "inside", (1,), "pattern", 0, Entry("re_path", ""))],
    ),
    Case(
        "a refresh reaches a router behind a prefix that only Python matches",
        [
            Entry(
                "path",
                "<p_back:b>",
                role="router",
                inner=[Entry("path", "", role="router", inner=[Entry("path", "")])],
            )
        ],
        _at("/bbe"),
        [("inside", (0, 0), "regex", 0, "")],
    ),
    Case(
        # Such a scope is routed in Python, so the inner router compiles for itself.
        "a refresh reaches a router that was asked with a scope of another class",
        [Entry("re_path", "", role="router", inner=[Entry("re_path", "")])],
        DictScope({"path": ""}),
        [("inside", (0,), "regex", 0, "a")],
    ),
    Case(
        "a refresh reaches a router in middleware",
        [Entry("path", "", role="middleware", inner=[Entry("path", "a/")])],
        _at("/a/"),
        [("inside", (0,), "pattern", 0, Entry("path", "b/"))],
    ),
    Case(
        "a route of two thousand segments",
        [Entry("re_path", f"^{'[^/]+/' * 2000}$")],
        _at(f"/{'a/' * 2000}"),
    ),
    Case(
        "a counted run of thirty thousand",
        [Entry("re_path", "^x{30000}$"), Entry("re_path", "^x{29999}")],
        _at(f"/{'x' * 30_000}"),
    ),
    Case(
        "a counted run that may begin anywhere",
        [Entry("re_path", "[xy]{70}z")],
        _at(f"/{'x' * 100}z"),
    ),
]
