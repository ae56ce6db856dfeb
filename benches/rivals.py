"""
Compare one look-up with the routers of other projects, by the number of routes.

    python -m benches.rivals target/bench/rivals.json

Ours and upstream's are a whole `await URLRouter(...)(scope, receive, send)`, with the
child scope. The others are the call of that router which is nearest to the look-up
alone, so they do less: the comparison is in their favor.
"""

from __future__ import annotations

import json
import random
import sys
import time
import uuid
from importlib.metadata import version
from pathlib import Path

from benches.routers import RIVALS, Part, Route, Run, write
from benches.shapes import WORDS
from benches.terminal import Progress, print_table, time_text

SIZES = [1, 10, 100, 1_000, 10_000]
BLOCK_SECONDS = 0.002
ROUNDS = 40
#: More than the caches in front of some routers keep.
PATHS = 4_096


def routes(size: int) -> list[Route]:
    """Five routes to a resource: list, detail, action, member, key."""
    made: list[Route] = []
    for number in range(-(-size // 5)):
        turn, place = divmod(number // 8, len(WORDS))
        base = f"ws/{WORDS[place]}{turn or ''}/{WORDS[number % 8 * 5]}/"
        made += [
            [base],
            [base, Part("id", "int"), "/"],
            [base, Part("id", "int"), "/events/"],
            [base, Part("id", "int"), "/members/", Part("member", "slug"), "/"],
            [base + "by-key/", Part("key", "uuid"), "/"],
        ]
    return made[:size]


def sample(route: Route, rng: random.Random) -> str:
    """Return a path that *route* accepts."""
    values = {
        "int": lambda: str(rng.randrange(1, 1_000_000)),
        "slug": lambda: f"s-{rng.getrandbits(32):x}",
        "uuid": lambda: str(uuid.UUID(int=rng.getrandbits(128))),
    }
    return write(route, lambda part: values[part.kind]())


class Block:
    """Look-ups of one router, timed as a whole."""

    def __init__(self, run: Run, paths: list[str]) -> None:
        self._run, self._paths = run, paths
        self._place = 0
        self.count = 8
        self.best = float("inf")
        while self.seconds() < BLOCK_SECONDS / 2 and self.count < PATHS:
            self.count *= 2

    def seconds(self) -> float:
        # Any stretch of the paths covers the table evenly.
        self._place = (self._place + self.count) % PATHS
        doubled = self._paths + self._paths
        paths = doubled[self._place : self._place + self.count]
        started = time.perf_counter()
        self._run(paths)
        return time.perf_counter() - started

    def measure(self) -> None:
        self.best = min(self.best, self.seconds() / self.count * 1e9)


def compare(size: int, progress: Progress) -> dict[str, float]:
    """Return the time of one look-up by the title of the router."""
    rng = random.Random(size)
    table = routes(size)
    # Steps of the golden ratio, which spread evenly over the table.
    places = [int((0.5 + n * 0.618033988749895) % 1 * size) for n in range(PATHS)]
    paths = [sample(table[place], rng) for place in places]
    blocks = {}
    for rival in RIVALS:
        progress.step(f"{size:,} routes, {rival.title}")
        if size > rival.largest:
            continue
        run = rival.build(table)
        for place, path in list(zip(places, paths))[:20]:
            found = run([path])
            assert found == place, f"{rival.title}: {path} is {found}, not {place}"
        blocks[rival.title] = Block(run, paths)
    for _ in range(ROUNDS):
        for block in blocks.values():
            block.measure()
    return {title: block.best for title, block in blocks.items()}


def main(target: str) -> None:
    import django
    from django.conf import settings

    settings.configure()
    django.setup()
    progress = Progress("rivals", len(SIZES) * len(RIVALS))
    figures = {size: compare(size, progress) for size in SIZES}
    progress.end()
    rows = []
    for rival in RIVALS:
        times = [figures[size].get(rival.title) for size in SIZES]
        rows.append([rival.title, *[time_text(t) if t else "-" for t in times]])
    head = ["one look-up, random hit", *[f"{size:,}" for size in SIZES]]
    print_table("number of routes", head, rows)
    report = {
        "versions": {rival.title: version(rival.package) for rival in RIVALS},
        "largest": {rival.title: rival.largest for rival in RIVALS},
        "figures": figures,
    }
    Path(target).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
