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
from django.utils.regex_helper import normalize

from .applications import is_url_router
from .included import is_include, lead_to_router
from .names import as_written
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
        #: Why Django cannot reverse a name, behind its namespaces.
        self.irreversible: dict[str, str] = {}
        #: What Django looks for in a URLconf.
        self.urlpatterns = self._behind(application, (), "")

    def is_current(self) -> bool:
        """Return whether each router has the list that it had, at the same length."""
        return all(
            router.routes is routes and _state_of(router) == state
            for router, routes, state in self._read
        )

    def names(self) -> list[str]:
        """Return the names that there are, behind their namespaces."""
        return sorted({*_names_of(self.urlpatterns, ""), *self.irreversible})

    def _behind(
        self, application: Any, around: tuple[Any, ...], spaces: str
    ) -> list[Any]:
        """Return what Django calls URL patterns, of the routers in *application*."""
        patterns: list[Any] = []
        for router in _outermost_routers(application):
            if not any(router is outer for outer in around):
                patterns += self._of_router(router, (*around, router), spaces)
        return patterns

    def _of_router(
        self, router: Any, around: tuple[Any, ...], spaces: str
    ) -> list[Any]:
        routes = router.routes
        self._read.append((router, routes, _state_of(router)))
        patterns: list[Any] = []
        for route in tuple(routes):
            pattern = getattr(route, "pattern", None)
            if not isinstance(pattern, _REVERSIBLE):
                continue
            if is_include(route):
                lead_to_router(route, self._router_class)
            namespace = getattr(route, "namespace", None)
            inner_spaces = f"{spaces}{namespace}:" if namespace else spaces
            inner = self._behind(route.callback, around, inner_spaces)
            if inner or is_include(route):
                pattern = to_be_joined(pattern)
                resolver: Any = URLResolver
                names = (getattr(route, "app_name", None), namespace)
                found = resolver(pattern, inner, route.default_args, *names)
            elif getattr(route, "name", None) is not None:
                # By its name alone: an application need not be hashable.
                defaults, name = route.default_args, route.name
                found = URLPattern(pattern, _nothing, defaults, name)
            else:
                continue
            reason = _why_irreversible(pattern)
            if reason:
                # Django would fail for all the other names too.
                names_in_vain = _names_of([found], spaces)
                self.irreversible.update(dict.fromkeys(names_in_vain, reason))
            else:
                patterns.append(found)
        return patterns


def _why_irreversible(pattern: Any) -> str:
    """Return what Django's ``reverse()`` cannot do with *pattern*, if it would fail."""
    if isinstance(pattern, LocalePrefixPattern):
        return ""
    where = f"the pattern {as_written(pattern)}"
    try:
        templates = normalize(pattern.regex.pattern)
    except (ValueError, IndexError) as error:
        return f"{where} has what Django cannot reverse: {error}"
    try:
        for template, names in templates:
            template % dict.fromkeys(names, "")
    except (TypeError, ValueError, KeyError):
        return f"{where} has a %, which Django's reverse() takes for a placeholder"
    return ""


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
