"""Descriptions of routes for people."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._rust import RouteTable
    from .uncompiled import NoTable


@dataclass(frozen=True)
class RouteDescription:
    """What a router knows about one of its routes."""

    #: Its number, in the order of matching.
    index: int
    #: The route string or the regex, behind those of the routers around it.
    pattern: str
    #: ``"segmented"`` (the trie alone), ``"program"`` (a compiled regular
    #: expression) or ``"python"`` (the pattern object itself).
    engine: str
    #: Why Python matches it, or an empty string.
    reason: str
    #: The dotted name of what it leads to.
    application: str

    def __str__(self) -> str:
        line = f"{self.index:>4}  {self.engine:<9}  {as_written(self.pattern)}"
        return f"{line}  {self.reason}" if self.reason else line


def describe_routes(
    routes: Sequence[Any], table: RouteTable | NoTable
) -> list[RouteDescription]:
    """Describe *routes*, which *table* was made from."""
    described = []
    for index, (positions, engine, reason) in enumerate(table.rows()):
        text, application, level = "", None, routes
        for position in positions:
            route = level[position]
            text += str(route.pattern)
            application = route.callback
            level = getattr(application, "routes", ())
        name = name_of(application)
        described.append(RouteDescription(index, text, engine, reason or "", name))
    return described


def as_written(pattern: Any) -> str:
    """Return *pattern* in quotes, with each backslash as it stands in the source."""
    text = str(pattern)
    return f'"{text}"' if "'" in text else f"'{text}'"


def source_of(application: Any, attribute: str = "") -> str:
    """Return the dotted name of *application*, and the file and line that define it."""
    name = name_of(application) + attribute
    application = getattr(application, "consumer_class", application)
    named = application if hasattr(application, "__qualname__") else type(application)
    try:
        file, line = inspect.getsourcefile(named), inspect.getsourcelines(named)[1]
    except (TypeError, OSError):  # it is not of Python, or its source is not there
        return name
    return f"{name} ({file}, line {line})"


def name_of(application: Any) -> str:
    """Return the dotted name of *application*, or of the consumer behind it."""
    application = getattr(application, "consumer_class", application)
    named = application if hasattr(application, "__qualname__") else type(application)
    return f"{named.__module__}.{named.__qualname__}"
