"""
What would have matched where no route did.

What is asked twice may have side effects, so nothing of the project runs for it: a
converter of its own is taken to accept what its regex does, and a pattern of a class of
its own is left out.

A client may cause it as often as it likes. So where the router has a table, the
patterns get one of their own, which is kept and takes linear time; what only Python
matches is left out of it. A router without a table asks its patterns in turn anyway,
and so it is done here.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from django.urls.exceptions import Resolver404
from django.urls.resolvers import URLPattern, URLResolver

from .._log import brief
from .applications import is_url_router, layers_of
from .compile import compile_shapes
from .patterns import match_by_regex, without_slash
from .uncompiled import NoTable, check_root_path, join_templates, path_to_match

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._typing import Scope

# The attributes of another route may be computed.
_DJANGOS = (URLPattern, URLResolver)
# More of them before the routes begin are not looked for.
_MOST_SEGMENTS_OF_A_ROOT = 3
# Routers inside each other. One may be inside itself.
_DEEPEST = 20
# A project may make new routers all the time.
_MOST_ROUTERS = 1000
# Routes that accept a path whose applications or converters have refused it.
_MOST_REFUSED = 100


def near_misses(router: Any, scope: Scope) -> list[str]:
    """
    Return what would lead on where *scope* leads nowhere, as sentences.

    Args:
        router: The outermost ``URLRouter`` that the connection gets to.
        scope: Its scope there.
    """
    search = getattr(router, "_near", None)
    routes = router.routes
    table: Any = getattr(router, "_compiled", None)
    if search is None or not search.is_of(routes, table):
        has_table = table is not None and not isinstance(table, NoTable)
        search = _Search(routes, table, has_table and table.is_current(routes))
        if search.compiled:
            router._near = search
    return search.near_misses(router, scope)


class _Search:
    def __init__(self, routes: Any, table: Any, compiled: bool) -> None:
        self.routes = routes
        self.table = table
        self.compiled = compiled
        self.shapes: dict[int, _Shapes] = {}

    def is_of(self, routes: Any, table: Any) -> bool:
        """Return whether it was made for these *routes*, as they are."""
        return self.routes is routes and self.table is table

    def near_misses(self, router: Any, scope: Scope) -> list[str]:
        path, root = scope.get("path"), scope.get("root_path", "")
        if not isinstance(path, str) or not isinstance(root, str):
            return []
        found = []
        rest = _rest_of_path(router, scope)
        for words, value, other in _changes(path, root.rstrip("/"), rest):
            for pattern in self.accepting(router, other):
                # If it accepts the path itself, its application or its converter has
                # refused.
                if rest is None or pattern not in self.refusing(router, rest):
                    text = f"{words} {brief(value)}" if value else words
                    found.append(f"{text}, the route {pattern!r} would answer.")
                    break
        if rest is not None and any(one.has_slashes for one in self.shapes.values()):
            for pattern in itertools.islice(self.accepting(router, rest, True), 1):
                found.append(
                    f"The route {pattern!r}: it would match with a slash in front, "
                    "which routers take off."
                )
        return found

    def refusing(self, router: Any, path: str) -> set[str]:
        """Return the patterns that accept *path*, of routes that have not answered."""
        return set(itertools.islice(self.accepting(router, path), _MOST_REFUSED))

    def accepting(
        self, router: Any, path: str, slash_first: bool = False, depth: int = 0
    ) -> Iterator[str]:
        """
        Yield the patterns that accept *path*, behind those of outer routers.

        Args:
            slash_first: Whether to look for those that begin with a slash, and so
                never match, or for all others.
        """
        if depth == _DEEPEST:
            return
        shapes = self.shapes_of(router)
        start = 0
        while True:
            found = shapes.first(path.lstrip("/"), start)
            if found is None:
                return
            position, rest = found
            start = position + 1
            begins = shapes.corrected[position]
            if begins and not slash_first:
                continue
            route = shapes.routes[position]
            inner = next(filter(is_url_router, layers_of(route.callback)), None)
            # One slash in front is enough of a mistake.
            wanted = slash_first and not begins
            if inner is not None:
                for behind in self.accepting(inner, rest, wanted, depth + 1):
                    yield join_templates(str(route.pattern), behind)
            elif not wanted:
                yield str(route.pattern)

    def shapes_of(self, router: Any) -> _Shapes:
        shapes = self.shapes.get(id(router))
        if shapes is None or not shapes.is_of(router):
            # A list that changes is not compiled again for each connection.
            shapes = _Shapes(router, self.compiled and shapes is None)
            if len(self.shapes) == _MOST_ROUTERS:
                self.shapes.clear()
            self.shapes[id(router)] = shapes
        return shapes


class _Shapes:
    """The patterns of one router, and nothing of the project behind them."""

    def __init__(self, router: Any, compiled: bool) -> None:
        # Its `id()` is known by it as long as it lives.
        self.router, self.live = router, router.routes
        self.length = _length(self.live)
        every = tuple(self.live)
        self.routes = [one for one in every if isinstance(one, _DJANGOS)]
        corrected = [without_slash(route.pattern) for route in self.routes]
        #: Whether each one begins with a slash, which is left out here.
        self.corrected = [pattern is not None for pattern in corrected]
        self.has_slashes = any(self.corrected)
        self.patterns = [
            route.pattern if pattern is None else pattern
            for route, pattern in zip(self.routes, corrected)
        ]
        self.table = compile_shapes(self.patterns) if compiled else None

    def is_of(self, router: Any) -> bool:
        """Return whether it was made for the routes that *router* has now."""
        return self.live is router.routes and self.length == _length(self.live)

    def first(self, path: str, start: int) -> tuple[int, str] | None:
        """Return the position of the first route that accepts *path*, and the rest."""
        if self.table is not None:
            table, routes = self.table
            try:
                found = table.dispatch(routes, {"path_remaining": path}, start)
            except Resolver404:
                return None
            if found is None:  # a path that only Python can read
                return None
            _, child, number = found
            return number - 1, child["path_remaining"]
        for position in range(start, len(self.patterns)):
            rest = match_by_regex(self.patterns[position], path)
            if rest is not None:
                return position, rest
        return None


def _length(routes: Any) -> int:
    return len(routes) if hasattr(routes, "__len__") else 0


def _rest_of_path(router: Any, scope: Scope) -> str | None:
    """Return what *router* has matched, ``None`` if the root_path does not fit."""
    try:
        if getattr(router, "_whole_root_path", False) is True:
            check_root_path(scope)
        rest: str = path_to_match(scope)
    except ValueError:
        return None
    return rest


def _changes(path: str, root: str, rest: str | None) -> list[tuple[str, str, str]]:
    """
    Return how *path* and *root* may be meant.

    Each is the beginning of a sentence, what it shows, and what a router would match.
    """
    changes = []
    if root and not f"{path}/".startswith(f"{root}/"):
        words = f"The path has to begin with the root_path {brief(root)}: with"
        changes.append((words, f"{root}{path}", path))
    elif not root:
        inner = path.strip("/").split("/", _MOST_SEGMENTS_OF_A_ROOT)
        outer = ""
        end = "/" if path.endswith("/") else ""
        while len(inner) > 1:
            outer += f"/{inner.pop(0)}"
            changes.append(("With the root_path", outer, "/".join(inner) + end))
    if rest is None:
        return changes
    if path.endswith("/"):
        changes.append(("Without the slash at the end", "", rest.rstrip("/")))
    else:
        changes.append(("With a slash at the end", "", f"{rest}/"))
    return changes
