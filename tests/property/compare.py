"""Dispatch one scope through both packages and tell any difference."""

from __future__ import annotations

import warnings
from asyncio import CancelledError
from collections.abc import Mapping
from typing import Any, Callable, NamedTuple

import channels.routing
from django.urls.resolvers import URLResolver
from django.utils import translation

import channels_fast.routing

from ..support.routing import without_hints
from . import edits as rules
from .converters import CALLS, CHANGES, Stop
from .tables import build_routes

UPSTREAM: Any = channels.routing.URLRouter
OURS: Any = channels_fast.routing.URLRouter

if UPSTREAM is OURS:  # `install()` was called: nothing could ever differ.
    raise RuntimeError("the reference is channels_fast itself")


#: What our router has put into `url_route` beside what upstream puts there, last.
OWN_KEYS: list[Any] = []


class Outcome(NamedTuple):
    """All that a caller of a router can see of one dispatch."""

    result: str
    types: tuple[Any, ...]
    calls: tuple[Any, ...]

    @property
    def way(self) -> tuple[int, ...] | None:
        """The place of the first application that was called, if one was."""
        reached = (call[1] for call in self.calls if call[0] == "application")
        return next(reached, None)


class Difference(NamedTuple):
    """
    A table and a scope on which the packages do not agree.

    With ``during`` the routes change in the midst of the dispatch, or in that of an
    earlier dispatch, whose scope is ``first``.
    """

    table: Any
    edits: Any
    scope: Any
    upstream: Outcome
    ours: Outcome
    during: Any = None
    first: Any = None

    def __str__(self) -> str:
        """Return a program that shows it, then both outcomes."""
        lines = ["from tests.property.replay import show"]
        lines += ["from tests.property.scopes import *"]
        lines += ["from tests.property.tables import Entry", "", "show(", "    ["]
        lines += [f"        {entry!r}," for entry in self.table]
        lines += ["    ],", f"    {self.scope!a},"]
        if self.edits:
            lines.append(f"    edits={self.edits!a},")
        if self.during:
            lines.append(f"    during={self.during!a},")
        if self.first is not None:
            lines.append(f"    first={self.first!a},")
        lines += [")", "", f"upstream: {self.upstream}", f"ours:     {self.ours}"]
        return "\n".join(lines)


def outcome(
    router: Any, scope: Any, change: Callable[[], None] | None = None
) -> Outcome:
    """
    Call *router* and describe what came of it, types and orders included.

    *change* is made in the midst of the dispatch, by the first application or
    converter that is there to do so.
    """
    CALLS.clear()
    OWN_KEYS.clear()
    CHANGES[:] = [change] if change else []
    before = repr(scope)
    language = scope.get("language") if isinstance(scope, Mapping) else None
    if language is None:
        found = _called(router, scope)
    else:
        with translation.override(language):
            found = _called(router, scope)
    if repr(scope) != before:
        return found._replace(result=f"changed the scope to {scope!r}")
    return found


def _called(router: Any, scope: Any) -> Outcome:
    try:
        call = router(scope, None, None)
        for _ in range(9):  # the turns that applications wait for
            call.send(None)
    except StopIteration as stop:
        place, child = stop.value
        route = child["url_route"]
        args, kwargs = route["args"], route["kwargs"]
        # Upstream has no others. `test_resolve.py` compares ours with each other.
        OWN_KEYS[:] = [route.pop("route", None), route.pop("name", None)]
        # repr() shows order and nearly every type; a subclass of str it does not.
        types = (
            type(child),
            type(route),
            type(args),
            type(kwargs),
            type(child["path_remaining"]),
            *map(type, args),
            *map(type, kwargs),
            *map(type, kwargs.values()),
            child is scope,
        )
        return Outcome(f"{place} {child!r}", types, tuple(CALLS))
    # What a router must not catch is a BaseException, as the alarm of `run` is, which
    # has to get through here.
    except (Exception, Stop, GeneratorExit, CancelledError) as error:
        types = (type(error), type(error.__context__), type(error.__cause__))
        text = without_hints(str(error))
        return Outcome(f"{type(error).__name__}: {text}", types, tuple(CALLS))
    return Outcome("waited for something", (), tuple(CALLS))


class Pair:
    """One table, built for both packages."""

    def __init__(self, table: Any, mixed: bool = True) -> None:
        """
        Build *table* twice.

        *mixed* puts a router of upstream's inside some nested ones of ours. What
        ours promises about changes in the midst of a dispatch, that one does not.
        """
        self.table = table
        self.edits: list[tuple[Any, ...]] = []
        self.expected = Outcome("nothing was asked yet", (), ())
        self.upstream = build(table, UPSTREAM)
        self._make = _alternating() if mixed else OURS
        self.ours = build(table, self._make)

    def edit(self, name: str, *args: Any, refresh: bool = True) -> None:
        """Change the routes of both routers in the same way, by `edits.py`."""
        self.edits.append((name, *args))
        rules.apply(self.upstream, UPSTREAM, name, *args)
        rules.apply(self.ours, OURS, name, *args)
        if refresh:
            rules.refresh(self.ours)

    def difference(self, scope: Any) -> Difference | None:
        """Return how the outcomes for *scope* differ, ``None`` if they do not."""
        self.expected = outcome(self.upstream, scope)
        found = outcome(self.ours, scope)
        if self.expected == found:
            return None
        return Difference(self.table, list(self.edits), scope, self.expected, found)


def build(table: Any, make: Callable[[Any], Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (UPSTREAM if make is UPSTREAM else OURS)(build_routes(table, make))


def _alternating() -> Callable[[Any], Any]:
    """Return a maker of routers: ours three times, then upstream's once."""
    count = 0

    def make(routes: Any) -> Any:
        nonlocal count
        count += 1
        # Upstream's refuses an include().
        ours = count % 4 != 0 or any(isinstance(one, URLResolver) for one in routes)
        return OURS(routes) if ours else UPSTREAM(routes)

    return make
