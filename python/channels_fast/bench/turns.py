"""Measure two things beside each other, in blocks that take turns."""

from __future__ import annotations

import statistics
import time
from typing import Callable

# Long enough for the clock, short enough to take turns.
_BLOCK_SECONDS = 0.001
_FEWEST_ROUNDS = 3

#: The nanoseconds by "upstream" and "ours", the best of all rounds, and their "ratio".
#: Half of the rounds have a ratio between "least" and "most".
Times = dict[str, float]

#: Does something so many times, and returns the seconds.
Block = Callable[[int], float]


def in_turns(ours: Block, upstream: Block, size: int, seconds: float) -> Times:
    """
    Measure *ours* and *upstream*.

    Args:
        ours: One of the two; it comes first.
        upstream: The other one.
        size: What is done each time, counted.
        seconds: For both together.
    """
    best, counts = [float("inf"), float("inf")], [1, 1]
    ratios: list[float] = []
    end = time.perf_counter() + seconds
    while len(ratios) < _FEWEST_ROUNDS or time.perf_counter() < end:
        took = []
        for way, block in enumerate((ours, upstream)):
            while (spent := block(counts[way])) < _BLOCK_SECONDS:
                counts[way] *= 2
            took.append(spent / counts[way] / size * 1e9)
            best[way] = min(best[way], took[-1])
        ratios.append(took[1] / took[0])
    least, _, most = statistics.quantiles(ratios, n=4)
    return {
        "upstream": best[1],
        "ours": best[0],
        "ratio": best[1] / best[0],
        "least": max(least, min(ratios)),
        "most": min(most, max(ratios)),
    }
