"""A system check that finds routes which never answer."""

from __future__ import annotations

import inspect
import itertools
import sys
from collections import Counter
from types import FunctionType
from typing import TYPE_CHECKING, Any

from django.core import checks
from django.urls.exceptions import Resolver404
from django.urls.resolvers import URLPattern, URLResolver

from .. import consumer
from .._routes.names import as_written
from .._routes.shadows import Shadows
from .._routes.walk import Visited, is_router
from ..routing import URLRouter
from .middleware import MIDDLEWARE
from .places import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._routes.languages import Languages

# What `get_asgi_application()` returns is from there, since Django 3.0.
_DJANGO = "django.core.handlers.asgi"


def check_shadows(
    visits: Iterable[Visited], languages: Languages
) -> Iterator[checks.CheckMessage]:
    """Find routes that never answer, because one in front takes all of their paths."""
    reported: set[str] = set()
    for routes, by in shadowed_routes(visits, languages):
        message = _message(routes, by)
        # A router may be in several places.
        if message.msg not in reported:
            reported.add(message.msg)
            yield message


def shadowed_routes(
    visits: Iterable[Visited], languages: Languages
) -> Iterator[tuple[list[Any], list[Any]]]:
    """Yield each route that never answers, and the one in front of it that does."""
    for router, ends in _tables(visits):
        yield from _shadowed_in(router, ends, languages)


def _tables(visits: Iterable[Visited]) -> Iterator[tuple[Visited, list[Visited]]]:
    """Yield each outermost ``URLRouter``, with what it leads to in the end."""
    router: Any = None
    ends: list[Visited] = []
    visits = list(visits)
    for visited, following in itertools.zip_longest(visits, visits[1:]):
        depth = len(visited.ancestors)
        if router is not None and depth <= len(router.ancestors):
            yield router, ends
            router, ends = None, []
        if router is None:
            if _is_plain_router(visited.application):
                router = visited
        elif following is None or len(following.ancestors) <= depth:
            ends.append(visited)
    if router is not None:
        yield router, ends


def _shadowed_in(
    router: Visited, ends: list[Visited], languages: Languages
) -> Iterator[tuple[list[Any], list[Any]]]:
    shadows = Shadows(languages)
    totals: Counter[Any] = Counter()
    shadowed: Counter[Any] = Counter()
    found = []
    for end in ends:
        routes = [step.route for step in end.steps[len(router.steps) :]]
        by = None
        if _is_decided_by_routes(end, len(router.ancestors)):
            parts = [
                languages.part(_pattern_of(route), before_router=count < len(routes))
                for count, route in enumerate(routes, 1)
            ]
            by = shadows.add(parts, routes, answers=_answers(end.application))
        for way in _ways(routes):
            totals[way] += 1
            shadowed[way, id(by)] += 1
        if by is not None:
            found.append((routes, by))
    reported = set()
    for routes, by in found:
        # The route that leads to a router, in place of all routes in there.
        count = next(
            (
                count
                for count, way in enumerate(_ways(routes[:-1]), 1)
                if totals[way] == shadowed[way, id(by)]
            ),
            len(routes),
        )
        key = tuple(map(id, routes[:count])), id(by)
        if count == len(routes) or key not in reported:
            reported.add(key)
            yield routes[:count], by


def _ways(routes: list[Any]) -> list[tuple[int, ...]]:
    """Return the beginnings of a way through routers."""
    return list(itertools.accumulate((id(route),) for route in routes))


def _is_decided_by_routes(end: Visited, outermost: int) -> bool:
    """Return whether nothing but patterns decides whether *end* is reached."""
    return not is_router(end.application) and all(
        # A subclass may pass on something else.
        _is_plain_router(one) or type(one) in MIDDLEWARE
        for one in end.ancestors[outermost:]
    )


def _pattern_of(route: Any) -> Any:
    # Another kind of route may compute its pattern for each match.
    return route.pattern if isinstance(route, (URLPattern, URLResolver)) else None


def _is_plain_router(application: Any) -> bool:
    return type(application).__call__ is URLRouter.__call__


def _answers(application: Any) -> bool:
    """
    Return whether *application* takes each connection that it gets.

    With `Resolver404` it could pass one on. Of a consumer or a plain function whose
    module does not know that error it is taken that it does not.
    """
    if type(application).__module__ == _DJANGO:
        return True
    if type(application) is not FunctionType:
        return False
    source: Any = application
    if application.__globals__ is vars(consumer):
        source = vars(application).get("consumer_class", application)
    elif application.__closure__ or not inspect.iscoroutinefunction(application):
        return False  # it may be middleware
    names = vars(sys.modules.get(source.__module__, sys))
    return all(value is not Resolver404 for value in list(names.values()))


def _message(routes: list[Any], by: list[Any]) -> checks.CheckMessage:
    places = (f"route {as_written(route.pattern)}" for route in routes)
    visited = Visited(routes[-1].callback, f"URLRouter, {', '.join(places)}")
    location = place_of(visited)
    own, other = ("".join(str(one.pattern) for one in way) for way in (routes, by))
    if own == other:
        return checks.Warning(
            f"{location}: it is there twice.",
            hint="The first one answers. Take one of them away.",
            id="channels_fast.W004",
        )
    return checks.Warning(
        f"{location}: it never answers. The route {as_written(other)} is declared "
        "before it and accepts all of its paths.",
        hint="The first route that accepts a path answers. Move "
        f"{as_written(own)} in front of {as_written(other)}, or take it away.",
        id="channels_fast.W004",
    )
