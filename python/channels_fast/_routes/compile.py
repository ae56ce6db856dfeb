"""Make a plan of the routes of a router, and a table of the plan."""

from __future__ import annotations

import os
from types import FunctionType
from typing import TYPE_CHECKING, Any

from django.urls.resolvers import URLPattern

from .applications import single_callable
from .patterns import KEEP_NONE, Meaning, Reader, in_python
from .plans import RoutePlan, RouterPlan, TablePlan
from .uncompiled import NoTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    router = planner.router(None, routes)
    return TablePlan(router, planner.reader.classes.list, KEEP_NONE)


class _Planner:
    def __init__(self, router_class: type) -> None:
        self.reader = Reader()
        self.router_class = router_class
        # A tracer that wraps the routers' `__call__` wants to see each of them.
        call = vars(router_class).get("__call__")
        self.may_nest = (
            type(call) is FunctionType
            and call.__globals__.get("__name__") == router_class.__module__
        )
        # The routers around the route, to see one that contains itself.
        self.around: list[Any] = []
        self.count = 0

    def router(self, router: Any, routes: Sequence[Any]) -> RouterPlan:
        # Code of the project, such as a lazy text, may change the list meanwhile.
        snapshot = tuple(routes)
        self.count += len(snapshot)
        return RouterPlan(routes, self.routes(router, snapshot))

    def routes(self, router: Any, routes: Sequence[Any]) -> Iterator[RoutePlan]:
        self.around.append(router)
        for route in routes:
            yield self.route(route)
        self.around.pop()

    def route(self, route: Any) -> RoutePlan:
        if not isinstance(route, URLPattern):
            # Its attributes may be computed for each match.
            meaning = in_python(f"a route of class {type(route).__qualname__}")
            return RoutePlan(route, None, None, None, None, *meaning)
        pattern: Any = route.pattern
        meaning = self.reader.read(pattern)
        callback: Any = route.callback
        application, nested = callback, None
        if self.is_router(callback):
            if self.becomes_part(callback, meaning):
                nested = self.router(callback, callback.routes)
        else:
            application = single_callable(callback, route)
        # PERF: to unpack it in the call takes twice as long.
        tree, full, names, converters, reason = meaning
        return RoutePlan(
            route, callback, application, nested, pattern,
            tree, full, names, converters, reason,
        )  # fmt: skip

    def is_router(self, callback: Any) -> bool:
        return type(callback) is self.router_class

    def becomes_part(self, router: Any, meaning: Meaning) -> bool:
        """Say whether the routes of *router* become part of the table."""
        tree, _, _, converters, reason = meaning
        return (
            self.may_nest
            and tree is not None
            and reason is None
            # A converter of the project runs before the inner routes are looked
            # at, and may raise whatever it likes.
            and all(isinstance(kind, str) for kind in converters)
            and len(self.around) < _DEEPEST
            and all(router is not other for other in self.around)
            and type(router.routes) in (list, tuple)
            and self.count + len(router.routes) <= _MOST_ROUTES
        )
