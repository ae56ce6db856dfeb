"""The command line: ``python -m channels_fast.bench myproject.asgi:application``."""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import django

from .._routes.compile import WHY_NOT_COMPILED
from .find import TargetError, find_routers, load
from .measure import Table, measure, upstream

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_LINES = 40


def main(arguments: Optional[list[str]] = None) -> int:
    """Measure what *arguments* name, print the report, return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m channels_fast.bench",
        description="Measure the routes of a project: channels against channels_fast. "
        "No consumer is called and no socket is opened.",
    )
    parser.add_argument(
        "application", nargs="?", help="such as myproject.asgi:application"
    )
    urls = "measure Django's URLs, those of ROOT_URLCONF or of the module MODULE"
    parser.add_argument("--urls", metavar="MODULE", nargs="?", const="", help=urls)
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--seconds", type=float, default=5.0, help="for each table (%(default)s)"
    )
    most = "measure at most so many of a table, evenly spread (%(default)s)"
    parser.add_argument("--routes", type=int, default=200, help=most)
    options = parser.parse_args(arguments)
    if options.json and not Path(options.json).resolve().parent.is_dir():
        parser.error(f"--json: there is no directory {Path(options.json).parent}")
    if options.routes < 1 or options.seconds <= 0:
        parser.error("--routes and --seconds have to be above zero")
    if options.application is None and options.urls is None:
        parser.error("name an application, or --urls, or both")
    try:
        tables = []
        for table in _measured(options):
            print("\n".join(lines(table)), flush=True)
            tables.append(table)
    except TargetError as error:
        print(f"channels_fast.bench: {error}", file=sys.stderr)
        return 2
    if options.json:
        report = json.dumps(as_json(options.application, tables), indent=1)
        Path(options.json).write_text(report + "\n", encoding="utf-8")
    return 0


def _measured(options: argparse.Namespace) -> Iterator[Table]:
    limits = {"seconds": options.seconds, "most": options.routes}
    routers = []
    if options.application is not None:
        routers = find_routers(load(options.application), options.application)
    if WHY_NOT_COMPILED:
        print(f"The compiled part is not in use: {WHY_NOT_COMPILED}\n")
    urlconf = None
    if options.urls is not None:
        # They need settings, which a router does not.
        from .urls import load_urlconf, measure_urls  # noqa: PLC0415 # see above

        urlconf = load_urlconf(options.urls)
    name, router = upstream()
    for found in routers:
        yield measure(found, name, router, **limits)
    if urlconf is not None:
        yield measure_urls(urlconf, **limits)


def lines(table: Table) -> list[str]:
    """Return the report on one table, as text."""
    count = "1 route" if table.count == 1 else f"{table.count:,} routes"
    out = [f"{table.where}: {count}, {len(table.paths):,} measured", ""]
    head = f"{'time of':<28}{table.upstream:>18}{'channels_fast':>16}{'ratio':>10}"
    head += f"{'spread':>14}"
    out += [head, "-" * len(head)]
    for name, times in (
        (f"{table.what}, mean of routes", table.mean),
        ("a path that no route takes", table.miss),
        ("a route with a wrong end", table.near_miss),
    ):
        if times is not None:
            figures = f"{_time(times['upstream']):>18}{_time(times['ours']):>16}"
            spread = f"{_ratio(times['least'])}-{_ratio(times['most'])}"
            out.append(f"{name:<28}{figures}{_ratio(times['ratio']):>10}{spread:>14}")
    if table.miss is None:
        out.append("A route takes every path, so there is no miss to measure.")
    by_django = [
        f"{route.index:>4}  {route.pattern!r}  {route.reason}"
        for route in table.routes
        if route.engine == "Django" and not WHY_NOT_COMPILED
    ]
    left_out = [f"      {pattern!r}" for pattern in table.left_out]
    for title, listed in (
        ("Matched by Django's own pattern", by_django),
        ("Not measured, for want of a path that leads to them", left_out),
    ):
        if listed:
            out += ["", f"{title}:", *listed[:_MOST_LINES]]
        if len(listed) > _MOST_LINES:
            out.append(f"... and {len(listed) - _MOST_LINES:,} more; --json has all")
    return [*out, ""]


def _ratio(value: float) -> str:
    return f"{value:{'.2g' if value < 10 else ',.0f'}}x"


def _time(nanoseconds: float) -> str:
    if nanoseconds < 1e5:
        return f"{nanoseconds:,.0f} ns"
    return f"{nanoseconds / 1e6:,.2f} ms"


def as_json(application: Optional[str], tables: list[Table]) -> dict[str, Any]:
    """Return the figures for ``--json``; times are in nanoseconds."""
    return {
        "application": application,
        "python": platform.python_version(),
        "django": django.get_version(),
        "not_compiled": WHY_NOT_COMPILED,
        "tables": [dataclasses.asdict(table) for table in tables],
    }


if __name__ == "__main__":
    sys.exit(main())
