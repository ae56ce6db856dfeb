"""System checks of each route on its own: it does not match what it seems to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Optional

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.urls.resolvers import RegexPattern, RoutePattern

from .._routes import compile as compiling
from .._routes.applications import is_around_router, layers_of
from .._routes.describe import engine_of
from .._routes.names import as_written
from .._routes.patterns import NEEDS_A_SLASH, is_full_match
from .._routes.walk import is_router
from ..routing import URLRouter
from .places import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._routes.languages import Languages, Part
    from .._routes.walk import Visited

# What may stand before the anchor of a regex: flags and opening parentheses.
_OPENINGS = re.compile(r"(\(\?[aiLmsux]+\)|\(\?:|\(\?P<\w+>|\((?!\?))*")
_ENDS = re.compile(r"(?<!\\)(\$|\\[Zz])$")


def check_routes(
    visits: Iterable[Visited], languages: Languages
) -> Iterator[checks.CheckMessage]:
    """Check each route on its own."""
    visits = list(visits)
    before_routers = {
        id(layer)
        for visited in visits
        if is_router(visited.application)
        for layer in (*visited.ancestors, visited.application)
    }
    for visited in visits:
        pattern = getattr(visited.route, "pattern", None)
        if not isinstance(pattern, (RegexPattern, RoutePattern)):
            continue
        application = visited.application
        is_before_router = id(application) in before_routers or is_around_router(
            application
        )
        part = languages.part(pattern, before_router=is_before_router)
        error = _error_of(pattern) if part is None else None
        if error:
            yield checks.Error(
                f"{place_of(visited)}: {error}",
                hint="Each connection that gets as far as this route fails. Correct "
                "the regular expression, or give each parameter a name of its own.",
                id="channels_fast.E007",
            )
            continue
        if isinstance(pattern, RoutePattern):
            yield from _check_path(visited, str(pattern))
            if part and part.certain:
                continue  # with Django's own converters it is always compiled
        else:
            yield from _check_regex(visited, pattern, part, is_before_router)
        yield from _matched_by_python(visited)


def _error_of(pattern: Any) -> Optional[Exception]:
    try:
        _ = pattern.regex
    except (ImproperlyConfigured, re.error) as error:
        return error
    return None


def _check_path(visited: Visited, text: str) -> Iterator[checks.CheckMessage]:
    # As Django's own check of its URLconf does.
    if "(?P<" in text or text.startswith("^") or text.endswith("$"):
        yield checks.Error(
            f"{place_of(visited)}: a path() has a regular expression, which it takes "
            "for text.",
            hint=f"Write re_path(r{as_written(text)}, ...), or the route without "
            "regular expressions, such as path('chat/<str:room>/', ...).",
            id="channels_fast.E007",
        )
    if text.startswith("/"):
        yield _slash_first(visited, text, text.lstrip("/"))


def _check_regex(
    visited: Visited, pattern: RegexPattern, part: Optional[Part], before_router: bool
) -> Iterator[checks.CheckMessage]:
    text = str(pattern)
    known = part if part and part.items is not None else None
    if known.needs_slash if known else re.match(NEEDS_A_SLASH, text):
        yield _slash_first(visited, text, re.sub(r"\\?/+", "", text, count=1))
    elif _is_unanchored(pattern, text):
        right = "^" + re.sub(r"^(\\?/)+", "", text)
        yield checks.Warning(
            f"{place_of(visited)}: it matches in the middle of a path as well.",
            hint="A regular expression without `^` is searched for, and what stands in "
            f"front of it is dropped. Write {as_written(right)}.",
            id="channels_fast.W002",
        )
    elif known and known.open_ended and not before_router:
        right = f"{text}$" if "|" not in text else f"(?:{text})$"
        yield checks.Warning(
            f"{place_of(visited)}: it accepts longer paths as well.",
            hint="A regular expression without `$` is compared with the beginning of "
            f"the path, and the rest is dropped. Write {as_written(right)}.",
            id="channels_fast.W002",
        )
    if known.takes_all if known else _ENDS.search(text):
        yield from _leaving_nothing(visited, text)


def _slash_first(visited: Visited, text: str, right: str) -> checks.CheckMessage:
    return checks.Warning(
        f"{place_of(visited)}: it begins with a slash and never matches.",
        hint="A router takes the slashes off the path first. "
        f"Write {as_written(right)} in place of {as_written(text)}.",
        id="channels_fast.W001",
    )


def _is_unanchored(pattern: RegexPattern, text: str) -> bool:
    start = _OPENINGS.match(text)
    rest = text[start.end() if start else 0 :]
    # An empty regex or a leading `.*` is intentional.
    return not (
        not rest or rest.startswith(("^", "\\A", ".*", "(?")) or is_full_match(pattern)
    )


def _leaving_nothing(visited: Visited, text: str) -> Iterator[checks.CheckMessage]:
    if not is_around_router(visited.application):
        return
    for layer in layers_of(visited.application):
        if isinstance(layer, URLRouter) and not all(
            _matches_nothing_left(route) for route in layer.routes
        ):
            end = _ENDS.search(text)
            hint = "Let it end without `$` and `\\Z`."
            if end:
                right = as_written(text[: end.start()])
                hint = f"Write {right}, without the `{end[0]}`."
            yield checks.Warning(
                f"{place_of(visited)}: it takes the whole path, and leaves nothing for "
                "the router behind it.",
                hint=hint,
                id="channels_fast.W003",
            )


def _matches_nothing_left(route: Any) -> bool:
    try:
        return bool(route.pattern.match(""))
    except Exception:  # the checks of that route report it
        return True


def _matched_by_python(visited: Visited) -> Iterator[checks.CheckMessage]:
    """Find routes that are not compiled, where others are."""
    step = visited.step
    if compiling.WHY_NOT_COMPILED or not step or type(step.router) is not URLRouter:
        return
    engine, reason = engine_of(step)
    if engine == "Django":
        yield checks.Info(
            f"{place_of(visited)}: Django's pattern matches it in Python, because of "
            f"{reason}.",
            hint="It gives the same answers, slower. A regular expression may take "
            "exponential time in Python. A path(), or one without that construct, "
            "takes linear time.",
            id="channels_fast.I001",
        )
