"""
Plans of any form, right or wrong, never panic.

`_compile.py` makes the plans, so a wrong one is an error of this package. It has
to be an exception all the same: a panic is a `BaseException` that would end the
server's task.
"""

from __future__ import annotations

import copy
import random
import string
from typing import Any

import pytest
from django.urls import path, re_path
from django.urls.exceptions import Resolver404

from channels_fast import _compile

KINDS = [
    "alternatives",
    "repeat",
    "group",
    "start",
    "end",
    "end_or_newline",
    "line_start",
    "line_end",
    "word_boundary",
    "other",
]
ALPHABET = "ab0/-é²\n\0x"
COUNTS = [0, 1, 2, 5, 100, 2**32 - 1, 2**32, -1, None]


class _Router:
    """Stands for a nested router."""

    def __init__(self, routes: list[Any]) -> None:
        self.routes = routes


class _Plans:
    """Makes plans that are nearly right, from a seed, for any route."""

    router_class = _Router

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        # Without it there is a plan for each route, also for Django's own.
        self.django = _compile._Compiler.django if rng.random() < 0.4 else None
        self.classes: list[Any] = []
        self.add_classes(rng.randrange(5))

    def add_classes(self, count: int) -> None:
        rng = self.rng
        self.classes += [
            (
                rng.getrandbits(128),
                rng.randrange(3),
                lambda page: [page, 0, 2**64 - 1, 5],
            )
            for _ in range(count)
        ]

    def word(self, most: int = 6) -> str:
        return "".join(self.rng.choices(ALPHABET, k=self.rng.randrange(most)))

    def number(self) -> Any:
        return self.rng.choice(COUNTS) if self.rng.random() < 0.1 else self.small()

    def small(self) -> int:
        return self.rng.randrange(4)

    def node(self, depth: int = 4) -> Any:
        roll = self.rng.random()
        if roll < 0.35 or not depth:
            return self.word()
        if roll < 0.5:
            return self.number()
        if roll < 0.65:
            return [self.node(depth - 1) for _ in range(self.rng.randrange(4))]
        if roll < 0.67:
            return self.rng.choice([None, 1.5, (), {}, b"x"])
        kind = self.rng.choice(KINDS)
        if kind == "alternatives":
            return kind, [self.node(depth - 1) for _ in range(self.rng.randrange(4))]
        if kind == "repeat":
            greedy = self.rng.random() < 0.5
            least, most = self.small(), self.rng.choice([1, 3, 2**32 - 1])
            return kind, least, most, greedy, self.node(depth - 1)
        if kind == "group":
            return kind, self.number(), self.node(depth - 1)
        return (kind, self.number()) if kind == "word_boundary" else (kind,)

    def source(self) -> Any:
        roll = self.rng.random()
        if roll < 0.1:
            return None
        if roll < 0.4:
            text = "^" + self.rng.choice(["a/", "(?P<n>[0-9]+)", self.word()]) + "\\Z"
            return text, (("n", "[0-9]+", self.small(), self.rng.random() < 0.2),)
        return [*("start",) * self.small(), self.node()], self.rng.random() < 0.5

    def routes(self, most: int, depth: int = 2) -> list[Any]:
        kinds = [
            path("a/", print),
            path("<int:n>/", print),
            re_path(r"^(?P<n>\d+)(?P<m>a|b)$", print),
        ]
        routes = [
            copy.copy(self.rng.choice(kinds)) for _ in range(self.rng.randrange(most))
        ]
        for route in routes:
            if depth and self.rng.random() < 0.2:
                route.callback = _Router(self.routes(4, depth - 1))
        return routes

    def plan(self, route: Any) -> Any:
        if self.rng.random() < 0.1:
            self.add_classes(1)
        count = self.small()
        names = None
        if self.rng.random() < 0.5:
            names = tuple(self.rng.choices(string.ascii_letters, k=count))
        kinds = [self.rng.choice(["str", "int", "uuid"]) for _ in range(count)]
        return True, route.pattern, self.source(), names, kinds, None


def run(seed: int) -> str:
    """Make a table from random plans and ask it about random paths."""
    from channels_fast._rust import RouteTable

    rng = random.Random(seed)
    maker = _Plans(rng)
    routes = maker.routes(6)
    try:
        table = RouteTable(routes, maker, rng.random() < 0.5)
    except (TypeError, ValueError, OverflowError, IndexError) as error:
        return type(error).__name__
    table.rows()
    for _ in range(10):
        scope = {"type": "websocket", "path": maker.word(12)}
        try:
            table.dispatch(routes, scope, rng.choice([0, 0, 0, 1, 7, 2**32 - 1]))
        except (ValueError, Resolver404):
            continue
    return "table"


@pytest.mark.skipif(bool(_compile.WHY_NOT_COMPILED), reason="there are no plans")
def test_random_plans_make_a_table_or_an_exception():
    made = [run(seed) for seed in range(4000)]
    assert made.count("table") > 1000
    assert made.count("table") < len(made)


if __name__ == "__main__":  # python -m tests.property.test_plans SECONDS
    import sys
    import time

    until = time.monotonic() + float(sys.argv[1])
    tried = 0
    while time.monotonic() < until:
        run(tried + 1_000_000)
        tried += 1
    print(f"{tried} plans, no panic")
