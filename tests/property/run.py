"""
Compare both packages on as many random cases as wanted.

    python -m tests.property.run --cases 1000000 --seed 7

A case is one path through one table. Each table is built from a seed of its own,
which is printed with a difference: ``--cases 1 --seed <that>`` shows it again.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import warnings
from collections import Counter
from typing import Any

SECONDS_PER_TABLE = 2


class _TooSlow(BaseException):
    """Python's `re` took too long; raised by an alarm, which `re` looks out for."""


def _too_slow(*_: object) -> None:
    raise _TooSlow


def run(cases: int, seed: int, most: int = 5, with_edits: bool = True) -> int:
    """Print the differences of *cases* cases and return how many tables differ."""
    from .cases import compare_table
    from .census import report

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
            print(f"\n# A difference, from --seed {seed}:\n{_explained(difference)}\n")
        if now - reported > 30:
            reported = now
            print(f"{tally['cases']} cases so far, table {seed}", flush=True)
        seed += 1
    seconds = time.monotonic() - started
    print(
        f"{report(tally)}\n"
        f"{tally['cases']} cases in {tally['tables']} tables, "
        f"{differing} tables differ\n"
        f"{seconds:.0f} s, {tally['cases'] / seconds:.0f} cases a second, "
        f"slowest table {slowest[0]:.2f} s (seed {slowest[1]}), "
        f"{tally['abandoned']} left early as too slow for Python's re"
    )
    return differing


def _explained(found: Any) -> str:
    """Return a small program that shows the difference *found*."""
    from .compare import Difference
    from .reduce import is_alone, reduced

    if not isinstance(found, Difference):
        return str(found)
    small = reduced(found)
    if not is_alone(small):
        return f"{small}\n# Alone it shows nothing: it takes the dispatches before it."
    return str(small)


def run_grammar(size: int, share: int, seed: int) -> int:
    """
    Compare every *share*-th regex of up to *size*, and every route of few parts.

    Returns how many of them differ. All of them of size 3 take about an hour.
    """
    from .grammar import ALPHABETS, sweep, sweep_routes

    warnings.simplefilter("ignore")
    differing = 0
    for name in ALPHABETS:
        found, count = [], 0
        for mismatch in sweep(name, size, share, seed):
            count += 1
            if mismatch is not None:
                found.append(mismatch)
                print(f"\n{mismatch}", flush=True)
        differing += len(found)
        print(f"alphabet {name}: {count} regexes, {len(found)} differ", flush=True)
    found, count = [], 0
    for mismatch in sweep_routes(size, share, seed):
        count += 1
        if mismatch is not None:
            found.append(mismatch)
            print(f"\n{mismatch}", flush=True)
    print(f"path(): {count} routes, {len(found)} differ")
    return differing + len(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first table")
    parser.add_argument("--max-differences", type=int, default=5)
    parser.add_argument("--no-edits", action="store_true", help="never change routes")
    parser.add_argument(
        "--grammar", type=int, metavar="SIZE", help="instead: all regexes of that size"
    )
    parser.add_argument("--share", type=int, default=1, help="only every n-th of them")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    if options.grammar:
        return 1 if run_grammar(options.grammar, options.share, options.seed) else 0
    differing = run(
        options.cases, options.seed, options.max_differences, not options.no_edits
    )
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
