"""
What ``include()`` gives: a list of routes behind a prefix.

It becomes a route like any other, to a router of that list. So whatever is said of
nested routers is true of it, and nothing else has to know of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.urls.resolvers import URLResolver

from .names import as_written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def is_include(route: Any) -> bool:
    """Return whether *route* is an ``include()``."""
    return isinstance(route, URLResolver)


def lead_to_router(
    route: Any,
    make: Callable[[Sequence[Any]], Any],
    around: tuple[Any, ...] = (),
) -> None:
    """
    Give the ``include()`` *route* what a route has: a callback and default arguments.

    Args:
        route: One of Django's, which may have been given them before.
        make: Makes a router of the included list, which stays the same object.
        around: Those that include the list in which *route* stands.

    Raises:
        ImproperlyConfigured: There is no list, or it leads back to itself.
    """
    if route.callback:
        return
    if any(route is other for other in around):
        way = " > ".join(as_written(one.pattern) for one in (*around, route))
        raise ImproperlyConfigured(
            f"{_place(route)}: this include() leads back to itself: {way}. "
            "Take it out of the list that it includes."
        )
    routes = _list_of(route)
    for inner in routes:
        if is_include(inner):
            lead_to_router(inner, make, (*around, route))
    route.default_args = route.default_kwargs
    route.callback = make(routes)


def _list_of(route: Any) -> Any:
    try:
        return route.url_patterns
    except ImproperlyConfigured as error:
        module = route.urlconf_name
        name = getattr(module, "__name__", module)
        hint = f"Call the list of {name} `urlpatterns`"
        if hasattr(module, "websocket_urlpatterns"):
            hint += f", or write include({name}.websocket_urlpatterns)"
        raise ImproperlyConfigured(f"{_place(route)}: {error} {hint}.") from error


def _place(route: Any) -> str:
    return f"URLRouter, route {as_written(route.pattern)}"
