"""Make a plan of the routes of a router, and a table of the plan."""

from __future__ import annotations

import os
from types import FunctionType
from typing import TYPE_CHECKING, Any

from django.urls.resolvers import URLPattern

from . import uncompiled
from .applications import single_callable
from .patterns import KEEP_NONE, Reader, template_of
from .plans import RouterPlan, TablePlan
from .uncompiled import NoTable, join_templates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._rust import RouteTable

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
        plan = RouterPlan(routes, tuple(routes), [], [], [], [], [], [], [], {})
        _, snapshot, patterns, literals, meanings, callbacks, applications, *_ = plan
        templates, names = plan.templates, plan.names
        self.count += len(snapshot)
        for position, route in enumerate(snapshot):
            pattern: Any = None
            callback: Any = None
            application: Any = None
            template: str | None = None
            name: Any = None
            if isinstance(route, URLPattern):
                pattern = route.pattern
                literal, meaning = self.reader.read(pattern)
                template, name = template_of(pattern), route.name
                if prefix and template is not None:
                    template = join_templates(prefix, template)
                application = callback = route.callback
                if type(callback) is not self.router_class:
                    application = single_callable(callback, route)
                elif self.becomes_part(callback, around, meaning):
                    way = (*around, callback)
                    plan.nested[position] = self.router(callback.routes, way, template)
            else:
                # Its attributes may be computed for each match.
                reason = f"a route of class {type(route).__qualname__}"
                literal, meaning = self.reader.in_python(reason)
            patterns.append(pattern)
            literals.append(literal)
            meanings.append(meaning)
            callbacks.append(callback)
            applications.append(application)
            templates.append(template)
            names.append(name)
        return plan

    def becomes_part(self, router: Any, around: tuple[Any, ...], meaning: int) -> bool:
        """Say whether the routes of *router* become part of the table."""
        tree, _, _, converters, reason = self.reader.meanings[meaning]
        return (
            self.may_nest
            and tree is not None
            and reason is None
            # A converter of the project runs before the inner routes are looked
            # at, and may raise whatever it likes.
            and all(isinstance(kind, str) for kind in converters)
            and len(around) + 1 < _DEEPEST
            and all(router is not other for other in around)
            and type(router.routes) in (list, tuple)
            and self.count + len(router.routes) <= _MOST_ROUTES
        )
