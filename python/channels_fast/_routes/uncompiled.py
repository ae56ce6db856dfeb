"""
Routing without a compiled table.

It is never wrong, only slower. It is used where the extension cannot be imported, and
for a connection that finds the routes changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls.exceptions import Resolver404

from .applications import single_callable
from .included import is_include, lead_to_router

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .._typing import Application, Scope

#: What the text of a router begins with that has no route for a path.
NO_ROUTE = "No route found for path "


class NoTable:
    """Stands in for a table: Python routes every connection."""

    def __init__(self, routes: Sequence[Any], reason: str) -> None:
        self.routes = routes
        # A project may pass anything that can be iterated over.
        self.length = len(routes) if hasattr(routes, "__len__") else 0
        self.reason = reason

    def dispatch(self, routes: Sequence[Any], scope: Scope, start: int, /) -> None:
        pass

    def is_current(self, routes: Sequence[Any], /) -> bool:
        return routes is self.routes and (
            type(routes) is not list or len(routes) == self.length
        )

    def rows(self) -> list[tuple[list[int], str, str | None]]:
        return [([index], "python", self.reason) for index in range(self.length)]


class ScopeTable:
    """Finds the application for the value of one key of the scope."""

    def __init__(self, key: str, adapt: Callable[[Any, Any], Application], /) -> None:
        self.key = key
        self.adapt = adapt

    def dispatch(
        self, mapping: Mapping[Any, Any], scope: Scope, /
    ) -> Application | None:
        value = scope[self.key]
        return self.adapt(mapping[value], value) if value in mapping else None


def next_in_python(
    rest: Iterator[Any], router_class: type, scope: Scope
) -> tuple[Application, dict[str, Any]]:
    """
    Ask one pattern after the other, as upstream does, until one accepts the path.

    Args:
        rest: The routes that have not been asked yet. If the application raises
            Resolver404, the search goes on with what is left of it.

    Raises:
        ImproperlyConfigured: An ``include()`` has no list, or includes itself.
        ValueError: No route accepts the path.
        Resolver404: No route accepts the path; an outer router goes on.
    """
    path = path_to_match(scope)
    for route in rest:
        try:
            pattern = route.pattern
            found = pattern.match(path)
            if found:
                if is_include(route):
                    lead_to_router(route, router_class)
                child = child_scope(scope, route, pattern, found)
                return single_callable(route.callback, route), child
        except Resolver404:
            continue
    text = no_route(path)
    raise Resolver404(text) if "path_remaining" in scope else ValueError(text)


def no_route(path: Any) -> str:
    """Return the text of the error about *path*, as upstream has it."""
    return f"{NO_ROUTE}{path!r}."


def path_to_match(scope: Scope) -> Any:
    """
    Return the part of the path that a router has to match.

    An outer router leaves ``path_remaining`` behind. Only the outermost one looks at
    ``root_path`` (ASGI, HTTP & WebSocket scope), which it cuts off.

    Raises:
        ValueError: There is no path, or it does not begin with ``root_path``.
    """
    path = scope.get("path_remaining", scope.get("path", None))
    if path is None:
        raise ValueError("No 'path' key in connection scope, cannot route URLs")
    if "path_remaining" not in scope:
        root_path = scope.get("root_path", "")
        if root_path and not path.startswith(root_path):
            raise ValueError(no_route(path))
        path = path[len(root_path) :]
    return path.lstrip("/")


def check_root_path(scope: Scope) -> None:
    """
    Refuse a path in which ``root_path`` ends within a segment.

    All other handling of ``root_path`` is in `path_to_match`.

    Raises:
        ValueError: The path "/application/" is not below the root "/app".
    """
    path, root_path = scope.get("path"), scope.get("root_path")
    if (
        # An outer router has cut it off already.
        "path_remaining" not in scope
        and isinstance(path, str)
        and isinstance(root_path, str)
        and root_path
        and path.startswith(root_path)
        and not f"{path}/".startswith(f"{root_path.rstrip('/')}/")
    ):
        raise ValueError(no_route(path))


def child_scope(scope: Scope, route: Any, pattern: Any, found: Any) -> dict[str, Any]:
    """Return a copy of *scope* that tells the application how it was reached."""
    remaining, args, kwargs = found
    kwargs.update(route.default_args)
    outer = scope.get("url_route", {})
    return dict(
        scope,
        path_remaining=remaining,
        url_route={
            "args": outer.get("args", ()) + args,
            "kwargs": {**outer.get("kwargs", {}), **kwargs},
            "route": join_templates(outer.get("route", ""), str(pattern)),
            "name": getattr(route, "name", None),
        },
    )


def join_templates(outer: Any, inner: str) -> str:
    """Join the texts of two patterns, as Django does for ``ResolverMatch.route``."""
    # A router of `channels` passes on what a project has put there.
    if not isinstance(outer, str) or not outer:
        return inner
    return outer + inner.removeprefix("^")
