"""System checks of the routes: patterns that do not match what they seem to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.urls.resolvers import RegexPattern, RoutePattern

from .._routes.applications import is_around_router, layers_of
from .._routes.names import as_written
from .._routes.patterns import NEEDS_A_SLASH, captures_of, is_full_match
from ..routing import URLRouter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._routes.walk import Visited

# What may stand before the anchor of a regex: flags and opening parentheses.
_OPENINGS = re.compile(r"(\(\?[aiLmsux]+\)|\(\?:|\(\?P<\w+>|\((?!\?))*")


def check_routes(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Check each route on its own, and against those before it in its router."""
    for visited in visits:
        if isinstance(visited.application, URLRouter):
            yield from _repeated(visited)
        if visited.route is None:
            continue
        pattern = getattr(visited.route, "pattern", None)
        if not isinstance(pattern, (RegexPattern, RoutePattern)):
            continue
        if isinstance(pattern, RegexPattern):
            try:
                _ = pattern.regex
            except ImproperlyConfigured as error:
                yield checks.Error(
                    f"{visited.location}: {error}",
                    hint="Each connection that gets as far as this route fails. "
                    "Correct the regular expression.",
                    id="channels_fast.E007",
                )
                continue
            yield from _unanchored(visited, pattern)
            yield from _ended(visited, pattern)
        yield from _slash_first(visited, pattern)


def check_captures(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find arguments that an inner route captures again."""
    known: dict[int, dict[str, str]] = {}
    for visited in visits:
        known[id(visited.application)] = visited.captures
        if visited.route is None or not visited.ancestors:
            continue
        outer = known.get(id(visited.ancestors[-1]), {})
        for name in captures_of(visited.route.pattern):
            if name in outer:
                yield checks.Warning(
                    f"{visited.location}: the argument {name!r} is captured a "
                    "second time.",
                    hint=f"It replaces what the route {as_written(outer[name])} in "
                    "front of it has captured. Give one of them another name.",
                    id="channels_fast.W005",
                )


def _slash_first(
    visited: Visited, pattern: RegexPattern | RoutePattern
) -> Iterator[checks.CheckMessage]:
    text = str(pattern)
    if isinstance(pattern, RoutePattern):
        wrong, right = text.startswith("/"), text.lstrip("/")
    else:
        wrong = NEEDS_A_SLASH.match(text) is not None
        right = re.sub(r"\\?/+", "", text, count=1)
    if wrong:
        yield checks.Warning(
            f"{visited.location}: it begins with a slash and never matches.",
            hint="A router takes the slashes off the path first. "
            f"Write {as_written(right)} in place of {as_written(text)}.",
            id="channels_fast.W001",
        )


def _unanchored(
    visited: Visited, pattern: RegexPattern
) -> Iterator[checks.CheckMessage]:
    text = str(pattern)
    start = _OPENINGS.match(text)
    rest = text[start.end() if start else 0 :]
    # An empty regex or a leading `.*` is intentional.
    if not rest or rest.startswith(("^", "\\A", ".*", "(?")) or is_full_match(pattern):
        return
    yield checks.Warning(
        f"{visited.location}: it matches in the middle of a path as well.",
        hint="A regular expression without `^` is searched for, and what stands in "
        f"front of it is dropped. Write {as_written('^' + text)}.",
        id="channels_fast.W002",
    )


def _ended(visited: Visited, pattern: RegexPattern) -> Iterator[checks.CheckMessage]:
    text = str(pattern)
    if not text.endswith("$") or text.endswith("\\$"):
        return
    if not is_around_router(visited.application):
        return
    for layer in layers_of(visited.application):
        if isinstance(layer, URLRouter) and not all(
            _matches_nothing_left(route) for route in layer.routes
        ):
            yield checks.Warning(
                f"{visited.location}: it takes the whole path, and leaves nothing for "
                "the router behind it.",
                hint=f"Write {as_written(text[:-1])}, without the `$`.",
                id="channels_fast.W003",
            )


def _matches_nothing_left(route: Any) -> bool:
    try:
        return bool(route.pattern.match(""))
    except Exception:  # the checks of that route report it
        return True


def _repeated(visited: Visited) -> Iterator[checks.CheckMessage]:
    seen: dict[tuple[type, str], int] = {}
    router, location = visited.application, visited.location
    if visited.route is None:
        location = type(router).__name__
    for index, route in enumerate(router.routes):
        pattern = getattr(route, "pattern", None)
        if not isinstance(pattern, (RegexPattern, RoutePattern)):
            continue
        key = type(pattern), str(pattern)
        first = seen.setdefault(key, index)
        # Several routers may share a prefix; they are asked in turn.
        if first == index or is_around_router(router.routes[first].callback):
            continue
        yield checks.Warning(
            f"{location}, route {as_written(key[1])}: it is there twice, as "
            f"number {first} and number {index}.",
            hint="The first one answers. Take one of them away.",
            id="channels_fast.W004",
        )
