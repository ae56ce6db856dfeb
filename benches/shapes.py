"""
Tables of routes to measure, from one route to ten thousand.

Each shape asks something else of a router, and each is like tables that exist.
"""

from __future__ import annotations

import random
import uuid
from typing import Any, Callable, NamedTuple

from django.urls import path, re_path

WORDS = [
    "account", "alert", "auction", "board", "booking", "cart", "chat", "claim",
    "course", "device", "draft", "event", "feed", "fleet", "forum", "game", "group",
    "help", "inbox", "job", "lesson", "live", "market", "meter", "note", "order",
    "page", "play", "poll", "quiz", "radio", "report", "ride", "room", "sale", "score",
    "seat", "sensor", "shop", "show", "stock", "story", "stream", "task", "team",
    "ticket", "tour", "trade", "trip", "vote", "wall", "watch", "zone",
]  # fmt: skip


class Route(NamedTuple):
    """One route: how to make it, and how to make a path that it accepts."""

    make: Callable[..., Any]
    text: str
    path: Callable[[random.Random], str]


def _word(number: int) -> str:
    turn, place = divmod(number, len(WORDS))
    return f"{WORDS[place]}{turn or ''}"


def _int(rng: random.Random) -> str:
    return str(rng.randrange(1, 1_000_000))


def _slug(rng: random.Random) -> str:
    return f"s-{rng.getrandbits(32):x}"


def _uuid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128)))


def static(size: int) -> list[Route]:
    """Literals only, a few dozen to a section."""

    def route(number: int) -> Route:
        text = f"ws/{_word(number // 30)}/topic-{number}/live/"
        return Route(path, text, lambda rng: text)

    return [route(number) for number in range(size)]


def realistic(size: int) -> list[Route]:
    """Five routes to a resource: list, detail, action, member, key."""
    made: list[Route] = []
    for number in range(-(-size // 5)):
        base = f"ws/{_word(number // 8)}/{_word(number % 8 * 5)}/"
        made += [
            Route(path, base, lambda rng, b=base: b),
            Route(path, f"{base}<int:id>/", lambda rng, b=base: f"{b}{_int(rng)}/"),
            Route(
                path,
                f"{base}<int:id>/events/",
                lambda rng, b=base: f"{b}{_int(rng)}/events/",
            ),
            Route(
                path,
                f"{base}<int:id>/members/<slug:member>/",
                lambda rng, b=base: f"{b}{_int(rng)}/members/{_slug(rng)}/",
            ),
            Route(
                path,
                f"{base}by-key/<uuid:key>/",
                lambda rng, b=base: f"{b}by-key/{_uuid(rng)}/",
            ),
        ]
    return made[:size]


def tenant(size: int) -> list[Route]:
    """A parameter comes first, so no route has a literal head."""

    def route(number: int) -> Route:
        return Route(
            path,
            f"<slug:tenant>/part-{number}/<int:id>/",
            lambda rng: f"{_slug(rng)}/part-{number}/{_int(rng)}/",
        )

    return [route(number) for number in range(size)]


def regex(size: int) -> list[Route]:
    """`re_path()` as the tutorial of Channels writes it, anchored or not."""

    def route(number: int) -> Route:
        start = "^" if number % 2 else ""
        return Route(
            re_path,
            rf"{start}ws/chat-{number}/(?P<room_name>\w+)/$",
            lambda rng: f"ws/chat-{number}/room_{_int(rng)}/",
        )

    return [route(number) for number in range(size)]


def overlap(size: int) -> list[Route]:
    """Four converters for one place: only the order of the list decides."""
    made: list[Route] = []
    for number in range(-(-size // 4)):
        base = f"ws/r{number}/"
        made += [
            Route(path, f"{base}<int:id>/", lambda rng, b=base: f"{b}{_int(rng)}/"),
            Route(path, f"{base}<uuid:key>/", lambda rng, b=base: f"{b}{_uuid(rng)}/"),
            Route(path, f"{base}<slug:s>/", lambda rng, b=base: f"{b}{_slug(rng)}/"),
            Route(
                path,
                f"{base}<path:rest>",
                lambda rng, b=base: f"{b}x_/{_slug(rng)}/y.z",
            ),
        ]
    return made[:size]


SHAPES = {
    shape.__name__: shape for shape in (static, realistic, tenant, regex, overlap)
}


def probe_paths(routes: list[Route], probe: str, count: int = 512) -> list[str]:
    """
    Return paths for one question: "first", "last", "random" or "miss".

    Any stretch of the random paths covers the table evenly (steps of the golden
    ratio), so that a short block is as telling as a long one.
    """
    rng = random.Random(len(routes))
    paths = []
    for number in range(count):
        spread = int((0.5 + number * 0.618033988749895) % 1.0 * len(routes))
        place = {"first": 0, "last": len(routes) - 1}.get(probe, spread)
        text = f"/{routes[place].path(rng)}"
        if probe == "miss":
            # The beginning is right and the end is not. Behind a `path` parameter
            # any end would be right.
            if any("<path:" in route.text for route in routes):
                text = text.replace("/ws/r", "/ws/q")
            text = text.rstrip("/") + "/no-such-tail/at/all"
        paths.append(text)
    return paths
