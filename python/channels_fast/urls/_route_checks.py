"""System checks of the routes of ``ROOT_URLCONF``: what matches them, and how long."""

from __future__ import annotations

import itertools
import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Optional

from django.conf import settings
from django.core import checks
from django.urls import get_resolver

from .._routes import compile as compiling
from .._routes.names import as_written
from . import _hook
from ._exposed import Examination
from ._listing import Engines, ends, view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._exposed import Exposed

logger = logging.getLogger("channels_fast.urls")

_MOST_KINDS = 10
_MOST_NAMED = 5
_MOST_EXPOSED = 10


def exponential_routes() -> list[checks.CheckMessage]:
    """Find routes that take Python exponential time."""
    return _found_in_urlconf(_exponential)


def routes_in_python() -> list[checks.CheckMessage]:
    """Say which routes stay with Python, and why."""
    if compiling.WHY_NOT_COMPILED:
        return []  # that is said already
    return _found_in_urlconf(_in_python)


def _found_in_urlconf(
    find: Callable[[Any], Iterator[checks.CheckMessage]],
) -> list[checks.CheckMessage]:
    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    try:
        return list(find(get_resolver()))
    except Exception:  # of the project: Django's own check reports it
        logger.debug("The HTTP routes could not be checked.", exc_info=True)
        return []


def _in_python(resolver: Any) -> Iterator[checks.CheckMessage]:
    engines = Engines(resolver)
    routes: dict[str, list[str]] = defaultdict(list)
    found = ends(resolver)
    for place in found:
        engine, reason = engines.on_the_way(place)
        if engine == "Django":
            routes[reason].append(as_written(place.route))
    kinds = sorted(routes.items(), key=lambda kind: -len(kind[1]))
    for reason, named in kinds[:_MOST_KINDS]:
        yield checks.Info(
            f"Django's own patterns match {len(named):,} of {len(found):,} HTTP "
            f"routes in Python, because of {reason}: {_some(named)}.",
            hint="The answers are the same, slower. manage.py http_routes lists them.",
            id="channels_fast.I003",
        )


def _some(named: list[str]) -> str:
    more = len(named) - _MOST_NAMED
    text = ", ".join(named[:_MOST_NAMED])
    return f"{text} and {more:,} more" if more > 0 else text


def _exponential(resolver: Any) -> Iterator[checks.CheckMessage]:
    engines: Optional[Engines] = None
    examination = Examination(resolver)
    for one in itertools.islice(examination.exposed(), _MOST_EXPOSED):
        # PERF: nearly all have none, and this runs in front of most commands.
        engines = engines or Engines(resolver)
        engine, reason = engines.at(one.place)
        yield checks.Warning(
            f"{_place_of(one)}: Python's re takes exponential time for "
            f"{one.path!r}. Each further {one.growth.part!r} takes "
            f"{one.growth.factor:.1f} times as long, and anybody can ask for it.",
            hint=f"{_who_matches(engine, reason)} Write it so that a part of a path "
            "can be read in one way only: r'[\\w,-]+', not r'(?:[\\w-]+,?)+'.",
            id="channels_fast.W020",
        )
    if examination.unexamined:
        yield checks.Info(
            f"Not examined for exponential time: the last {examination.unexamined:,} "
            f"of {examination.suspects:,} HTTP routes that repeat a group.",
            hint="There is a limit for all of them together, because this runs in "
            "front of most commands.",
            id="channels_fast.I004",
        )


def _place_of(one: Exposed) -> str:
    text = f"HTTP route {as_written(one.place.route)}"
    if not one.place.leads_on:
        text += f", to {view_of(one.place.entry)}"
    return f"{text} ({one.written})" if one.written else text


def _who_matches(engine: str, reason: str) -> str:
    if not _hook.answers():
        return f"It is exposed. {_hook.describe()}"
    if engine == "Django":
        return f"Django's pattern matches it, because of {reason}: it is exposed."
    return (
        "The compiled table takes linear time for it. Without it, and with "
        "CHANNELS_FAST_URLS=off or check, it is exposed."
    )
