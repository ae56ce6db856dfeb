"""Make a difference as small as a reader would like it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .compare import Difference, run_case
from .tables import Entry, is_legal


def reduced(found: Difference) -> Difference:
    """Return the smallest difference that small steps lead to."""
    again = run_case(found.table, found.scope, found.edits, found.during)
    if again is None:
        # It needs the dispatches that came before; there is nothing to leave out.
        return found
    found = again
    progress = True
    while progress:
        progress = False
        for table, scope, edits in _smaller(found):
            again = run_case(table, scope, edits, found.during)
            if again is not None:
                found, progress = again, True
                break
    return found


def _smaller(found: Difference) -> Iterator[tuple[Any, Any, Any]]:
    table, scope, edits = found.table, found.scope, found.edits
    for number in range(len(edits)):
        yield table, scope, edits[:number] + edits[number + 1 :]
    for smaller in _smaller_tables(table):
        yield smaller, scope, edits
    plain = dict(scope)
    if type(scope) is not dict:
        yield table, plain, edits
    for smaller in _smaller_scopes(plain):
        yield table, type(scope)(smaller), edits


def _smaller_scopes(scope: dict[Any, Any]) -> Iterator[dict[Any, Any]]:
    root, path = scope.get("root_path"), scope["path"]
    if isinstance(root, str) and str(path).startswith(root):
        yield {**_without(scope, "root_path"), "path": path[len(root) :]}
    for key in scope:
        if key != "path":
            yield _without(scope, key)
    for key in ("path", "path_remaining"):
        text = scope.get(key)
        if isinstance(text, str):
            if type(text) is not str:
                yield {**scope, key: str(text)}
            for size in (16, 4, 1):
                for start in range(0, len(text), size):
                    shorter = type(text)(text[:start] + text[start + size :])
                    yield {**scope, key: shorter}


def _without(scope: dict[Any, Any], key: Any) -> dict[Any, Any]:
    return {name: value for name, value in scope.items() if name != key}


def _smaller_tables(table: list[Entry]) -> Iterator[list[Entry]]:
    for number, entry in enumerate(table):
        yield table[:number] + table[number + 1 :]
        for smaller in _smaller_entries(entry):
            yield [*table[:number], smaller, *table[number + 1 :]]


def _smaller_entries(entry: Entry) -> Iterator[Entry]:
    if entry.extra:
        yield entry._replace(extra={})
    if entry.pattern:
        yield entry._replace(pattern="")
    if entry.inner is not None:
        yield entry._replace(inner=None, role="answers")
        if entry.role != "router":
            yield entry._replace(role="router")
        for inner in _smaller_tables(entry.inner):
            yield entry._replace(inner=inner)
    elif entry.role != "answers":
        yield entry._replace(role="answers")
    text = entry.text
    for size in (8, 2, 1):
        for start in range(0, len(text), size):
            shorter = entry._replace(text=text[:start] + text[start + size :])
            if shorter.text != text and is_legal(shorter):
                yield shorter
