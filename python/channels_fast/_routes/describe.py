"""Descriptions of routes for people."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

from django.urls.resolvers import URLPattern

from . import compile as compiling
from .names import name_of
from .uncompiled import NoTable, join_templates
from .walk import is_router, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .walk import Step, Visited

#: The words for what matches a route, from the quickest on.
ENGINES = {"segmented": "trie", "program": "regex", "python": "Django"}
_BY_COST = list(ENGINES.values())

# The routers of another one have no table.
_ROUTING = "channels_fast.routing"


@dataclass(frozen=True)
class RouteDescription:
    """What there is to know about a route, or about an application without one."""

    #: Its number, in the order of matching.
    index: int
    #: The key in the ``ProtocolTypeRouter`` on the way, or ``None``.
    protocol: Optional[str]
    #: The key in the ``ChannelNameRouter`` on the way, or ``None``.
    channel: Optional[str]
    #: The route string or the regex, behind those of the routers around it, as in
    #: ``scope["url_route"]``; ``None`` where no router looks at the path.
    pattern: Optional[str]
    #: The name of the route, behind the namespaces of ``include()``, or ``None``.
    name: Optional[str]
    #: The dotted name of what it leads to.
    application: str
    #: The dotted names of the middleware on the way, the outermost first.
    middleware: tuple[str, ...]
    #: ``"trie"`` (whole segments), ``"regex"`` (a compiled regular expression) or
    #: ``"Django"`` (Django's own pattern object): the slowest on the way. Empty where
    #: no router looks at the path.
    engine: str
    #: Why Django's pattern matches it, or an empty string.
    reason: str


def describe(application: Any) -> list[RouteDescription]:
    """Describe each route behind *application*, in the order of matching."""
    ends = enumerate(ends_of(walk(application)))
    return [describe_end(index, visited) for index, visited in ends]


def ends_of(visits: Iterable[Visited]) -> Iterator[Visited]:
    """Yield the *visits* of a walk that lead to no other, but no empty router."""
    visits = list(visits)
    for visited, following in itertools.zip_longest(visits, visits[1:]):
        if following and len(following.ancestors) > len(visited.ancestors):
            continue
        # A router with routes is inside itself, or too deep in others.
        application = visited.application
        if not is_router(application) or getattr(application, "routes", None):
            yield visited


def describe_end(index: int, visited: Visited) -> RouteDescription:
    """Describe one of `ends_of` a walk, that with the number *index*."""
    keys = {step.name: str(step.key) for step in visited.steps if step.name}
    steps = [step for step in visited.steps if step.route is not None]
    patterns = [str(step.route.pattern) for step in steps]
    engine, reason = slowest(map(engine_of, steps))
    return RouteDescription(
        index,
        keys.get("type"),
        keys.get("channel"),
        functools.reduce(join_templates, patterns) if patterns else None,
        _full_name(steps),
        name_of(visited.application),
        tuple(name_of(one) for one in visited.ancestors if not is_router(one)),
        engine,
        reason,
    )


def _full_name(steps: list[Step]) -> Optional[str]:
    """Return the name under which Django reverses the route of the last step."""
    name = getattr(steps[-1].route, "name", None) if steps else None
    if name is None:
        return None
    spaces = (getattr(step.route, "namespace", None) for step in steps)
    return ":".join([*filter(None, spaces), name])


def of_its_own(reason: str) -> str:
    """Return *reason* in parentheses, but not if it is that of the whole process."""
    return f"({reason})" if reason not in ("", compiling.WHY_NOT_COMPILED) else ""


def of_the_process() -> list[str]:
    """Return a line for the end of a list of routes, if there has to be one."""
    reason = compiling.WHY_NOT_COMPILED
    return [f"No route is compiled: {reason}"] if reason else []


def slowest(engines: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return that of *engines* which takes the longest, each with its reason."""
    return max(engines, key=_cost, default=("", ""))


def _cost(found: tuple[str, str]) -> int:
    return _BY_COST.index(found[0])


def engine_of(step: Step) -> tuple[str, str]:
    """Return what matches the route of *step*, and why Django's pattern does."""
    router, route = step.router, step.route
    modules = {cls.__module__ for cls in type(router).__mro__}
    if _ROUTING not in modules:
        return "Django", f"a router of class {name_of(router)}"
    routes = router.routes
    if type(routes) in (list, tuple):
        # Alone, and without its application: a description takes no time that grows
        # with the table, and warns of nothing.
        known = isinstance(route, URLPattern)
        routes = [URLPattern(route.pattern, compiling.nothing) if known else route]
    table = compiling.compile_routes(routes, object)
    if isinstance(table, NoTable):
        return "Django", table.reason
    ((_, engine, reason),) = table.rows()
    return ENGINES[engine], reason or ""
