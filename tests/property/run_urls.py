"""
Compare Django's own URLs with ours on as many random cases as wanted.

    python -m tests.property.run_urls --cases 1000000 --seed 7

A case is one path through one URLconf. Each URLconf is built from a seed of its own,
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

from .run import SECONDS_PER_TABLE, _too_slow, _TooSlow


def run(cases: int, seed: int, most: int = 5, with_edits: bool = True) -> int:
    """Print the differences of *cases* cases and return how many URLconfs differ."""
    from channels_fast import urls

    from .url_cases import DifferenceError, compare_urlconf

    warnings.simplefilter("ignore")  # dubious regexes warn when they are compiled
    urls.install()
    tally: Counter[str] = Counter()
    differing, first = 0, seed
    signal.signal(signal.SIGALRM, _too_slow)
    started = reported = time.monotonic()
    while tally["cases"] < cases and differing < most:
        signal.setitimer(signal.ITIMER_REAL, SECONDS_PER_TABLE)
        try:
            compare_urlconf(seed, tally, with_edits)
        except _TooSlow:
            # The cases before it were compared and counted; the rest is left out.
            tally["abandoned"] += 1
        except DifferenceError as difference:
            differing += 1
            print(f"\n# A difference, from --seed {seed}:\n{difference}\n")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if time.monotonic() - reported > 30:
            reported = time.monotonic()
            print(f"{tally['cases']} cases so far, URLconf {seed}", flush=True)
        seed += 1
    seconds = time.monotonic() - started
    tally["seconds"] = round(seconds)
    for name, count in sorted(tally.items(), key=lambda item: item[0]):
        print(f"{name} {count}")
    print(urls.describe())
    print(f"seeds {first} to {seed - 1}")
    print(f"{tally['cases']} cases, {differing} URLconfs differ")
    return differing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first URLconf")
    parser.add_argument("--max-differences", type=int, default=5)
    parser.add_argument("--no-edits", action="store_true", help="never change URLs")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    most, with_edits = options.max_differences, not options.no_edits
    return 1 if run(options.cases, options.seed, most, with_edits) else 0


if __name__ == "__main__":
    sys.exit(main())
