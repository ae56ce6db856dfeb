"""``manage.py http_routes``: list the routes of HTTP, or say which answers a path."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.urls import Resolver404, get_resolver

from ...._routes.command import RoutesCommand
from ...._routes.lines import (
    asked_lines,
    known_lines,
    shown,
    table_lines,
    with_reason,
)
from ...._routes.names import name_of
from ... import describe
from ..._listing import list_routes, tree
from ..._search import answer

if TYPE_CHECKING:
    from ..._listing import HttpRoute
    from ..._search import Answer

_COLUMNS = ("pattern", "name", "view", "engine")


class Command(RoutesCommand):
    """Show what ``ROOT_URLCONF`` leads to."""

    help = "Lists the routes of ROOT_URLCONF, or says which one answers a path."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        super().add_arguments(parser)
        add = parser.add_argument
        add("--urlconf", metavar="MODULE", help="Another one than ROOT_URLCONF.")
        add("--resolve", metavar="PATH", help="Path of an address.")

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Print what was asked for.

        Raises:
            CommandError: There is no such URLconf, or it does not answer the path.
        """
        name = options["urlconf"] or getattr(settings, "ROOT_URLCONF", None)
        if not name:
            raise CommandError(
                "ROOT_URLCONF is not set. Give the name of a module with --urlconf."
            )
        resolver = get_resolver(name)
        try:
            routes = list_routes(resolver)
        except Exception as error:  # whatever the project raises
            text = f"URLconf {name!r}: {type(error).__name__}: {error}"
            raise CommandError(" ".join(text.split())) from error
        if options["resolve"] is not None:
            self._resolve(resolver, options)
        elif options["format"] == "json":
            self.print_json([dataclasses.asdict(one) for one in routes])
        else:
            lines = table_lines([_COLUMNS, *map(_row, routes)])
            if options["format"] == "tree":
                lines = tree(resolver)
            for line in [*lines, describe()]:
                self.stdout.write(line)

    def _resolve(self, resolver: Any, options: dict[str, Any]) -> None:
        path = self.path_to_resolve(options["resolve"])
        found = answer(resolver, path)
        refusal = _refusal(found.error, path)
        if options["format"] == "json":
            self.print_json(
                {
                    "asked": [dataclasses.asdict(one) for one in found.asked],
                    "route": found.route and dataclasses.asdict(found.route),
                    **_known(found),
                    "error": refusal,
                }
            )
        else:
            lines = asked_lines(found.asked)
            if found.match:
                view = found.route.view if found.route else name_of(found.match.func)
                known = {"route": found.match.route, **_known(found)}
                lines += ["", *known_lines(view, known)]
            self.stdout.write("\n".join(lines))
        if refusal:
            raise CommandError(refusal)


def _row(route: HttpRoute) -> tuple[str, ...]:
    engine = with_reason(route.engine, route.reason)
    return shown(route.pattern), route.name or "", route.view, engine


def _known(found: Answer) -> dict[str, Any]:
    """Return what the view gets, and what is known of its route."""
    match, route = found.match, found.route
    return {
        "name": match and match.view_name,
        "args": match and match.args,
        "kwargs": match and match.kwargs,
        "engine": route and with_reason(route.engine, route.reason),
    }


def _refusal(error: Any, path: str) -> str:
    if isinstance(error, Resolver404):
        return f"No route answers {path!r}."
    return "" if error is None else f"{type(error).__name__}: {error}"
