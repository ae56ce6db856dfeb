"""A system check of what is in the list of a ``URLRouter`` and is no route."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, Optional

from django.core import checks
from django.urls.resolvers import RegexPattern, RoutePattern, URLResolver

from .._routes.applications import is_around_router
from .._routes.names import as_written, name_of
from .._routes.walk import is_router
from ..routing import URLRouter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._routes.walk import Visited

_LIST = 'Write a list: URLRouter([path("chat/", ChatConsumer.as_asgi())]).'
_ROUTE = 'Write path("chat/", ChatConsumer.as_asgi()).'


def check_entries(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find what was put into a list of routes later. The router itself looks first."""
    for visited in visits:
        if isinstance(visited.application, URLRouter):
            mistake = mistake_in_routes(visited.application.routes)
            if mistake:
                wrong, hint = mistake
                yield checks.Error(
                    f"{visited.location or 'URLRouter'}: {wrong}.",
                    hint=hint,
                    id="channels_fast.E005",
                )


def mistake_in_routes(routes: Any) -> Optional[tuple[str, str]]:
    """Return what is wrong with *routes*, and what to write, or ``None``."""
    if isinstance(routes, (str, dict, types.ModuleType)) or not hasattr(
        routes, "__iter__"
    ):
        hint = _LIST
        if hasattr(routes, "pattern"):
            hint = "Put it into a list: URLRouter([path(...)])."
        elif isinstance(routes, types.ModuleType):
            hint = f"Write the list in it, {routes.__name__}.websocket_urlpatterns."
        return f"the routes are {_described(routes)} and no list", hint
    if not isinstance(routes, (list, tuple)):
        return None  # it may be used up
    for number, route in enumerate(routes):
        place = f"number {number} of the routes"
        if not hasattr(route, "pattern") or not hasattr(route, "callback"):
            if isinstance(route, URLResolver):
                continue
            return f"{place} is {_described(route)} and no route", _hint_for(route)
        if is_around_router(route.callback) and not isinstance(
            route.pattern, (RegexPattern, RoutePattern)
        ):
            return (
                f"{place} leads to a router, and its pattern is of the class "
                f"{name_of(route.pattern)}",
                "Write path() or re_path(), which can accept the beginning of a path.",
            )
    return None


def _described(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, str):
        return f"the text {as_written(value)}"
    if isinstance(value, types.ModuleType):
        return f"the module {value.__name__}"
    if isinstance(value, (list, tuple, dict, set)):
        return f"a {type(value).__name__}"
    if hasattr(value, "pattern"):
        return f"the route {as_written(value.pattern)}"
    return name_of(value) if callable(value) else f"an object of {name_of(value)}"


def _hint_for(route: Any) -> str:
    if isinstance(route, list):
        return "Write * in front of it, which puts the routes of a list in its place."
    if isinstance(route, tuple) and route and isinstance(route[0], str):
        return f"Write path({as_written(route[0])}, ...)."
    if is_router(route):
        return 'Write path("chat/", URLRouter([...])), or its routes without URLRouter.'
    if route is None:
        return "Take it out of the list."
    name = getattr(getattr(route, "consumer_class", route), "__name__", "")
    if callable(route) and name:
        is_consumer = hasattr(route, "as_asgi") or hasattr(route, "consumer_class")
        application = f"{name}.as_asgi()" if is_consumer else name
        return f'Write path("chat/", {application}).'
    return _ROUTE
