"""
Routes of a URLconf that take Python exponential time.

Nothing of the project runs, and no search of ``re`` that could take long is made.
"""

from __future__ import annotations

import inspect
import itertools
import re
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from django.core.exceptions import ImproperlyConfigured
from django.urls.resolvers import LocalePrefixPattern, RegexPattern, RoutePattern

from .._routes.backtracking import Program, TooManyStepsError, UnknownError
from .._routes.exponential import growth_of
from .._routes.patterns import is_full_match, match_by_regex, runs_converters
from .._routes.samples import samples
from ._listing import places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._routes.exponential import Growth
    from ._listing import Place

# A repeat of a group. No other expression takes exponential time.
_REPEATS_A_GROUP = re.compile(r"\)\s*[*+{]")
# Each takes some hundredths of a second at most.
_MOST_EXAMINED = 100
_MOST_STEPS = 10_000


class Exposed(NamedTuple):
    """A route, and a path that shows it."""

    place: Place
    growth: Growth
    #: What a client would ask for.
    path: str
    #: The file and the line where the route is written, if they are found.
    written: str


def exposed(resolver: Any) -> Iterator[Exposed]:
    """Yield the routes behind *resolver* whose time a client can let explode."""
    suspects = (place for place in places(resolver) if _may_be(place.entry))
    seen = set()
    for place in itertools.islice(suspects, _MOST_EXAMINED):
        pattern = place.entry.pattern
        key = str(pattern), tuple(map(id, place.around))
        regex = _regex_of(pattern)
        if regex is None or key in seen:
            continue
        seen.add(key)
        growth = growth_of(regex, full=_is_full(pattern))
        if growth is None:
            continue
        path = _path_to(place, growth.path())
        if path is not None and not _is_answered(resolver, place, path):
            written = _written(resolver, place, str(pattern))
            yield Exposed(place, growth, f"/{path}", written)


class Suspects:
    """The expressions behind *resolver* that repeat a group."""

    def __init__(self, resolver: Any) -> None:
        self._found = [place for place in places(resolver) if _may_be(place.entry)]

    def take_long(self, path: str) -> bool:
        """Say whether one of them takes very many steps for *path*."""
        return any(_takes_long(place, path[1:]) for place in self._found)


def _takes_long(place: Place, path: str) -> bool:
    left: Optional[str] = path
    for outer in place.around:
        left = _matched(outer.pattern, left) if left is not None else None
    regex = _regex_of(place.entry.pattern)
    if left is None or regex is None or not left.isascii():
        return False
    try:
        program = Program(regex)
        program.search(left, _MOST_STEPS, full=_is_full(place.entry.pattern))
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


def _regex_of(pattern: Any) -> Optional[re.Pattern[str]]:
    try:
        regex: re.Pattern[str] = pattern.regex
    except ImproperlyConfigured:  # Django's own check says so
        return None
    return regex


def _is_full(pattern: Any) -> bool:
    return type(pattern) is RegexPattern and is_full_match(pattern)


def _path_to(place: Place, rest: str) -> Optional[str]:
    """Return a path of which the resolvers around *place* leave *rest*."""
    for resolver in reversed(place.around):
        pattern = resolver.pattern
        if type(pattern) is LocalePrefixPattern:
            rest = f"{pattern.language_prefix}{rest}"
            continue
        regex = _regex_of(pattern)
        if regex is None:
            return None
        for [before] in samples([regex.pattern]):
            if _left_by(pattern, f"{before}{rest}") == rest:
                rest = f"{before}{rest}"
                break
        else:
            return None
    return rest


def _left_by(pattern: Any, path: str) -> Optional[str]:
    """Return what *pattern* certainly leaves of *path*, ``None`` if it is not known."""
    return None if runs_converters(pattern) else _matched(pattern, path)


def _matched(pattern: Any, path: str) -> Optional[str]:
    """Return what *pattern* leaves of *path* if its converters accept their parts."""
    if type(pattern) is LocalePrefixPattern:
        prefix = pattern.language_prefix
        return path[len(prefix) :] if path.startswith(prefix) else None
    if type(pattern) not in (RegexPattern, RoutePattern):
        return None
    if not _REPEATS_A_GROUP.search(str(pattern)):
        return match_by_regex(pattern, path)
    regex = _regex_of(pattern)
    if regex is None or not path.isascii():
        return None
    try:
        program = Program(regex)
        end = program.search(path, _MOST_STEPS, full=_is_full(pattern)).end
    except (UnknownError, TooManyStepsError):
        return None
    return None if end is None else path[end:]


def _is_answered(resolver: Any, place: Place, path: str) -> bool:
    """Say whether a route in front of *place* certainly answers *path*."""
    for outer, entry in zip((resolver, *place.around), place.chain):
        for other in outer.url_patterns:
            if other is entry:
                break
            if _answers(other, path):
                return True
        path = _left_by(entry.pattern, path) or ""
    return False


def _answers(entry: Any, path: str) -> bool:
    left = _left_by(getattr(entry, "pattern", None), path)
    if left is None:
        return False
    inner = getattr(entry, "url_patterns", None)
    return inner is None or any(_answers(one, left) for one in inner)


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
