"""``manage.py asgi_routes``: list the routes, or say which one answers a path."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import urlparse

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.management.base import CommandError, CommandParser
from django.http.request import split_domain_port, validate_host

from ..._routes.command import RoutesCommand
from ..._routes.describe import describe, of_the_process
from ..._routes.lines import (
    asked_lines,
    known_lines,
    shown,
    table_lines,
    with_reason,
)
from ..._routes.near import near_misses
from ..._routes.resolve import resolve
from ..._routes.tree import tree
from ..._routes.walk import walk
from ...checks.imported import imported_application
from ...checks.loading import not_imported
from ...security.websocket import OriginValidator

if TYPE_CHECKING:
    from ..._routes.describe import RouteDescription
    from ..._routes.resolve import Resolution
    from ..._routes.walk import Visited

_COLUMNS = ("protocol", "pattern", "name", "application", "engine", "middleware")


class Command(RoutesCommand):
    """Show what ``ASGI_APPLICATION`` leads to."""

    help = "Lists the routes of ASGI_APPLICATION, or says which one answers a path."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        super().add_arguments(parser)
        add = parser.add_argument
        add("--type", help='Protocol type: only this one; with --resolve "websocket".')
        add(
            "--resolve",
            metavar="PATH",
            help="Path of an address, or name of a channel.",
        )
        add("--root-path", default="", help="With --resolve: where the server has it.")
        add("--host", help="With --resolve: the host that the browser's page is from.")

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Print what was asked for.

        Raises:
            CommandError: The application cannot be imported, has no such protocol
                type, or does not answer the path.
        """
        try:
            application = imported_application()
            list(walk(application))  # it may be made when it is looked at
        # Whatever the project raises, or because it gives up.
        except (Exception, SystemExit) as error:
            message = not_imported(error)
            text = f"{message.msg.rstrip('.')}. {message.hint}"
            raise CommandError(" ".join(text.split())) from None
        if options["resolve"] is not None:
            self._resolve(application, options)
            return
        kind = options["type"]
        behind = _behind(application, kind)
        if options["format"] == "tree":
            self.stdout.write(tree(behind, most_lines=None))
            return
        routes = [one for one in describe(application) if kind in (None, one.protocol)]
        if options["format"] == "json":
            self.print_json([dataclasses.asdict(one) for one in routes])
        else:
            lines = table_lines([_COLUMNS, *map(_row, routes)])
            for line in [*lines, *of_the_process()]:
                self.stdout.write(line)

    def _resolve(self, application: Any, options: dict[str, Any]) -> None:
        scope = self._scope(options)
        found = resolve(application, scope)
        hints = []
        if found.router is not None and not found.route:
            hints = near_misses(found.router, scope)
            on_miss = getattr(found.router, "_on_miss", "raise")
            if on_miss != "raise":
                hints.append(f"The connection is answered: on_miss is {on_miss!r}.")
        error = _text(found.error)
        if found.visited and options["host"]:
            error = _refusal(found.visited, options["host"])
        if options["format"] == "json":
            self.print_json(
                {
                    "asked": [dataclasses.asdict(one) for one in found.asked],
                    "route": found.route and dataclasses.asdict(found.route),
                    **_url_route(found),
                    "path_remaining": found.scope.get("path_remaining"),
                    "error": error,
                    "hints": hints,
                }
            )
        else:
            self.stdout.write("\n".join([*_lines(found), *hints]))
        if error:
            raise CommandError(error)

    def _scope(self, options: dict[str, Any]) -> dict[str, Any]:
        kind, asked = options["type"] or "websocket", options["resolve"]
        if kind == "channel":
            return {"type": kind, "channel": asked}
        path = self.path_to_resolve(asked)
        return {"type": kind, "path": path, "root_path": options["root_path"]}


def _behind(application: Any, kind: Optional[str]) -> Any:
    """Return what *application* has for a protocol type."""
    if kind is None:
        return application
    for visited in walk(application):
        if visited.step and visited.step[2:] == ("type", kind):
            return visited.application
    raise CommandError(f"There is no ProtocolTypeRouter with the key {kind!r}.")


def _row(route: RouteDescription) -> tuple[str, ...]:
    pattern = "" if route.pattern is None else shown(route.pattern)
    return (
        route.protocol or "",
        route.channel or pattern,
        route.name or "",
        route.application,
        with_reason(route.engine, route.reason),
        _middleware(route),
    )


def _lines(found: Resolution) -> list[str]:
    """Return the routes that were asked, and what is known of the one that answers."""
    lines = asked_lines(found.asked)
    route = found.route
    if route:
        known = {
            "name": route.name,
            **_url_route(found),
            "engine": with_reason(route.engine, route.reason),
            "middleware": _middleware(route),
        }
        lines += [*([""] if lines else []), *known_lines(route.application, known)]
    return lines


def _middleware(route: RouteDescription) -> str:
    return " > ".join(name.rpartition(".")[2] for name in route.middleware)


def _url_route(found: Resolution) -> dict[str, Any]:
    """Return the arguments as the application finds them, if there are any."""
    url_route = found.scope.get("url_route", {})
    return {key: url_route.get(key) for key in ("args", "kwargs")}


def _text(error: Optional[Exception]) -> str:
    if error is None or type(error) is ValueError:
        return str(error or "")
    return f"{type(error).__name__}: {error}"


def _refusal(visited: Visited, host: str) -> str:
    """Say what on the way turns the pages of *host* away, or requests to it."""
    for layer in visited.ancestors:
        # A subclass may read the origins differently.
        if type(layer) is OriginValidator:
            try:
                origins = [urlparse(f"{one}://{host}") for one in ("http", "https")]
            except ValueError as error:
                raise CommandError(f"--host {host!r}: {error}.") from None
            if not any(map(layer.valid_origin, origins)):
                allowed = layer.allowed_origins
                return f"OriginValidator denies pages of {host!r}. It allows {allowed}."
    if isinstance(visited.application, BaseHandler):
        allowed = settings.ALLOWED_HOSTS
        if settings.DEBUG and not allowed:
            allowed = [".localhost", "127.0.0.1", "[::1]"]
        if not validate_host(split_domain_port(host)[0], allowed):
            return f"Django denies requests to {host!r}. ALLOWED_HOSTS is {allowed}."
    return ""
