"""Measure the ways to route, turn by turn."""

from __future__ import annotations

import re
import statistics
import time
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from django.urls.exceptions import Resolver404

from .tables import OURS, Contender, Dispatch, Route, build, make_scope, reached, survey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .find import Found

#: Long enough for the clock, short enough to take turns.
_BLOCK_SECONDS = 0.0005
_MOST_IN_A_BLOCK = 4096
_FEWEST_ROUNDS = 3
_MOST_ROUNDS = 60
_FIRST_CONNECTIONS = 5
_MISS = "/no-such-path-here/at/all"


class Times(NamedTuple):
    """What a connection costs, in nanoseconds: the minimum over the blocks."""

    upstream: float
    ours: float

    @property
    def ratio(self) -> float:
        """How many times ours is faster."""
        return self.upstream / self.ours


class Table(NamedTuple):
    """The figures of one router."""

    where: str
    upstream: str
    routes: list[Route]
    #: By the number of the route; only of those that were measured.
    each: dict[int, Times]
    #: Of all measured routes together, each as often as any other.
    all: Times | None
    #: ``None`` if a route accepts every path.
    miss: Times | None
    first: Times | None


class _Block:
    """Dispatches of one path by one way, timed as a whole."""

    def __init__(self, dispatch: Dispatch, path: str) -> None:
        self._dispatch, self._path = dispatch, path
        self._count = 1
        self.best = float("inf")
        self._seconds()  # whatever is compiled late
        while self._count < _MOST_IN_A_BLOCK and self._seconds() < _BLOCK_SECONDS:
            self._count *= 2

    def _seconds(self) -> float:
        dispatch, scope, count = self._dispatch, make_scope(self._path), self._count

        async def drive() -> None:
            for _ in range(count):
                try:  # noqa: SIM105 - suppress() would be timed with every dispatch
                    await dispatch(scope, None, None)
                except (ValueError, Resolver404):
                    pass

        coroutine = drive()
        started = time.perf_counter()
        try:
            coroutine.send(None)
        except StopIteration:
            return time.perf_counter() - started
        raise AssertionError("the router waited for something")

    def run(self) -> None:
        self.best = min(self.best, self._seconds() / self._count * 1e9)


def measure(
    found: Found,
    contender: Contender,
    *,
    seconds: float,
    most: int,
    progress: Callable[[str], None],
) -> Table:
    """
    Measure one router of the project.

    At most *most* routes are measured, spread over the table, for about *seconds*.
    """
    progress(f"looking for a path to each route of {found.where}")
    routes = found.router.routes
    theirs, ours = build(contender, routes), build(OURS, routes)
    described = survey(routes, [ours, theirs])
    # `survey` tried many paths; the tables that are measured have seen none.
    theirs, ours = build(contender, routes), build(OURS, routes)
    with_path = [number for number, route in enumerate(described) if route.path]
    chosen = spread(with_path, most)
    paths = {number: described[number].path for number in chosen}
    missed = all(isinstance(reached(way, _MISS), str) for way in (theirs, ours))
    if missed:
        paths[-1] = _MISS
    blocks = {
        number: (_Block(theirs, path), _Block(ours, path))
        for number, path in paths.items()
    }
    for done in _rounds(seconds):
        progress(f"{done:4.0%} of {len(paths)} paths of {found.where}")
        for pair in blocks.values():
            # Both in one breath, so a slow moment of the machine hits both.
            for block in pair:
                block.run()
    each = {n: Times(pair[0].best, pair[1].best) for n, pair in blocks.items()}
    miss = each.pop(-1, None)
    last = described[chosen[-1]].path if chosen else ""
    return Table(
        found.where,
        contender.name,
        described,
        each,
        _mean(list(each.values())),
        miss,
        _first_connection(routes, contender, last, progress) if last else None,
    )


def spread(numbers: list[int], most: int) -> list[int]:
    """Return at most *most* of *numbers*, evenly, with the first and the last."""
    if len(numbers) <= most:
        return numbers
    step = (len(numbers) - 1) / max(most - 1, 1)
    return [numbers[round(turn * step)] for turn in range(most)]


def _rounds(seconds: float) -> Iterator[float]:
    """Yield the part that is done, until the time is over."""
    started = time.perf_counter()
    for turn in range(_MOST_ROUNDS):
        spent = (time.perf_counter() - started) / seconds
        if turn >= _FEWEST_ROUNDS and spent >= 1:
            return
        yield min(1.0, max(spent, turn / _MOST_ROUNDS))


def _mean(times: list[Times]) -> Times | None:
    if not times:
        return None
    return Times(
        statistics.fmean(one.upstream for one in times),
        statistics.fmean(one.ours for one in times),
    )


def _first_connection(
    routes: Any, contender: Contender, path: str, progress: Callable[[str], None]
) -> Times:
    """Measure the first connection of a process, which pays for what is compiled."""
    best = [float("inf"), float("inf")]
    for turn in range(_FIRST_CONNECTIONS):
        progress(f"first connection, {turn + 1} of {_FIRST_CONNECTIONS}")
        for place, way in enumerate((contender, OURS)):
            dispatch = build(way, routes)
            # `re` keeps the last expressions, which a new process has not seen.
            re.purge()
            started = time.perf_counter()
            reached(dispatch, path)
            best[place] = min(best[place], (time.perf_counter() - started) * 1e9)
    return Times(*best)
