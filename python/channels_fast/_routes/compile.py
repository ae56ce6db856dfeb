"""Make a plan of the routes of a router, and a table of the plan."""

from __future__ import annotations

import os
from types import FunctionType
from typing import TYPE_CHECKING, Any

from django.urls.resolvers import URLPattern

from . import uncompiled
from .applications import single_callable
from .included import is_include, lead_to_router
from .patterns import KEEP_NONE
from .plans import RouterPlan, TablePlan
from .reader import Reader
from .uncompiled import NoTable, join_templates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._rust import RouteTable
    from .plans import RoutePlan

#: Why there is no compiled table in this process, or an empty string.
WHY_NOT_COMPILED = ""

if os.environ.get("CHANNELS_FAST_DISABLE", "0") not in ("", "0"):
    WHY_NOT_COMPILED = "CHANNELS_FAST_DISABLE is set"
else:
    try:
        from .. import _rust
    except ImportError as error:
        # No wheel for this interpreter, or a second sub-interpreter, where PyO3
        # refuses to be imported.
        WHY_NOT_COMPILED = f"the extension cannot be imported: {error}"

#: The compiled one, or the one in Python.
ScopeTable: Any = uncompiled.ScopeTable if WHY_NOT_COMPILED else _rust.ScopeTable

# One router in many places counts each time. Beyond this many routes a nested
# router stays an application with a table of its own.
_MOST_ROUTES = 100_000

# A router nested deeper than this stays one too: the routers are read, and
# searched, on the stack of the thread.
_DEEPEST = 100


def compile_routes(routes: Sequence[Any], router_class: type) -> RouteTable | NoTable:
    """Compile *routes*, with the nested *router_class* objects that they lead to."""
    if WHY_NOT_COMPILED:
        return NoTable(routes, WHY_NOT_COMPILED)
    if type(routes) not in (list, tuple):
        return NoTable(routes, f"the routes are in a {type(routes).__qualname__}")
    try:
        return _rust.RouteTable(plan_routes(routes, router_class))
    except Exception as error:  # Python answers as it always did
        return NoTable(routes, f"{type(error).__name__}: {error}")


def compile_shapes(
    patterns: Sequence[Any],
) -> tuple[RouteTable, list[URLPattern]] | None:
    """
    Compile *patterns* alone, so that a search runs no code of the project.

    A converter of the project accepts what its regex does. A pattern that only Python
    matches accepts nothing. Returns the table and its routes, ``None`` without the
    extension.
    """
    if WHY_NOT_COMPILED:
        return None
    routes = [URLPattern(pattern, nothing) for pattern in patterns]
    table = _table_of_shapes(routes)
    in_python = [place for [place], kind, _ in table.rows() if kind == "python"]
    if in_python:
        for place in in_python:
            routes[place] = URLPattern(_Never(), nothing)  # type: ignore[arg-type] # acts as one
        table = _table_of_shapes(routes)
    return table, routes


def _table_of_shapes(routes: list[URLPattern]) -> RouteTable:
    plan = plan_routes(routes, object)
    for meaning in plan.meanings:
        meaning.converters = [
            one if isinstance(one, str) else "str" for one in meaning.converters
        ]
    return _rust.RouteTable(plan)


class _Never:
    """Stands for a pattern that is not asked."""

    def match(self, path: str) -> None:
        pass


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    """Stand in for the application of a route."""


def plan_routes(routes: Sequence[Any], router_class: type) -> TablePlan:
    """Return the plan of a table of *routes*."""
    planner = _Planner(router_class)
    router = planner.router(routes, (), None)
    reader = planner.reader
    return TablePlan(router, reader.meanings, reader.classes.list, KEEP_NONE)


class _Planner:
    def __init__(self, router_class: Any) -> None:
        self.reader = Reader()
        self.router_class = router_class
        # A tracer that wraps the routers' `__call__` wants to see each of them.
        call = vars(router_class).get("__call__")
        self.may_nest = (
            type(call) is FunctionType
            and call.__globals__.get("__name__") == router_class.__module__
        )
        self.count = 0

    def router(
        self, routes: Sequence[Any], around: tuple[Any, ...], prefix: str | None
    ) -> RouterPlan:
        """
        Return the plan of *routes*.

        The nested routers *around* lead to it, by routes with the template *prefix*.
        """
        # Code of the project, such as a lazy text, may change the list meanwhile.
        snapshot = tuple(routes)
        self.count += len(snapshot)
        read = self.reader.read
        plans: list[RoutePlan] = []
        for route in snapshot:
            name = None
            if is_include(route):
                lead_to_router(route, self.router_class)
            elif isinstance(route, URLPattern):
                name = route.name
            else:
                # Its attributes may be computed for each match.
                reason = f"a route of class {type(route).__qualname__}"
                literal, meaning, _ = self.reader.in_python(reason)
                plans.append(
                    (route, None, literal, meaning, None, None, None, None, None)
                )
                continue
            inner = None
            pattern = route.pattern
            literal, meaning, template = read(pattern)
            if prefix and template is not None:
                template = join_templates(prefix, template)
            application: Any = route.callback
            callback = application
            if type(callback) is not self.router_class:
                application = single_callable(callback, route)
            elif self.becomes_part(callback, around, meaning):
                inner = self.router(application.routes, (*around, callback), template)
            plans.append(
                (
                    route,
                    pattern,
                    literal,
                    meaning,
                    callback,
                    application,
                    template,
                    name,
                    inner,
                )
            )
        return RouterPlan(routes, plans)

    def becomes_part(self, router: Any, around: tuple[Any, ...], meaning: int) -> bool:
        """Return whether the routes of *router* become part of the table."""
        means = self.reader.meanings[meaning]
        return (
            self.may_nest
            and means.tree is not None
            and means.reason is None
            # A converter of the project runs before the inner routes are looked
            # at, and may raise whatever it likes.
            and all(isinstance(kind, str) for kind in means.converters)
            and len(around) + 1 < _DEEPEST
            and all(router is not other for other in around)
            and type(router.routes) in (list, tuple)
            and self.count + len(router.routes) <= _MOST_ROUTES
        )
