"""What a project can do to the pattern of a route, beside writing its text."""

from __future__ import annotations

import re
from collections import namedtuple
from typing import Any, Callable

from django.urls import path, re_path
from django.urls.resolvers import RegexPattern, RoutePattern, URLPattern
from django.utils.functional import lazy
from django.utils.translation import get_language

from .converters import CALLS

_Pair = namedtuple("_Pair", ["one", "two"])
_Found = namedtuple("_Found", ["rest", "args", "kwargs"])


class _PlainRegex(RegexPattern):
    """A subclass that changes nothing."""


class _PlainRoute(RoutePattern):
    """A subclass that changes nothing."""


class _Noting:
    """Notes what it is asked; Django's own answer."""

    def match(self, path: str) -> Any:
        CALLS.append(("pattern", str(self), path))
        return super().match(path)  # type: ignore[misc] # a mixin of patterns


class _NotingRegex(_Noting, RegexPattern):
    pass


class _NotingRoute(_Noting, RoutePattern):
    pass


class _Tuples:
    """Gives subclasses of tuple, as the result and as the args."""

    def match(self, path: str) -> Any:
        found = super().match(path)  # type: ignore[misc] # a mixin of patterns
        if not found:
            return found
        rest, args, kwargs = found
        return _Found(rest, _Pair(*args) if len(args) == 2 else args, kwargs)


class _TuplesRegex(_Tuples, RegexPattern):
    pass


class _TuplesRoute(_Tuples, RoutePattern):
    pass


class _Lists:
    """Gives args that cannot be added to those of an outer router."""

    def match(self, path: str) -> Any:
        found = super().match(path)  # type: ignore[misc] # a mixin of patterns
        if not found:
            return found
        CALLS.append(("lists", path))
        return [found[0], list(found[1]), found[2]]


class _ListsRegex(_Lists, RegexPattern):
    pass


class _ListsRoute(_Lists, RoutePattern):
    pass


class _Caseless:
    """Has a regex of its own making, in the class."""

    @property
    def regex(self) -> Any:
        own = self._regex  # type: ignore[attr-defined] # likewise
        return re.compile(own, re.IGNORECASE)


class _CaselessRegex(_Caseless, RegexPattern):
    pass


class _CaselessRoute(_Caseless, RoutePattern):
    pass


def _translated(text: str) -> str:
    return f"de/{text}" if get_language() == "de" else text


#: A text that is another one where the language is German.
translated = lazy(_translated, str)


def _by_class(regex: type, route: type) -> Callable[[URLPattern], None]:
    def change(made: URLPattern) -> None:
        made.pattern.__class__ = regex if type(made.pattern) is RegexPattern else route

    return change


def _regex_by_hand(made: URLPattern) -> None:
    try:
        regex = made.pattern.regex
    except Exception:
        return  # a broken one has to raise when a path comes
    # Before Django 5.1 a descriptor without __set__ too: the instance wins.
    made.pattern.regex = re.compile(regex.pattern, regex.flags | re.IGNORECASE)


def _match_by_hand(made: URLPattern) -> None:
    pattern = made.pattern

    def match(path: str) -> Any:
        CALLS.append(("by hand", path))
        return type(pattern).match(pattern, path)

    pattern.match = match


def _prefix(made: URLPattern) -> None:
    pattern = made.pattern
    # Older Djangos give a RoutePattern no _regex.
    text = pattern._route if isinstance(pattern, RoutePattern) else pattern._regex
    made.pattern = type(pattern)(text, is_endpoint=False)


def _converters_by_hand(made: URLPattern) -> None:
    made.pattern.converters = dict.fromkeys(made.pattern.converters, _Doubling())


class _Doubling:
    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        CALLS.append(("Doubling", value))
        return value * 2


def _new_dict(made: URLPattern) -> None:
    made.__dict__ = dict(made.__dict__)
    made.pattern.__dict__ = dict(made.pattern.__dict__)


class _Route(URLPattern):
    """A route of a project's own class."""


def _route_class(made: URLPattern) -> None:
    made.__class__ = _Route


#: What an Entry may name as its pattern. "lazy" is about the text.
KINDS: dict[str, Callable[[URLPattern], None]] = {
    "": lambda made: None,
    "lazy": lambda made: None,
    "subclass": _by_class(_PlainRegex, _PlainRoute),
    "noting": _by_class(_NotingRegex, _NotingRoute),
    "tuples": _by_class(_TuplesRegex, _TuplesRoute),
    "lists": _by_class(_ListsRegex, _ListsRoute),
    "caseless": _by_class(_CaselessRegex, _CaselessRoute),
    "regex by hand": _regex_by_hand,
    "match by hand": _match_by_hand,
    "prefix": _prefix,
    "converters by hand": _converters_by_hand,
    "new dict": _new_dict,
    "route class": _route_class,
}


def make_route(kind: str, text: str, pattern: str, view: Any, extra: Any) -> URLPattern:
    """Return a route of Django's whose pattern is of the kind *pattern*."""
    make = path if kind == "path" else re_path
    made = make(translated(text) if pattern == "lazy" else text, view, extra)
    KINDS[pattern](made)
    return made
