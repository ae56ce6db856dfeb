"""Make a difference as small as a reader would like it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .compare import Difference
from .replay import run_case
from .tables import Entry, is_legal


def reduced(found: Difference) -> Difference:
    """Return the smallest difference that small steps lead to."""
    again = run_case(*_arguments(found))
    if again is None:
        # It needs the dispatches that came before; there is nothing to leave out.
        return found
    found = again
    progress = True
    while progress:
        progress = False
        for smaller in _smaller(found):
            again = run_case(*_arguments(smaller))
            if again is not None:
                found, progress = again, True
                break
    return found


def is_alone(found: Difference) -> bool:
    """Tell whether the case shows its difference without dispatches before it."""
    return run_case(*_arguments(found)) is not None


def _arguments(found: Difference) -> tuple[Any, ...]:
    return found.table, found.scope, found.edits, found.during, found.first


def _smaller(found: Difference) -> Iterator[Difference]:
    edits = found.edits
    for number in range(len(edits)):
        yield found._replace(edits=edits[:number] + edits[number + 1 :])
    for table in _smaller_tables(found.table):
        yield found._replace(table=table)
    for number in range(len(edits)):
        for edit in _smaller_edits(edits[number]):
            yield found._replace(edits=[*edits[:number], edit, *edits[number + 1 :]])
    if found.during:
        for edit in _smaller_edits(found.during):
            yield found._replace(during=edit)
    for name in ("scope", "first"):
        scope = getattr(found, name)
        if scope is None:
            continue
        plain = dict(scope)
        if type(scope) is not dict:
            yield found._replace(**{name: plain})
        for smaller in _smaller_scopes(plain):
            yield found._replace(**{name: type(scope)(smaller)})


def _smaller_edits(edit: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Make what an edit puts into the routes smaller, and leave its kind."""
    for number, part in enumerate(edit):
        smaller: Any = ()
        if isinstance(part, Entry):
            smaller = _smaller_entries(part)
        elif isinstance(part, list):
            smaller = _smaller_tables(part)
        elif type(part) is int and part:
            smaller = (0,)
        for each in smaller:
            yield (*edit[:number], each, *edit[number + 1 :])


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
