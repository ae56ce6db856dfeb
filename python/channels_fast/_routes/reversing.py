"""
The routes of an application as Django reverses them: by name, to a path.

Django knows its own tree of routes only. So the routers become what ``include()`` makes
of a list, and `django.urls.reverse` does the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls.resolvers import (
    LocalePrefixPattern,
    RegexPattern,
    RoutePattern,
    URLPattern,
    URLResolver,
)

from .applications import is_url_router
from .included import is_include, lead_to_router
from .patterns import to_be_joined
from .walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator


# Others say whether they match, but not what they match.
_REVERSIBLE = (RoutePattern, RegexPattern, LocalePrefixPattern)


class ReversibleRoutes:
    """The named routes behind *application*, in the place of a URLconf module."""

    def __init__(self, application: Any, router_class: type) -> None:
        self.application = application
        self._router_class = router_class
        # The routers of paths, each with its list, and how this was when it was read.
        self._read: list[tuple[Any, Any, tuple[int, int]]] = []
        #: What Django looks for in a URLconf.
        self.urlpatterns = self._behind(application, ())

    def is_current(self) -> bool:
        """Say whether each router has the list that it had, at the same length."""
        return all(
            router.routes is routes and _state_of(router) == state
            for router, routes, state in self._read
        )

    def names(self) -> list[str]:
        """Return the names that there are, behind their namespaces."""
        return sorted(set(_names_of(self.urlpatterns, "")))

    def _behind(self, application: Any, around: tuple[Any, ...]) -> list[Any]:
        """Return what Django calls URL patterns, of the routers in *application*."""
        patterns: list[Any] = []
        for router in _outermost_routers(application):
            if not any(router is outer for outer in around):
                patterns += self._of_router(router, (*around, router))
        return patterns

    def _of_router(self, router: Any, around: tuple[Any, ...]) -> list[Any]:
        routes = router.routes
        self._read.append((router, routes, _state_of(router)))
        patterns: list[Any] = []
        for route in tuple(routes):
            pattern = getattr(route, "pattern", None)
            if not isinstance(pattern, _REVERSIBLE):
                continue
            if is_include(route):
                lead_to_router(route, self._router_class)
            inner = self._behind(route.callback, around)
            if inner or is_include(route):
                prefix = to_be_joined(pattern)
                names = (getattr(route, one, None) for one in ("app_name", "namespace"))
                resolver: Any = URLResolver
                patterns.append(resolver(prefix, inner, route.default_args, *names))
            elif getattr(route, "name", None) is not None:
                # By its name alone: an application need not be hashable.
                defaults, name = route.default_args, route.name
                patterns.append(URLPattern(pattern, _nothing, defaults, name))
        return patterns


def _outermost_routers(application: Any) -> list[Any]:
    """Return the routers of paths that WebSockets get to first."""
    if is_url_router(application):
        return [application]  # PERF: the walk would go through all that is behind it
    return [
        visited.application
        for visited in walk(application)
        if is_url_router(visited.application)
        and not any(is_url_router(outer) for outer in visited.ancestors)
        and visited.is_for_websockets
    ]


def _state_of(router: Any) -> tuple[int, int]:
    routes = router.routes
    length = len(routes) if hasattr(routes, "__len__") else 0
    return length, getattr(router, "_refreshes", 0)


def _names_of(patterns: list[Any], spaces: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLPattern):
            yield spaces + str(one.name)
        else:
            inner = f"{spaces}{one.namespace}:" if one.namespace else spaces
            yield from _names_of(one.url_patterns, inner)


def _nothing() -> None:
    """Stand in for the view of a route."""
