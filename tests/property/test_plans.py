"""
Plans of any form, right or wrong, never panic.

`_routes/compile.py` makes the plans, so a wrong one is an error of this package. It
has to be an exception all the same: a panic is a `BaseException` that would end the
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

from channels_fast._routes.plans import ClassPlan, Meaning, RouterPlan, TablePlan

from ..support.engines import WHY_NOT_COMPILED

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
    "uuid",
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

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.meanings: list[Meaning] = []

    def table(self, routes: list[Any]) -> TablePlan:
        rng = self.rng
        classes = [
            ClassPlan(
                rng.getrandbits(128),
                rng.choice(["never", "always", "ask"]),
                lambda page: [page, 0, 2**64 - 1, 5],
            )
            for _ in range(rng.randrange(7))
        ]
        router = self.router(routes)
        return TablePlan(router, self.meanings, classes, rng.random() < 0.5)

    def router(self, routes: list[Any]) -> RouterPlan:
        rng = self.rng
        plans = []
        for route in routes:
            literal = self.word() if rng.random() < 0.5 else ""
            if not self.meanings or rng.random() < 0.8:
                self.meanings.append(self.meaning())
            last = len(self.meanings) - 1
            meaning = last if rng.random() < 0.8 else rng.randrange(last + 2)
            callback = route.callback
            nested = isinstance(callback, _Router)
            inner = self.router(callback.routes) if nested else None
            template = rng.choice([None, self.word()])
            plans.append(
                (
                    route,
                    route.pattern,
                    literal,
                    meaning,
                    callback,
                    callback,
                    template,
                    route.name,
                    inner,
                )
            )
        return RouterPlan(routes, plans)

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
        return (kind, self.number()) if kind in ("word_boundary", "uuid") else (kind,)

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

    def meaning(self) -> Meaning:
        count = self.small()
        names = None
        if self.rng.random() < 0.5:
            names = tuple(self.rng.choices(string.ascii_letters, k=count))
        kinds = [self.rng.choice(["str", "int", "uuid"]) for _ in range(count)]
        tree = None
        if self.rng.random() < 0.9:
            tree = [*[("start",)] * self.rng.randrange(2), self.node()]
        return Meaning(tree, self.rng.random() < 0.5, names, kinds, None)


def run(seed: int) -> str:
    """Make a table from random plans and ask it about random paths."""
    from channels_fast._rust import RouteTable

    rng = random.Random(seed)
    maker = _Plans(rng)
    routes = maker.routes(6)
    try:
        table = RouteTable(maker.table(routes))
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


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="there are no plans")
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
