"""
Routes of a URLconf that take Python exponential time.

Nothing of the project runs, and no search of ``re`` that could take long is made.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from django.core.exceptions import ImproperlyConfigured
from django.urls.resolvers import LocalePrefixPattern, RegexPattern, RoutePattern

from .._routes.backtracking import (
    MOST_STEPS,
    Budget,
    Program,
    SpentError,
    TooManyStepsError,
    UnknownError,
)
from .._routes.exponential import growth_of
from .._routes.patterns import is_full_match, match_by_regex, runs_converters
from .._routes.samples import samples
from ._listing import places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._routes.exponential import Growth
    from ._listing import Place

# A repeat of a group. No other expression takes exponential time.
_REPEATS_A_GROUP = re.compile(r"\)\s*[*+{]")
# What may be done for all routes together: some tenths of a second, in front of most
# commands. A route that is asked, an expression that Python compiles for it, and a
# text that is made up take as long as so many steps.
_MOST_STEPS_TOGETHER = 800_000
_STEPS_OF_A_ROUTE = 20
_STEPS_TO_COMPILE = 500
_STEPS_OF_A_SAMPLE = 300


class Exposed(NamedTuple):
    """A route, and a path that shows it."""

    place: Place
    growth: Growth
    #: What a client would ask for.
    path: str
    #: The file and the line where the route is written, if they are found.
    written: str


class Examination:
    """Looks for the routes behind a resolver whose time a client can let explode."""

    def __init__(self, resolver: Any) -> None:
        """Begin with nothing examined."""
        self._resolver = resolver
        self._budget = Budget(_MOST_STEPS_TOGETHER)
        #: How many routes could be such ones.
        self.suspects = 0
        #: How many of them have not been examined, because that would take too long.
        self.unexamined = 0

    def exposed(self) -> Iterator[Exposed]:
        """Yield them, as far as the steps suffice."""
        suspects = _distinct(
            place for place in places(self._resolver) if _may_be(place.entry)
        )
        self.suspects = len(suspects)
        for number, place in enumerate(suspects):
            try:
                one = self._examine(place)
            except SpentError:
                self.unexamined = len(suspects) - number
                return
            if one is not None:
                yield one

    def _examine(self, place: Place) -> Optional[Exposed]:
        pattern, budget = place.entry.pattern, self._budget
        regex = _regex_of(pattern, budget)
        if regex is None:
            return None
        growth = growth_of(regex, full=_is_full(pattern), budget=budget)
        if growth is None:
            return None
        path = _path_to(place, growth.path(), budget)
        if path is None or _is_answered(self._resolver, place, path, budget):
            return None
        written = _written(self._resolver, place, str(pattern))
        return Exposed(place, growth, f"/{path}", written)


def _distinct(found: Iterable[Place]) -> list[Place]:
    """Return the places with the same expression at the same level only once."""
    by_key: dict[Any, Place] = {}
    for place in found:
        key = str(place.entry.pattern), tuple(map(id, place.around))
        by_key.setdefault(key, place)
    return list(by_key.values())


class Suspects:
    """The expressions behind *resolver* that repeat a group."""

    def __init__(self, resolver: Any) -> None:
        self._found = [place for place in places(resolver) if _may_be(place.entry)]

    def take_long(self, path: str) -> bool:
        """Return whether one of them takes very many steps for *path*."""
        return any(_takes_long(place, path[1:]) for place in self._found)


def _takes_long(place: Place, path: str) -> bool:
    left: Optional[str] = path
    budget = Budget()
    for outer in place.around:
        left = _matched(outer.pattern, left, budget) if left is not None else None
    regex = _regex_of(place.entry.pattern, budget)
    if left is None or regex is None or not left.isascii():
        return False
    try:
        program = Program(regex)
        program.search(left, MOST_STEPS, full=_is_full(place.entry.pattern))
    except UnknownError:
        return False
    except TooManyStepsError:
        return True
    return False


def _may_be(entry: Any) -> bool:
    pattern = getattr(entry, "pattern", None)
    if type(pattern) is RegexPattern:
        return bool(_REPEATS_A_GROUP.search(str(pattern)))
    if type(pattern) is RoutePattern:
        converters = pattern.converters.values()
        return any(_REPEATS_A_GROUP.search(str(one.regex)) for one in converters)
    return False


def _regex_of(pattern: Any, budget: Budget) -> Optional[re.Pattern[str]]:
    if "regex" not in vars(pattern):  # Django has not compiled it yet
        budget.spend(_STEPS_TO_COMPILE)
    try:
        regex: re.Pattern[str] = pattern.regex
    except ImproperlyConfigured:  # Django's own check says so
        return None
    return regex


def _is_full(pattern: Any) -> bool:
    return type(pattern) is RegexPattern and is_full_match(pattern)


def _path_to(place: Place, rest: str, budget: Budget) -> Optional[str]:
    """Return a path of which the resolvers around *place* leave *rest*."""
    for resolver in reversed(place.around):
        pattern = resolver.pattern
        if type(pattern) is LocalePrefixPattern:
            rest = f"{pattern.language_prefix}{rest}"
            continue
        if type(pattern) not in (RegexPattern, RoutePattern):  # nobody knows
            return None
        regex = _regex_of(pattern, budget)
        if regex is None:
            return None
        for [before] in samples([regex.pattern]):
            budget.spend(_STEPS_OF_A_SAMPLE)
            if _left_by(pattern, f"{before}{rest}", budget) == rest:
                rest = f"{before}{rest}"
                break
        else:
            return None
    return rest


def _left_by(pattern: Any, path: str, budget: Budget) -> Optional[str]:
    """Return what *pattern* certainly leaves of *path*, ``None`` if it is not known."""
    return None if runs_converters(pattern) else _matched(pattern, path, budget)


def _matched(pattern: Any, path: str, budget: Budget) -> Optional[str]:
    """Return what *pattern* leaves of *path* if its converters accept their parts."""
    budget.spend(_STEPS_OF_A_ROUTE)
    if type(pattern) is LocalePrefixPattern:
        prefix = pattern.language_prefix
        return path[len(prefix) :] if path.startswith(prefix) else None
    if type(pattern) not in (RegexPattern, RoutePattern):
        return None
    regex = _regex_of(pattern, budget)
    if not _REPEATS_A_GROUP.search(str(pattern)):
        return match_by_regex(pattern, path)
    if regex is None or not path.isascii():
        return None
    try:
        program = Program(regex, budget)
        end = program.search(path, MOST_STEPS, full=_is_full(pattern)).end
    except (UnknownError, TooManyStepsError):
        return None
    return None if end is None else path[end:]


def _is_answered(resolver: Any, place: Place, path: str, budget: Budget) -> bool:
    """Return whether a route in front of *place* certainly answers *path*."""
    for outer, entry in zip((resolver, *place.around), place.chain):
        for other in outer.url_patterns:
            if other is entry:
                break
            if _answers(other, path, budget):
                return True
        path = _left_by(entry.pattern, path, budget) or ""
    return False


def _answers(entry: Any, path: str, budget: Budget) -> bool:
    left = _left_by(getattr(entry, "pattern", None), path, budget)
    if left is None:
        return False
    inner = getattr(entry, "url_patterns", None)
    return inner is None or any(_answers(one, left, budget) for one in inner)


def _written(resolver: Any, place: Place, text: str) -> str:
    """Return the file and the line of the innermost URLconf that has *text*."""
    for outer in (*reversed(place.around), resolver):
        module = getattr(outer, "urlconf_module", None)
        if not inspect.ismodule(module):
            continue
        try:
            lines, _ = inspect.getsourcelines(module)
        except (OSError, TypeError):  # it has no source
            continue
        for number, line in enumerate(lines, 1):
            if text in line or repr(text)[1:-1] in line:
                return f"{module.__file__}, line {number}"
    return ""
