"""
What was really drawn, counted on the cases themselves.

A run without a difference proves something about what is counted here, and about
nothing else. A kind that is expected and was not drawn is printed as such.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from . import scopes
from .compare import Outcome
from .converters import SAMPLES
from .edits import LIST_CHANGES, ROUTE_CHANGES
from .patterns import KINDS as PATTERNS
from .tables import NESTED_ROLES, PLAIN_ROLES, Entry

#: name -> what a regex or route that has it contains.
CONSTRUCTS = {
    "lookahead": "(?=", "negative lookahead": "(?!", "lookbehind": "(?<=",
    "negative lookbehind": "(?<!", "back reference": "(?P=", "conditional": "(?(",
    "lazy": "*?", "scoped i": "(?i:", "scoped a": "(?a:", "scoped u": "(?u:",
    "scoped -i": "(?-i:", "global flag": "(?s)", "boundary": r"\b", "not boundary":
    r"\B", "end": r"\Z", "start": r"\A", "negated": "[^", "named": "(?P<", "counted":
    "{2", "verbose": "(?x", "ascii": "(?a", "two in a segment": ">-<", "kelvin":
    "\u212a", "dotless": "\u0131", "escaped dollar": r"\$",
}  # fmt: skip
#: A scoped flag at the beginning, before what is not ASCII or may be.
_SCOPED_BEGINNING = re.compile(r"^(?:\(\?[aimsux]+\))?\(*\(\?(?:a|u|i|-i|a-i):")
_CONVERTER = re.compile(r"<([^>:]+):")
#: Characters of paths that must turn up.
CHARACTERS = ["\n", "\ud800", "\u00b2", "\u0130", "\x1c", "//", "%2F", "\u0301"]

_EDITS = [*LIST_CHANGES, *ROUTE_CHANGES]
EXPECTED = [
    *(f"regex: {name}" for name in [*CONSTRUCTS, "scoped beginning"]),
    *(f"pattern: {name or 'as written'}" for name in PATTERNS),
    *(f"application: {name}" for name in PLAIN_ROLES),
    *(f"nested: {name}" for name in NESTED_ROLES),
    *(f"nested: depth {depth}" for depth in (1, 2, 3)),
    *(f"converter: {name}" for name in SAMPLES),
    *(f"scope: {kind.__name__}" for kind in [dict, *scopes.KINDS]),
    *(f"scope: path is {kind.__name__}" for kind in [str, *scopes.TEXTS]),
    *(f"scope: {key}" for key in ("language", "root_path", "url_route")),
    *(f"path: {char!a}" for char in CHARACTERS),
    *(f"edit: {name}, then refresh()" for name in _EDITS),
    *(f"edit: {name}, unannounced" for name in _EDITS),
    *(f"edit: {name}, in a dispatch" for name in _EDITS),
    *(f"edit: {how}, of a nested router" for how in ("unannounced", "in a dispatch")),
    *(f"changed by: {who}" for who in ("an app", "a converter")),
    *(f"promised: {what}" for what in ("new", "old", "either")),
    *(f"outcome: {what}" for what in ("hit", "ValueError", "Resolver404", "TypeError")),
]


def count_table(tally: Counter[str], entries: list[Entry], depth: int = 0) -> None:
    """Count the routes of a table, those of nested routers included."""
    if depth:
        tally[f"nested: depth {depth}"] += 1
    for entry in entries:
        tally["routes"] += 1
        tally[f"route: {entry.kind}()"] += 1
        tally[f"pattern: {entry.pattern or 'as written'}"] += 1
        for name, part in CONSTRUCTS.items():
            tally[f"regex: {name}"] += part in entry.text
        if entry.kind == "re_path" and _SCOPED_BEGINNING.match(entry.text):
            tally["regex: scoped beginning"] += 1
        if entry.kind == "path":
            for name in _CONVERTER.findall(entry.text):
                tally[f"converter: {name}"] += 1
        if entry.inner is None:
            tally[f"application: {entry.role}"] += 1
        else:
            tally[f"nested: {entry.role}"] += 1
            count_table(tally, entry.inner, depth + 1)


def count_scope(tally: Counter[str], scope: Any) -> None:
    """Count the class of a scope, its parts, and the characters of its path."""
    tally[f"scope: {type(scope).__name__}"] += 1
    path = scope["path"]
    tally[f"scope: path is {type(path).__name__}"] += 1
    for key in ("root_path", "url_route", "path_remaining", "language"):
        tally[f"scope: {key}"] += key in scope
    if isinstance(path, str):
        for char in CHARACTERS:
            tally[f"path: {char!a}"] += char in path


def count_edit(tally: Counter[str], edit: tuple[Any, ...], how: str) -> None:
    """Count an edit; *how* it was told or made."""
    if edit[0] == "inside":
        tally[f"edit: {how}, of a nested router"] += 1
        edit = edit[2:]
    tally[f"edit: {edit[0]}, {how}"] += 1


def count_outcome(tally: Counter[str], outcome: Outcome) -> None:
    """Count what came of a dispatch: a hit, or the class of an error."""
    hit = outcome.result.startswith("(")
    tally["hits" if hit else "misses and errors"] += 1
    tally[f"outcome: {'hit' if hit else outcome.result.partition(':')[0]}"] += 1


def missing(tally: Counter[str]) -> list[str]:
    """Return what a run should have drawn and has not."""
    return [name for name in EXPECTED if not tally[name]]


def report(tally: Counter[str]) -> str:
    """Return the counts, a line a group, and what should be there and is not."""
    groups: dict[str, list[str]] = {}
    for name in sorted(tally, key=lambda name: (-tally[name], name)):
        group, colon, kind = name.partition(": ")
        if colon and tally[name]:
            groups.setdefault(group, []).append(f"{kind} {tally[name]}")
    lines = [f"{group}: {'; '.join(kinds)}" for group, kinds in sorted(groups.items())]
    absent = "; ".join(missing(tally)) or "nothing that is expected"
    lines.append(f"NOT DRAWN: {absent}")
    return "\n".join(lines)
