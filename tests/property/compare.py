"""Dispatch one scope through both packages and tell any difference."""

from __future__ import annotations

import warnings
from typing import Any, Callable, NamedTuple

import channels.routing

import channels_fast.routing

from .tables import CALLS, build_routes

UPSTREAM: Any = channels.routing.URLRouter
OURS: Any = channels_fast.routing.URLRouter

if UPSTREAM is OURS:  # `install()` was called: nothing could ever differ.
    raise RuntimeError("the reference is channels_fast itself")


class Outcome(NamedTuple):
    """All that a caller of a router can see of one dispatch."""

    result: str
    types: tuple[Any, ...]
    calls: tuple[Any, ...]


class Difference(NamedTuple):
    """A table and a scope on which the packages do not agree."""

    table: Any
    edits: Any
    scope: dict[str, Any]
    upstream: Outcome
    ours: Outcome

    def __str__(self) -> str:
        """Return a program that shows it, then both outcomes."""
        lines = ["from tests.property.compare import show"]
        lines += ["from tests.property.tables import Entry", "", "show(", "    ["]
        lines += [f"        {entry!r}," for entry in self.table]
        lines += ["    ],", f"    {self.scope!a},"]
        if self.edits:
            lines.append(f"    edits={self.edits!a},")
        lines += [")", "", f"upstream: {self.upstream}", f"ours:     {self.ours}"]
        return "\n".join(lines)


def outcome(router: Any, scope: dict[str, Any]) -> Outcome:
    """Call *router* and describe what came of it, types and orders included."""
    CALLS.clear()
    before = repr(scope)
    try:
        router(scope, None, None).send(None)
    except StopIteration as stop:
        place, child = stop.value
        route = child["url_route"]
        args, kwargs = route["args"], route["kwargs"]
        # repr() shows order and nearly every type; a subclass of str it does not.
        found = Outcome(
            f"{place} {child!r}",
            (
                type(child),
                type(route),
                type(args),
                type(kwargs),
                type(child["path_remaining"]),
                *map(type, args),
                *map(type, kwargs),
                *map(type, kwargs.values()),
                child is scope,
            ),
            tuple(CALLS),
        )
    except Exception as error:
        found = Outcome(
            f"{type(error).__name__}: {error}",
            (type(error), type(error.__context__), type(error.__cause__)),
            tuple(CALLS),
        )
    else:
        found = Outcome("waited for something", (), tuple(CALLS))
    if repr(scope) != before:
        return found._replace(result=f"changed the scope to {scope!r}")
    return found


class Pair:
    """One table, built for both packages."""

    def __init__(self, table: Any) -> None:
        self.table = table
        self.edits: list[tuple[Any, ...]] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.upstream = UPSTREAM(build_routes(table, UPSTREAM))
            # Inside every second nested router of ours sits one of upstream's.
            self.ours = OURS(build_routes(table, _alternating()))

    def edit(self, name: str, *args: Any) -> None:
        """Change the routes of both routers in the same way, by `edits.py`."""
        from .edits import apply

        self.edits.append((name, *args))
        apply(self.upstream, UPSTREAM, name, *args)
        apply(self.ours, OURS, name, *args)

    def difference(self, scope: dict[str, Any]) -> Difference | None:
        """Return how the outcomes for *scope* differ, ``None`` if they do not."""
        expected = outcome(self.upstream, scope)
        found = outcome(self.ours, scope)
        if expected == found:
            return None
        return Difference(self.table, list(self.edits), scope, expected, found)


def _alternating() -> Callable[[Any], Any]:
    """Return a maker of routers: ours three times, then upstream's once."""
    count = 0

    def make(routes: Any) -> Any:
        nonlocal count
        count += 1
        return UPSTREAM(routes) if count % 4 == 0 else OURS(routes)

    return make


def show(table: Any, scope: dict[str, Any], edits: Any = ()) -> Difference | None:
    """Run one case anew and print its difference, if there is one."""
    found = run_case(table, scope, edits)
    print("no difference" if found is None else found)
    return found


def run_case(table: Any, scope: dict[str, Any], edits: Any = ()) -> Difference | None:
    """Build *table* anew, dispatch once, change it, dispatch again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pair = Pair(table)
        found = pair.difference(scope)
        for edit in edits:
            if found is None:
                pair.edit(*edit)
                found = pair.difference(scope)
        return found
