"""
Found cases in which routes change.

"unannounced" is a change without `refresh()`; ``during`` is one in the midst of the
dispatch: see `edits.py` for what is promised about each.
"""

from __future__ import annotations

from .found_cases import Case, at
from .scopes import DictScope
from .tables import Entry


def _routers_without_routes(count: int) -> Entry:
    """Return a router with *count* of them in it."""
    inner = [Entry("path", "", role="router", inner=[]) for _ in range(count)]
    return Entry("path", "", role="router", inner=inner)


_REFUSES = Entry("path", "a/", role="changes and refuses")

CHANGES = [
    Case(
        "a changed pattern of a route in front of the one that answered",
        [Entry("re_path", "Z"), Entry("re_path", "")],
        at(""),
        [("pattern", 0, Entry("re_path", r"|\/\Z"))],
    ),
    Case(
        "a changed pattern behind a miss",
        [Entry("re_path", "(b)"), Entry("re_path", "$"), Entry("re_path", "")],
        at("[x]/"),
        [("pattern", 1, Entry("path", "[x]/"))],
    ),
    Case(
        "an inner router whose place an application takes",
        [Entry("path", "", role="router", inner=[]), Entry("path", "")],
        at(""),
        [("callback", 0, Entry("path", "x"))],
    ),
    Case(
        "a converter runs once although the table turns out to be old",
        [Entry("path", "<m>/v<p_even:b>/a b/"), Entry("path", "")],
        at("\n/v7/a b/"),
        [("pattern", 1, Entry("re_path", r"^(?:)|\S*?.|/"))],
    ),
    Case(
        "an application changes the arguments of a route around its own, and refuses",
        [
            Entry(
                "path",
                "",
                role="router",
                inner=[
                    Entry(
                        "path",
                        "",
                        role="router",
                        inner=[
                            Entry("path", "<p>/", role="changes and refuses"),
                            Entry("path", "<a>/"),
                        ],
                    )
                ],
            )
        ],
        at("a/"),
        during=("inside", (0,), "default_args", 0, {"edited": 0}),
    ),
    Case(
        "two routes change places",
        [Entry("path", "<str:a>/"), Entry("path", "<slug:b>/")],
        at("/x/"),
        [("swap", 0, 1)],
    ),
    Case(
        "a replaced route of a table with more routers than routes",
        [
            _routers_without_routes(4),
            _routers_without_routes(2),
            Entry("path", "", role="router", inner=[_routers_without_routes(1)]),
            Entry("path", ""),
        ],
        at("3/"),
        [("replace", 0, Entry("path", "<path:b>/"))],
    ),
    Case(
        "a regex that is put on a pattern later",
        [Entry("path", "")],
        at("/"),
        [("regex", 0, "a")],
    ),
    Case(
        "a pattern that is told to be no endpoint after Django has read it",
        [Entry("path", "")],
        at("/7"),
        [("endpoint", 0)],
    ),
    Case(
        "a route that gets another __dict__ with another callback",
        [Entry("path", "a/")],
        at("/a/"),
        [("unannounced", "new dict", 0, Entry("path", "a/"))],
    ),
    Case(
        "the routes are replaced while an application runs that then refuses",
        [Entry("path", "", role="changes and refuses")],
        at("/"),
        during=("assign", [Entry("path", ""), Entry("path", "")]),
    ),
    Case(
        "a nested list gets a route in front while an application of it runs",
        [Entry("path", "", role="router", inner=[_REFUSES]), Entry("path", "a/")],
        at("/a/"),
        during=("inside", (0,), "insert", Entry("path", "new/")),
    ),
    Case(
        "the prefix of the router in which an application runs leads elsewhere by then",
        [Entry("path", "", role="router", inner=[_REFUSES, Entry("path", "a/")])],
        at("/a/"),
        during=("callback", 0, Entry("path", "")),
    ),
    Case(
        "a converter changes the routes and refuses",
        [Entry("path", "<p_editingandrefusing:x>/")],
        at("/a/"),
        during=("append", Entry("path", "later/")),
    ),
    Case(
        "a converter gives its own route another pattern and refuses",
        [Entry("path", "<p_editingandrefusing:c>/")],
        at("/2020/"),
        during=("pattern", 0, Entry("path", "2020/")),
    ),
    Case(
        "a converter changes the list of a prefix that it is in",
        [Entry("path", "<p_editing:b>", role="router", inner=[])],
        at("/1"),
        during=("assign", [Entry("path", ""), Entry("path", "<p>")]),
    ),
    Case(
        "an application turns the list round and refuses",
        [_REFUSES, Entry("path", "<p>/")],
        at("/a/"),
        during=("reverse",),
    ),
    Case(
        "a converter replaces the router in front of it and refuses",
        [
            Entry("path", "", role="router", inner=[]),
            Entry("path", "<p_editingandrefusing:c>"),
        ],
        at("/a"),
        during=("replace", 0, Entry("path", "<p>")),
    ),
    Case(
        "a converter replaces the router behind its own and goes on",
        [
            Entry("path", "<p_editing:b>", role="router", inner=[]),
            Entry("path", "", role="router", inner=[]),
        ],
        at("/1"),
        during=("replace", 1, Entry("re_path", "")),
    ),
    Case(
        "a converter lets the prefix that it is behind lead elsewhere and refuses",
        [
            Entry(
                "path",
                "",
                role="router",
                inner=[Entry("path", "<p_editingandrefusing:c>")],
            )
        ],
        at("/2"),
        during=("callback", 0, Entry("path", "")),
    ),
    Case(
        "a converter is asked once although the answer behind it has a new pattern",
        [
            Entry("path", "<p_second:d>/"),
            Entry("path", "", role="router", inner=[Entry("re_path", "")]),
        ],
        at("/a/"),
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
        at("/bbe"),
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
        at("/a/"),
        [("inside", (0,), "pattern", 0, Entry("path", "b/"))],
    ),
]
