"""A line of progress, and tables, for people who watch."""

from __future__ import annotations

import sys
import time

WIDTH = 28


class Progress:
    """One line that is written over; silent where there is no terminal."""

    def __init__(self, title: str, total: int) -> None:
        self._title = title
        self._total = max(total, 1)
        self._done = -1
        self._started = time.monotonic()

    def step(self, text: str) -> None:
        """Say what begins now."""
        self._done += 1
        part = min(self._done / self._total, 1)
        bar = "#" * round(part * WIDTH)
        spent = round(time.monotonic() - self._started)
        line = f"{self._title:<10} [{bar:<{WIDTH}}] {part:4.0%} {spent:>4} s  {text}"
        self._write(line[:100])

    def end(self) -> None:
        """Take the line away."""
        self._write("")

    def _write(self, line: str) -> None:
        if sys.__stderr__ is not None and sys.__stderr__.isatty():
            print(f"\r\x1b[K{line}", end="", file=sys.__stderr__, flush=True)


def print_table(title: str, head: list[str], rows: list[list[str]]) -> None:
    """Print a table; the first column stands at the left."""
    widths = [max(map(len, column)) for column in zip(head, *rows)]
    print(f"\n{title}" if title else "")
    for row in [head, ["-" * width for width in widths], *rows]:
        first, *rest = row
        cells = [f"{cell:>{width}}" for cell, width in zip(rest, widths[1:])]
        print("  ".join([f"{first:<{widths[0]}}", *cells]).rstrip())


def time_text(nanoseconds: float) -> str:
    """Return a time with three digits and the unit that suits it."""
    for unit, size in (("ns", 1), ("\u00b5s", 1e3), ("ms", 1e6)):
        if nanoseconds < 999.5 * size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds / 1e9:.3g} s"


def ratio_text(ratio: float) -> str:
    """Return how many times faster, as ``3.5x`` or ``140x``."""
    return f"{ratio:.2g}x" if ratio < 9.95 else f"{ratio:,.0f}x"
