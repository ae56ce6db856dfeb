"""
Compare both packages on as many random cases as wanted.

    python -m tests.property.run --cases 1000000 --seed 7

A case is one path through one table. Each table is built from a seed of its own,
which is printed with a difference: ``--cases 1 --seed <that>`` shows it again.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
import warnings
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .compare import Difference

SCOPES_PER_TABLE = 60
SECONDS_PER_TABLE = 2


class _TooSlow(BaseException):
    """Python's `re` took too long; raised by an alarm, which `re` looks out for."""


def compare_table(
    seed: int, tally: Counter[str], with_edits: bool = True
) -> Difference | None:
    """Return the first difference of the table of *seed*, ``None`` without one."""
    from . import generator
    from .compare import Pair, outcome

    rng = random.Random(seed)
    table = generator.table(rng)
    pair = Pair(table.entries)
    tally["tables"] += 1
    edits = rng.choice([0, 0, 0, 1, 2]) * with_edits
    for turn in range(edits + 1):
        if turn:
            change, table = generator.edit(rng, table)
            pair.edit(*change)
        for _ in range(SCOPES_PER_TABLE // (edits + 1)):
            scope = generator.scope(rng, table)
            difference = pair.difference(scope)
            tally["cases"] += 1
            if difference is not None:
                return difference
        # Every table counts its last outcome: a run of misses would prove little.
        kind = outcome(pair.upstream, scope).result
        tally["hits" if kind.startswith("(") else "misses and errors"] += 1
    return None


def _too_slow(*_: object) -> None:
    raise _TooSlow


def run(cases: int, seed: int, most: int = 5, with_edits: bool = True) -> int:
    """Print the differences of *cases* cases and return how many tables differ."""
    from .compare import run_case
    from .reduce import reduced

    warnings.simplefilter("ignore")  # dubious regexes warn when they are compiled
    tally: Counter[str] = Counter()
    differing, slowest = 0, (0.0, seed)
    signal.signal(signal.SIGALRM, _too_slow)
    started = reported = time.monotonic()
    while tally["cases"] < cases and differing < most:
        before = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, SECONDS_PER_TABLE)
        try:
            difference = compare_table(seed, tally, with_edits)
        except _TooSlow:
            # The cases before it were compared and counted; the rest is left out.
            difference = None
            tally["abandoned"] += 1
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        now = time.monotonic()
        slowest = max(slowest, (now - before, seed))
        if difference is not None:
            differing += 1
            small = reduced(difference)
            print(f"\n# A difference, from --seed {seed}:\n{small}\n")
            if run_case(small.table, small.scope, small.edits) is None:
                print("# Alone it shows nothing: it takes the dispatches before it.\n")
        if now - reported > 30:
            reported = now
            print(f"{tally['cases']} cases so far, table {seed}", flush=True)
        seed += 1
    seconds = time.monotonic() - started
    print(
        f"{tally['cases']} cases in {tally['tables']} tables, "
        f"{differing} tables differ\n"
        f"{seconds:.0f} s, {tally['cases'] / seconds:.0f} cases a second, "
        f"slowest table {slowest[0]:.2f} s (seed {slowest[1]}), "
        f"{tally['abandoned']} left early as too slow for Python's re\n"
        f"of the sampled outcomes {tally['hits']} were hits and "
        f"{tally['misses and errors']} misses or errors"
    )
    return differing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first table")
    parser.add_argument("--max-differences", type=int, default=5)
    parser.add_argument("--no-edits", action="store_true", help="never change routes")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    differing = run(
        options.cases, options.seed, options.max_differences, not options.no_edits
    )
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
