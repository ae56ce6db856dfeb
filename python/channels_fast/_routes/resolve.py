"""
Where a connection leads, and why not elsewhere.

Each pattern is asked in turn, as in `next_in_python`, but no application is run: of
middleware it is taken that it passes each connection on, of anything else that it
takes the connections it gets.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls.exceptions import Resolver404
from django.urls.resolvers import RoutePattern

from .applications import is_url_router
from .describe import RouteDescription, describe_end, ends_of
from .uncompiled import check_root_path, child_scope, join_templates, path_to_match
from .walk import is_router, key_of, walk

if TYPE_CHECKING:
    from .._typing import Scope
    from .walk import Visited

_IN_FRONT = "it would match with a slash in front"
_TAKEN_OFF = f"{_IN_FRONT}, which routers take off"


@dataclass
class Asked:
    """A route that was asked for a path."""

    #: How many routers are around its own.
    depth: int
    #: The route string or the regex, behind those of the routers around it.
    pattern: str
    #: The path, or what those routers have left of it.
    path: str
    #: Why it does not answer, or an empty string.
    reason: str = ""


@dataclass
class Resolution:
    """What becomes of a connection."""

    #: The routes that were asked, in this order.
    asked: list[Asked]
    #: What it leads to in the end, or ``None``, and the scope that it gets there.
    visited: Visited | None
    scope: Scope
    #: What is known of the route, or ``None``.
    route: RouteDescription | None
    #: The error that the connection ends with otherwise.
    error: Exception | None
    #: The outermost ``URLRouter`` that it gets to, or ``None``.
    router: Any


def resolve(application: Any, scope: Scope) -> Resolution:
    """Return where *application* leads a connection with *scope*."""
    visits = list(walk(application))
    search = _Search(visits)
    try:
        visited, inner = search.reach(scope)
    except Exception as error:  # a connection ends with the same
        return Resolution(search.asked, None, scope, None, error, search.router)
    numbers = {id(end): index for index, end in enumerate(ends_of(visits))}
    route = describe_end(numbers[id(visited)], visited)
    return Resolution(search.asked, visited, inner, route, None, search.router)


@dataclass
class _Node:
    visited: Visited
    inside: list[_Node]


class _Search:
    def __init__(self, visits: list[Visited]) -> None:
        self.asked: list[Asked] = []
        self.router: Any = None
        self.nodes: dict[int, _Node] = {}
        way: list[_Node] = []
        for visited in visits:
            node = _Node(visited, [])
            # The walk does not go on in a router that is inside itself.
            self.nodes.setdefault(id(visited.application), node)
            del way[len(visited.ancestors) :]
            for outer in way[-1:]:
                outer.inside.append(node)
            way.append(node)
        self.outermost = way[0]

    def reach(self, scope: Scope) -> tuple[Visited, Scope]:
        """Return what the connection gets to, and its scope there."""
        return self._reach(self.outermost, scope, 0, "")

    def _reach(
        self, node: _Node, scope: Scope, depth: int, prefix: str
    ) -> tuple[Visited, Scope]:
        application = node.visited.application
        if is_router(application) and not node.inside:
            node = self.nodes[id(application)]
        if is_url_router(application):
            return self._by_path(node, scope, depth, prefix)
        if is_router(application):
            return self._reach(_by_key(node, scope), scope, depth, prefix)
        if not node.inside:
            return node.visited, scope
        *others, last = node.inside
        for inner in others:
            # Middleware that holds two routers knows which of them it asks.
            with contextlib.suppress(Exception):
                return self._reach(inner, scope, depth, prefix)
        return self._reach(last, scope, depth, prefix)

    def _by_path(
        self, node: _Node, scope: Scope, depth: int, prefix: str
    ) -> tuple[Visited, Scope]:
        if depth == 0:
            self.router = node.visited.application
        if getattr(node.visited.application, "_whole_root_path", False) is True:
            check_root_path(scope)
        path = path_to_match(scope)
        for inner in node.inside:
            route = inner.visited.route
            asked = Asked(depth, join_templates(prefix, str(route.pattern)), path)
            self.asked.append(asked)
            try:
                found = route.pattern.match(path)
                if found:
                    child = child_scope(scope, route, route.pattern, found)
                    return self._reach(inner, child, depth + 1, asked.pattern)
                asked.reason = why_not(route.pattern, path, _TAKEN_OFF)
            except Resolver404:
                asked.reason = "the router behind it has no route for the rest"
            except Exception as error:
                asked.reason = f"the connection fails: {type(error).__name__}: {error}"
                raise
        text = f"No route found for path {path!r}."
        raise Resolver404(text) if "path_remaining" in scope else ValueError(text)


def _by_key(node: _Node, scope: Scope) -> _Node:
    """Return the node of what a router by key has for *scope*, or raise its error."""
    name = key_of(node.visited.application)
    for inner in node.inside:
        if inner.visited.steps[-1].key == scope[name]:
            return inner
    if scope[name] == "lifespan":
        raise ValueError("ProtocolTypeRouter answers: there is nothing to start.")
    what = "scope type" if name == "type" else "channel name"
    raise ValueError(f"No application configured for {what} {scope[name]!r}")


def why_not(pattern: Any, path: str, in_front: str = _IN_FRONT) -> str:
    """
    Return why *pattern* does not match *path*.

    Args:
        pattern: One of Django's, or of a class of the project.
        path: What it was asked for.
        in_front: What to say if there has to be a slash in front.
    """

    def matches(text: str) -> bool:
        with contextlib.suppress(Exception):  # of a converter
            return bool(pattern.match(text))
        return False

    refusal = _refusal(pattern, path)
    if refusal:
        return refusal
    if matches(f"{path}/"):
        return "it would match with a slash at the end"
    if path.endswith("/") and matches(path.rstrip("/")):
        return "it would match without the slash at the end"
    return in_front if matches(f"/{path}") else "it does not match"


def _refusal(pattern: Any, path: str) -> str:
    """Say which converter refuses its part of *path*, if the regex accepts it."""
    if not isinstance(pattern, RoutePattern):
        return ""
    with contextlib.suppress(Exception):  # of another kind of pattern
        found = pattern.regex.search(path)
        for name, text in found.groupdict().items() if found else ():
            try:
                pattern.converters[name].to_python(text)
            except ValueError:
                return f"its converter of {name!r} refuses {text!r}"
    return ""
