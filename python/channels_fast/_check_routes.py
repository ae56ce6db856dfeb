"""System checks of the routes: patterns that do not match what they look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.urls.resolvers import RegexPattern, RoutePattern

from ._routes.applications import is_around_router, layers_of
from ._routes.patterns import captures_of, is_full_match
from .routing import URLRouter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._walk import Stop

# What may stand in front of the anchor of a regex: flags and opened groups.
_OPENINGS = re.compile(r"(\(\?[aiLmsux]+\)|\(\?:|\(\?P<\w+>|\((?!\?))*")
# A slash at the very beginning that the path must have.
_NEEDS_A_SLASH = re.compile(r"(\^|\\A)\\?/(?![?*{|])")


def check_routes(stops: Iterable[Stop]) -> Iterator[checks.CheckMessage]:
    """Check each route of *stops* on its own, and against those above it."""
    for stop in stops:
        if isinstance(stop.application, URLRouter):
            yield from _repeated(stop)
        if stop.route is None:
            continue
        pattern = getattr(stop.route, "pattern", None)
        if not isinstance(pattern, (RegexPattern, RoutePattern)):
            continue
        if isinstance(pattern, RegexPattern):
            broken = list(_broken(stop, pattern))
            yield from broken
            if broken:
                continue
            yield from _unanchored(stop, pattern)
            yield from _ended(stop, pattern)
        yield from _slash_first(stop, pattern)


def check_captures(stops: Iterable[Stop]) -> Iterator[checks.CheckMessage]:
    """Find arguments that an inner route takes the place of."""
    known: dict[int, dict[str, str]] = {}
    for stop in stops:
        known[id(stop.application)] = stop.captures
        if stop.route is None or not stop.above:
            continue
        outer = known.get(id(stop.above[-1]), {})
        for name in captures_of(stop.route.pattern):
            if name in outer:
                yield checks.Warning(
                    f"{stop.place}: the argument {name!r} is captured a second time.",
                    hint=f"It replaces what the route {outer[name]!r} in front of it "
                    "has captured. Give one of them another name.",
                    id="channels_fast.W005",
                )


def _broken(stop: Stop, pattern: RegexPattern) -> Iterator[checks.CheckMessage]:
    try:
        _ = pattern.regex
    except ImproperlyConfigured as error:
        yield checks.Error(
            f"{stop.place}: {error}",
            hint="Each connection that gets as far as this route fails. Correct the "
            "regular expression.",
            id="channels_fast.E007",
        )


def _slash_first(
    stop: Stop, pattern: RegexPattern | RoutePattern
) -> Iterator[checks.CheckMessage]:
    text = str(pattern)
    if isinstance(pattern, RoutePattern):
        wrong, right = text.startswith("/"), text.lstrip("/")
    else:
        wrong = _NEEDS_A_SLASH.match(text) is not None
        right = re.sub(r"\\?/+", "", text, count=1)
    if wrong:
        yield checks.Warning(
            f"{stop.place}: it begins with a slash and never matches.",
            hint="A router takes the slashes off the path first. "
            f"Write {right!r} in place of {text!r}.",
            id="channels_fast.W001",
        )


def _unanchored(stop: Stop, pattern: RegexPattern) -> Iterator[checks.CheckMessage]:
    text = str(pattern)
    start = _OPENINGS.match(text)
    rest = text[start.end() if start else 0 :]
    # An empty one, and one that begins with everything, mean it.
    if not rest or rest.startswith(("^", "\\A", ".*", "(?")) or is_full_match(pattern):
        return
    yield checks.Warning(
        f"{stop.place}: it matches in the middle of a path as well.",
        hint="A regular expression without `^` is searched for, and what stands in "
        f"front of it is dropped. Write {'^' + text!r}.",
        id="channels_fast.W002",
    )


def _ended(stop: Stop, pattern: RegexPattern) -> Iterator[checks.CheckMessage]:
    text = str(pattern)
    if not text.endswith("$") or text.endswith("\\$"):
        return
    if not is_around_router(stop.application):
        return
    for layer in layers_of(stop.application):
        if isinstance(layer, URLRouter) and not all(
            _matches_nothing_left(route) for route in layer.routes
        ):
            yield checks.Warning(
                f"{stop.place}: it takes the whole path, and leaves nothing for the "
                "router behind it.",
                hint=f"Write {text[:-1]!r}, without the `$`.",
                id="channels_fast.W003",
            )


def _matches_nothing_left(route: Any) -> bool:
    try:
        return bool(route.pattern.match(""))
    except Exception:  # it is reported where it stands
        return True


def _repeated(stop: Stop) -> Iterator[checks.CheckMessage]:
    seen: dict[tuple[type, str], int] = {}
    for index, route in enumerate(stop.application.routes):
        pattern = getattr(route, "pattern", None)
        if not isinstance(pattern, (RegexPattern, RoutePattern)):
            continue
        key = type(pattern), str(pattern)
        first = seen.setdefault(key, index)
        # Routers with one prefix are asked in turn.
        if first == index or is_around_router(stop.application.routes[first].callback):
            continue
        yield checks.Warning(
            f"{_place_of_router(stop)}, route {key[1]!r}: it is there twice, as "
            f"number {first} and number {index}.",
            hint="The first one answers. Take one of them away.",
            id="channels_fast.W004",
        )


def _place_of_router(stop: Stop) -> str:
    return stop.place if stop.route is not None else type(stop.application).__name__
