"""The command line: ``python -m channels_fast.bench myproject.asgi:application``."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path
from typing import Any

import django

from .._routes.compile import WHY_NOT_COMPILED
from .find import FoundError, find_routers, load, use_working_directory
from .measure import Table, Times, measure, spread
from .tables import upstream

_MOST_LINES = 40


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m channels_fast.bench",
        description="Measure the routes of a project: channels against channels_fast. "
        "No consumer is called and no socket is opened.",
    )
    parser.add_argument("application", help="such as myproject.asgi:application")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--seconds", type=float, default=5.0, help="for each table (%(default)s)"
    )
    parser.add_argument(
        "--routes",
        type=int,
        default=200,
        help="measure at most so many of a table, evenly spread (%(default)s)",
    )
    options = parser.parse_args(arguments)
    if options.json and not Path(options.json).resolve().parent.is_dir():
        parser.error(f"--json: there is no directory {Path(options.json).parent}")
    if options.routes < 1 or options.seconds <= 0:
        parser.error("--routes and --seconds have to be above zero")
    use_working_directory()
    progress = Progress()
    try:
        routers = find_routers(load(options.application))
        way = upstream()
        tables = [
            measure(
                found,
                way,
                seconds=options.seconds,
                most=options.routes,
                progress=progress,
            )
            for found in routers
        ]
    except FoundError as error:
        print(f"channels_fast.bench: {error}", file=sys.stderr)
        return 2
    finally:
        progress("")
    if WHY_NOT_COMPILED:
        print(f"The compiled part is not in use: {WHY_NOT_COMPILED}\n")
    for table in tables:
        print("\n".join(lines(table)))
    if options.json:
        report = json.dumps(as_json(options.application, tables), indent=1)
        Path(options.json).write_text(report + "\n", encoding="utf-8")
    return 0


class Progress:
    """One line that is written over, and nothing if nobody is looking."""

    def __call__(self, text: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\x1b[K{text[:78]}", end="", file=sys.stderr, flush=True)


def lines(table: Table) -> list[str]:
    """Return the report on one table, as text."""
    routes = table.routes
    numbered = list(enumerate(routes))
    without = [(n, route) for n, route in numbered if not route.path]
    python = [(n, route) for n, route in numbered if "python" in route.engine.name]
    count = "1 route" if len(routes) == 1 else f"{len(routes):,} routes"
    out = [f"{table.where}: {count}, {len(table.each):,} measured", ""]
    head = f"{'time of':<28}{table.upstream:>18}{'channels_fast':>16}{'ratio':>10}"
    out += [head, "-" * len(head)]
    for name, times in (
        ("a connection, mean of routes", table.all),
        ("a path that no route takes", table.miss),
        ("the first connection", table.first),
    ):
        if times is not None:
            out.append(f"{name:<28}{_columns(times)}")
    if table.miss is None:
        out.append("A route takes every path, so there is no miss to measure.")
    out += ["", f"{'route':<46}{'upstream':>10}{'ours':>10}{'ratio':>9}  engine"]
    shown = spread(list(table.each), _MOST_LINES)
    for number in shown:
        route, times = routes[number], table.each[number]
        name = f"{number:>4}  {_cut(route.pattern, 38)}"
        figures = f"{_time(times.upstream):>10}{_time(times.ours):>10}"
        ratio = f"{times.ratio:>8.2g}x" if times.ratio < 10 else f"{times.ratio:>8.0f}x"
        out.append(f"{name:<46}{figures}{ratio}  {route.engine.name}")
    if len(shown) < len(table.each):
        out.append(f"{len(shown)} of {len(table.each):,}; --json has them all")
    for title, listed in (
        ("Matched by Python", [(n, r, r.engine.reason) for n, r in python]),
        ("Left out, for want of a path", [(n, r, r.left_out) for n, r in without]),
    ):
        if listed:
            out += ["", f"{title}:"]
            for number, route, reason in listed[:_MOST_LINES]:
                out.append(f"{number:>4}  {route.pattern!r}  {reason}")
            if len(listed) > _MOST_LINES:
                out.append(f"... and {len(listed) - _MOST_LINES:,} more")
    return [*out, ""]


def _columns(times: Times) -> str:
    ratio = f"{times.ratio:.2g}x" if times.ratio < 10 else f"{times.ratio:,.0f}x"
    return f"{_time(times.upstream):>18}{_time(times.ours):>16}{ratio:>10}"


def _time(nanoseconds: float) -> str:
    if nanoseconds < 1e5:
        return f"{nanoseconds:,.0f} ns"
    return f"{nanoseconds / 1e6:,.2f} ms"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."


def as_json(application: str, tables: list[Table]) -> dict[str, Any]:
    """Return the figures for ``--json``; times are in nanoseconds."""

    def pair(times: Times | None) -> dict[str, float] | None:
        return times and {**times._asdict(), "ratio": times.ratio}

    return {
        "application": application,
        "python": platform.python_version(),
        "django": django.get_version(),
        "not_compiled": WHY_NOT_COMPILED,
        "tables": [
            {
                "where": table.where,
                "upstream": table.upstream,
                "mean": pair(table.all),
                "miss": pair(table.miss),
                "first_connection": pair(table.first),
                "routes": [
                    {
                        "pattern": route.pattern,
                        "application": route.application,
                        "engine": route.engine.name,
                        "reason": route.engine.reason,
                        "path": route.path,
                        "left_out": route.left_out,
                        "times": pair(table.each.get(number)),
                    }
                    for number, route in enumerate(table.routes)
                ],
            }
            for table in tables
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
