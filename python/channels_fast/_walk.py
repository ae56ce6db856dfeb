"""The way from the application of ``asgi.py`` to everything behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ._routes.applications import inner_of, takes_scope_only
from ._routes.patterns import captures_of
from .routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Stop:
    """One application on the way."""

    application: Any
    #: Where it was given to whom, for a message.
    place: str
    #: The applications around it, the outermost first.
    above: tuple[Any, ...] = ()
    #: The entry of a router that leads to it, if nothing stands between them.
    route: Any = None
    #: The names that the routes above have captured, each with its route.
    captures: dict[str, str] = field(default_factory=dict)


def walk(stop: Stop) -> Iterator[Stop]:
    """Yield *stop* and everything behind it, each router and middleware first."""
    yield stop
    application = stop.application
    if any(application is other for other in stop.above):
        return  # a router inside itself
    above = (*stop.above, application)
    if isinstance(application, URLRouter):
        for route in application.routes:
            yield from walk(_along(stop, above, route))
    elif isinstance(application, (ProtocolTypeRouter, ChannelNameRouter)):
        for key, inner in application.application_mapping.items():
            place = f"{type(application).__name__}, key {key!r}"
            yield from walk(Stop(inner, place, above, captures=stop.captures))
    elif not takes_scope_only(application):
        inner = inner_of(application)
        if inner is not None:
            place = f"{stop.place}, in {type(application).__name__}"
            yield from walk(Stop(inner, place, above, captures=stop.captures))


def _along(stop: Stop, above: tuple[Any, ...], route: Any) -> Stop:
    pattern = getattr(route, "pattern", None)
    text = str(pattern)
    outer = stop.place if stop.route is not None else "URLRouter"
    place = f"{outer}, route {text!r}"
    names = dict.fromkeys(captures_of(pattern), text)
    captures = {**stop.captures, **names}
    return Stop(getattr(route, "callback", None), place, above, route, captures)
