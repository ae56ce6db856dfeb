"""Measure two things beside each other, in blocks that take turns."""

from __future__ import annotations

import time
from typing import Callable

# Long enough for the clock, short enough to take turns.
_BLOCK_SECONDS = 0.001
_FEWEST_ROUNDS = 3
_PARTS = 5

#: The nanoseconds by "upstream" and "ours", the best of all rounds, and their "ratio";
#: "least" and "most" are that of the best in each fifth of the rounds.
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
    took: tuple[list[float], list[float]] = ([], [])
    counts = [1, 1]
    end = time.perf_counter() + seconds
    while len(took[0]) < _FEWEST_ROUNDS or time.perf_counter() < end:
        for way, block in enumerate((ours, upstream)):
            while (spent := block(counts[way])) < _BLOCK_SECONDS:
                counts[way] *= 2
            took[way].append(spent / counts[way] / size * 1e9)
    best_ours, best = map(min, took)
    part = -(-len(took[0]) // _PARTS)
    ratios = [
        min(took[1][first : first + part]) / min(took[0][first : first + part])
        for first in range(0, len(took[0]), part)
    ]
    return {
        "upstream": best,
        "ours": best_ours,
        "ratio": best / best_ours,
        "least": min(ratios),
        "most": max(ratios),
    }
