"""
The one walk through an application: routers, mappings and middleware.

Applications are recognized by their attributes and not by their class, so the routers
of ``channels`` are walked as well: a ``URLRouter`` has ``routes``, the routers by key
have an ``application_mapping``, middleware keeps what it wraps.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from .._routes.applications import inner_of, is_url_router, stored_in, takes_scope_only
from .._routes.describe import as_written
from .._routes.patterns import captures_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# Their objects hold handlers and threads, but no router.
_FRAMEWORKS = ("django.", "asgiref.")


@dataclass(frozen=True)
class Visited:
    """One application, and the way to it."""

    application: Any
    #: Human-readable, such as ``"URLRouter, route 'chat/'"``.
    location: str
    #: The applications around it, the outermost first.
    ancestors: tuple[Any, ...] = ()
    #: The route that leads to it, if no middleware stands between them.
    route: Any = None
    #: The names captured by the routes on the way, each with its route.
    captures: dict[str, str] = field(default_factory=dict)

    def lead_to(self, inner: Any, location: str = "") -> Visited:
        """Return the visit of *inner*, in a wrapper if no *location* is given."""
        wrapper = f"{self.location}, in {type(self.application).__name__}"
        ancestors = (*self.ancestors, self.application)
        return Visited(inner, location or wrapper, ancestors, captures=self.captures)


def walk(application: Any, location: str) -> Iterator[Visited]:
    """Yield *application*, found at *location*, and then everything behind it."""
    return _walk(Visited(application, location), set())


def _walk(visited: Visited, searched: set[int]) -> Iterator[Visited]:
    yield visited
    application = visited.application
    if any(application is other for other in visited.ancestors):
        return  # a router inside itself
    inside = list(_inside(visited))
    for inner in inside:
        yield from _walk(inner, searched)
    if inside or id(application) in searched:
        return
    searched.add(id(application))
    for value in _held_by(application):
        found: list[Visited] = []
        # It may be anything, such as a proxy that fails to name what it stands for.
        with contextlib.suppress(Exception):
            found = list(_walk(visited.lead_to(value), searched))
        if any(_is_router(inner.application) for inner in found):
            yield from found


def _inside(visited: Visited) -> Iterator[Visited]:
    """Yield what the application of *visited* passes connections on to."""
    application = visited.application
    if is_url_router(application):
        outer = visited.location if visited.route is not None else "URLRouter"
        for route in application.routes:
            pattern = getattr(route, "pattern", None)
            names = dict.fromkeys(captures_of(pattern), str(pattern))
            yield Visited(
                getattr(route, "callback", None),
                f"{outer}, route {as_written(pattern)}",
                (*visited.ancestors, application),
                route,
                {**visited.captures, **names},
            )
    elif _is_router(application):
        for key, inner in application.application_mapping.items():
            yield visited.lead_to(inner, f"{type(application).__name__}, key {key!r}")
    elif not takes_scope_only(application):
        inner = inner_of(application)
        if inner is not None:
            yield visited.lead_to(inner)


def _is_router(application: Any) -> bool:
    mapping = getattr(application, "application_mapping", None)
    return isinstance(mapping, Mapping) or is_url_router(application)


def _held_by(application: Any) -> list[Any]:
    """Return the callables that *application* keeps, under whatever name."""
    held: list[Any] = []
    if isinstance(application, functools.partial):
        held = [application.func, *application.args, *application.keywords.values()]
    elif isinstance(application, FunctionType):
        # Middleware may be a function that was made by another one.
        for cell in application.__closure__ or ():
            with contextlib.suppress(ValueError):  # it is empty
                held.append(cell.cell_contents)
    elif isinstance(application, MethodType):
        held = [application.__self__]
    elif not isinstance(application, type) and not (
        type(application).__module__.startswith(_FRAMEWORKS)
    ):
        held = list(stored_in(application).values())
    return [one for one in held if callable(one) and not isinstance(one, type)]
