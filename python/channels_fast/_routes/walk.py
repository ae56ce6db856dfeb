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
from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, NamedTuple

from .applications import inner_of, is_url_router, stored_in, takes_scope_only
from .names import as_written
from .patterns import captures_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# Their objects hold handlers and threads, but no router.
_FRAMEWORKS = ("django.", "asgiref.")
# The walk is made on the stack of the thread. Nobody nests as deep by hand.
_DEEPEST = 200


class Step(NamedTuple):
    """A router on the way, and its entry that leads on."""

    router: Any
    #: The route of a ``URLRouter``, or ``None``.
    route: Any
    #: What a router by key reads in the scope, "type" or "channel", or ``None``.
    name: str | None = None
    #: The key in its mapping.
    key: Any = None


@dataclass(frozen=True)
class Visited:
    """One application, and the way to it."""

    application: Any
    #: Human-readable, such as ``"URLRouter, route 'chat/'"``.
    location: str
    #: The applications around it, the outermost first.
    ancestors: tuple[Any, ...] = ()
    #: What the routers among them have for it.
    steps: tuple[Step, ...] = ()

    @property
    def step(self) -> Step | None:
        """The entry that leads to it, if no middleware stands between."""
        if self.steps and self.steps[-1].router is self.ancestors[-1]:
            return self.steps[-1]
        return None

    @property
    def route(self) -> Any:
        """The route that leads to it, if no middleware stands between."""
        return self.step and self.step.route

    @property
    def captures(self) -> dict[str, str]:
        """The names captured by the routes on the way, each with its route."""
        found: dict[str, str] = {}
        for step in self.steps:
            pattern = getattr(step.route, "pattern", None)
            found.update(dict.fromkeys(captures_of(pattern), str(pattern)))
        return found

    @property
    def is_for_websockets(self) -> bool:
        """Whether it is below the key "websocket", or below no key at all."""
        keys = [(step.name, step.key) for step in self.steps if step.name]
        return all(key == ("type", "websocket") for key in keys)

    def lead_to(self, inner: Any, location: str = "", *steps: Step) -> Visited:
        """Return the visit of *inner*, in a wrapper if no *location* is given."""
        wrapper = f"{self.location}, in {type(self.application).__name__}"
        ancestors = (*self.ancestors, self.application)
        return Visited(inner, location or wrapper, ancestors, (*self.steps, *steps))


def walk(application: Any, location: str = "") -> Iterator[Visited]:
    """Yield *application*, found at *location*, and then everything behind it."""
    return _walk(Visited(application, location), set())


def _walk(visited: Visited, searched: set[int]) -> Iterator[Visited]:
    yield visited
    application = visited.application
    if any(application is other for other in visited.ancestors):
        return  # a router inside itself
    if len(visited.ancestors) >= _DEEPEST:
        return
    leads_on = False
    for inner in _inside(visited):
        leads_on = True
        yield from _walk(inner, searched)
    if leads_on or id(application) in searched:
        return
    searched.add(id(application))
    for value in _held_by(application):
        found: list[Visited] = []
        # It may be anything, such as a proxy that fails to name what it stands for.
        with contextlib.suppress(Exception):
            found = list(_walk(visited.lead_to(value), searched))
        if any(is_router(inner.application) for inner in found):
            # It may be in other places too.
            searched.discard(id(application))
            yield from found


def _inside(visited: Visited) -> Iterator[Visited]:
    """Yield what the application of *visited* passes connections on to."""
    application = visited.application
    if is_url_router(application):
        outer = visited.location if visited.route is not None else "URLRouter"
        # Code of the project, such as a lazy text, may change the list meanwhile.
        for route in tuple(application.routes):
            place = f"{outer}, route {as_written(getattr(route, 'pattern', None))}"
            inner = getattr(route, "callback", None)
            yield visited.lead_to(inner, place, Step(application, route))
    elif is_router(application):
        name, cls = key_of(application), type(application).__name__
        for key, inner in list(application.application_mapping.items()):
            step = Step(application, None, name, key)
            yield visited.lead_to(inner, f"{cls}, key {key!r}", step)
    elif not takes_scope_only(application):
        inner = inner_of(application)
        if inner is not None:
            yield visited.lead_to(inner)


def key_of(router: Any) -> str:
    """Return the key of the scope that a router by key reads."""
    names = {cls.__name__ for cls in type(router).__mro__}
    return "channel" if "ChannelNameRouter" in names else "type"


def is_router(application: Any) -> bool:
    """Return whether *application* is a router, by the path or by a key."""
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
