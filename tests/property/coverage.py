"""
How much of the tables of real projects is matched without a Python pattern.

    python -m tests.property.coverage [routes.json ...]

A file maps a project to its routes, ``[kind, pattern, is_prefix]`` each, as
``tests/corpora/routes.json`` does. Converters that a project registers itself
are registered here under the same names.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent.parent / "corpora" / "routes.json"


class _ProjectConverter:
    """Stands for a converter of which only the name is known."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value


async def _application(scope: Any, receive: Any, send: Any) -> None:
    """Nothing is dispatched here."""


def register_converters(routes: list[Any]) -> None:
    """Register what the ``path()`` routes of a table name and Django has not."""
    from django.urls.converters import get_converters, register_converter

    for kind, pattern, _ in routes:
        for name in re.findall(r"<([^:>]+):", pattern) if kind == "path" else ():
            if name not in get_converters():
                register_converter(_ProjectConverter, name)


def reasons(routes: list[Any]) -> list[tuple[str, str]]:
    """Return the patterns of a table that Python matches, each with its reason."""
    from django.urls import path, re_path

    from channels_fast.routing import URLRouter

    register_converters(routes)
    left = []
    for kind, pattern, is_prefix in routes:
        route = (path if kind == "path" else re_path)(pattern, _application)
        if is_prefix:
            cls = type(route.pattern)
            route.pattern = cls(pattern, route.pattern.name, is_endpoint=False)
        for row in URLRouter([route]).describe():
            if row.engine == "Django":
                left.append((pattern, row.reason))
    return left


def main(files: list[str]) -> int:
    """Print a line a table; return 1 if one of them is below 99 percent."""
    import django
    from django.conf import settings

    settings.configure()
    django.setup()
    below = 0
    for file in files or [str(CORPUS)]:
        for project, routes in json.loads(Path(file).read_text()).items():
            left = reasons(routes)
            share = 1 - len(left) / max(1, len(routes))
            below += share < 0.99
            print(f"{project:<16} {len(routes):>5} routes  {share:8.2%} without Python")
            for reason, count in Counter(reason for _, reason in left).items():
                print(f"{'':<16} {count:>5} {reason}")
            for pattern, _ in left:
                print(f"{'':<22} {pattern}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
