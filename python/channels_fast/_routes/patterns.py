"""
Read Django's pattern objects.

This is the only module that reads private attributes of ``django.urls``. What is not
known here in every detail is left to the pattern object itself, with the reason.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import converters, resolvers
from django.urls.resolvers import RegexPattern, RoutePattern

from . import regex as regexes
from .plans import UNLIMITED, Meaning
from .shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Optional

    from .plans import Tree

    # A route from its first parameter on, where all converters are Django's own: what
    # the regex of the route has to end with, the converters that it has to have by
    # their names, and the number of its meaning. PERF: a tuple is unpacked quicker.
    _Tail = tuple[str, dict[str, Any], int]

    # The literal of a pattern, the number of what it means, and its text, or ``None``
    # if it has to be asked for that each time.
    _Read = tuple[str, int, Optional[str]]


class _Kind:
    """What is known of one of Django's converters."""

    def __init__(self, name: str, regex: str, characters: str, cls: Any) -> None:
        #: How the Rust side calls it.
        self.name = name
        #: The text of its regex, and how a class of its characters is written.
        self.regex, self.characters = regex, characters
        self.cls = cls
        #: The method as it is known here. A project may put another in its place.
        self.to_python = cls.to_python


_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KINDS = {
    kind.cls: kind
    for kind in (
        _Kind("int", "[0-9]+", "[0-9]", converters.IntConverter),
        _Kind("str", "[^/]+", "[^/]", converters.StringConverter),
        _Kind("str", "[-a-zA-Z0-9_]+", "[-a-zA-Z0-9_]", converters.SlugConverter),
        _Kind("str", ".+", ".", converters.PathConverter),
        _Kind("uuid", _UUID, "[0-9a-f]", converters.UUIDConverter),
    )
}
# Django's methods as they are known here.
_MATCH: dict[type[Any], Any] = {cls: cls.match for cls in (RoutePattern, RegexPattern)}

#: The regex of a path that begins with a slash.
NEEDS_A_SLASH = r"(\^|\\A)\\?/(?![?*{|])[^|]*$"

# Private, and so not in the type stubs.
_resolvers: Any = resolvers
_route_to_regex = _resolvers._route_to_regex


def _probe(pattern: Any, path: str) -> Any:
    return pattern.match(path)


# Django began to use `fullmatch` and `\Z` in patch releases (2.2.25, 3.1.14, 3.2.10),
# and to drop groups that took no part in 3.0. So it is asked what it does.
_FULL_MATCH = _probe(RegexPattern("a$", is_endpoint=True), "a\n") is None
#: Whether a named group that took no part in the match is passed on as ``None``.
KEEP_NONE = bool(_probe(RegexPattern("(?P<a>a)?", is_endpoint=False), "")[2])

# Which of the two counts depends on the version of Django.
_ANOTHER_END = "an endpoint that was set by hand"

_START = ("start",)


def _kind_of(converter: Any) -> _Kind | None:
    """Return what is known of *converter*, ``None`` if it is not Django's own."""
    cls = type(converter)
    kind = _KINDS.get(cls)
    if (
        kind is None
        or cls.to_python is not kind.to_python
        or cls.regex != kind.regex
        or vars(converter)
    ):
        return None
    return kind


class Reader:
    """Reads the patterns of one table."""

    def __init__(self, translated: Callable[[Any], Any] = lambda _: None) -> None:
        """
        Begin with nothing read.

        Args:
            translated: Returns what a pattern with a lazy text is as long as the table
                is used, ``None`` if that is not known.
        """
        self._translated = translated
        self.classes = regexes.Classes()
        self.meanings: list[Meaning] = []
        # What the regex of an endpoint ends with: `$`, or `\Z`.
        self._endpoint: str = _route_to_regex("", True)[0][len("^") :]
        self._shapes = Shapes(self.classes)
        # By what follows the beginning of a regex, and by whether the path ends there:
        # the rest of the literal that begins there, and the number of the meaning.
        self._behind: dict[Any, tuple[str, int]] = {}
        # By the classes that have Django's own method.
        readers: dict[Any, Any] = {
            RoutePattern: self._route_pattern,
            RegexPattern: self._regex_pattern,
        }
        self._readers = {
            cls: read for cls, read in readers.items() if cls.match is _MATCH[cls]
        }
        # By their text, as `<int:id>/`, and by whether the path ends there.
        self._tails: dict[tuple[str, str, bool], _Tail] = {}

    def read(self, pattern: Any) -> _Read:
        """Return what there is to know of *pattern*."""
        cls = type(pattern)
        try:
            if cls in self._readers and "match" not in (own := pattern.__dict__):
                return self._readers[cls](pattern, own)  # type: ignore[no-any-return] # one of two methods
        except Exception as error:  # Django reports it when it is reached
            return self.in_python(f"{type(error).__name__}: {error}")
        if cls in _MATCH:
            return self.in_python("a match() of its own")
        return self.in_python(f"a pattern of class {cls.__qualname__}")

    def in_python(self, reason: str) -> _Read:
        """Return what is said of a pattern that only Python matches."""
        return "", self._number(Meaning(None, False, None, (), reason)), None

    def _number(self, meaning: Meaning) -> int:
        self.meanings.append(meaning)
        return len(self.meanings) - 1

    def _lazy(self, pattern: Any) -> _Read:
        plain = self._translated(pattern)
        if plain is None:
            return self.in_python("a translated route")
        return self.read(plain)

    def _regex_pattern(self, pattern: Any, own: Any) -> _Read:
        text, ends = own["_regex"], own["_is_endpoint"]
        if type(text) is not str:
            return self._lazy(pattern)
        if "regex" in own and _has_another_regex(pattern, text):
            return self.in_python("a regex that was set by hand")
        # PERF: what follows the word that they begin with, many have in common.
        word, behind = "", None
        found = self._shapes.begin(text)
        if found:
            word, behind = found[1], (text[found.end() :], ends)
            known = self._behind.get(behind)
            if known is not None:
                rest, number = known
                return word + rest, number, text
        literal, regex = self._shapes.read(text)
        full = bool(ends and _FULL_MATCH and text.endswith("$"))
        converters = ["str"] * regex.groups
        meaning = Meaning(regex.tree, full, regex.names, converters, regex.reason)
        number = self._number(meaning)
        if literal:
            self._behind[behind] = literal[len(word) :], number
        return literal, number, text

    def _route_pattern(self, pattern: Any, own: Any) -> _Read:
        # PERF: there may be thousands of routes. Most have Django's own converters and
        # end alike, so they need no parser, and the dict is quicker than attributes.
        route, ends, converters = own["_route"], own["_is_endpoint"], own["converters"]
        if type(route) is not str:
            return self._lazy(pattern)
        text = own.get("_regex")
        if type(text) is not str:  # Django before 5.1
            text = _route_to_regex(route, ends)[0]
        elif not ends and text.endswith(self._endpoint):
            return self.in_python(_ANOTHER_END)
        if "regex" in own and _has_another_regex(pattern, text):
            return self.in_python("a regex that was set by hand")
        if route.isascii() or regexes.is_text(route):
            literal, bracket, tail = route.partition("<")
            known = self._tails.get((bracket, tail, ends))
            if known is None:
                known = self._read_tail(bracket, tail, ends, converters)
            if known:
                regex, its, meaning = known
                # The regex was made of the converters that the route had at first.
                if converters == its and text.endswith(regex):
                    return literal, meaning, route
        return self._route_with_converters(pattern, text)

    def _route_with_converters(self, pattern: Any, text: str) -> _Read:
        """Read a route by its regular expression: a converter's may be any."""
        if pattern._is_endpoint and not text.endswith(self._endpoint):
            return self.in_python(_ANOTHER_END)
        literal, regex = self._shapes.read(text)
        names = tuple(pattern.converters)
        groups = {
            node[1] for node in regex.tree if type(node) is tuple and node[0] == "group"
        }
        # The regex of a converter may close the group of its parameter. Then the
        # parameter may be absent, and the converter gets `None`.
        if (regex.names or ()) != names or len(groups) != len(names):
            return self.in_python("a group in a converter")
        converters = []
        for name, converter in pattern.converters.items():
            kind = _kind_of(converter)
            known = kind and f"(?P<{name}>{kind.regex})" in text
            converters.append(kind.name if kind and known else converter)
        meaning = Meaning(regex.tree, False, names, converters, regex.reason)
        return literal, self._number(meaning), pattern._route

    def _read_tail(
        self, bracket: str, tail: str, ends: bool, converters: Any
    ) -> _Tail | None:
        """Read ``<int:id>/``. Return ``None`` if a converter is not Django's own."""
        regex = ""
        tree: list[Tree] = [_START]
        names, kinds = [], []
        for slot, piece in enumerate((bracket + tail).split("<")[1:]):
            parameter, _, literal = piece.partition(">")
            name = parameter.rpartition(":")[2]
            kind = _kind_of(converters.get(name))
            if kind is None:
                return None
            regex += f"(?P<{name}>{kind.regex}){re.escape(literal)}"
            number = self.classes.of(kind.characters)
            run = ("repeat", 1, UNLIMITED, True, number)
            node = ("uuid", number) if kind.name == "uuid" else run
            names.append(name)
            kinds.append(kind.name)
            tree.extend([("group", slot, node), literal])
        if ends:
            regex += self._endpoint
            tree.append(("end_or_newline" if self._endpoint == "$" else "end",))
        if len(kinds) != len(converters):  # one name twice
            return None
        meaning = Meaning(tree, False, names, kinds, None)
        known = (regex, {**converters}, self._number(meaning))
        self._tails[bracket, tail, ends] = known
        return known


def _has_another_regex(pattern: Any, text: str) -> bool:
    """Say whether the regex that *pattern* has is not that of *text*."""
    # Django keeps what it has compiled in the same place.
    regex = vars(pattern)["regex"]
    if type(regex) is not re.Pattern or regex.pattern != text:
        return True
    # PERF: nearly all have no flags, and to compile one again takes long.
    return regex.flags != re.UNICODE and regex != re.compile(text)


def as_prefix(pattern: Any) -> Any:
    """
    Return *pattern* made anew to accept the beginning of a path only.

    Raises:
        ValueError: It is of another kind than those of ``path()`` and
            ``re_path()``.
    """
    if isinstance(pattern, RegexPattern):
        source = pattern._regex  # type: ignore[attr-defined] # private
    elif isinstance(pattern, RoutePattern):
        source = pattern._route  # type: ignore[attr-defined] # private
    else:
        raise ValueError(f"Unsupported pattern type: {type(pattern)}")
    return pattern.__class__(source, pattern.name, is_endpoint=False)


def to_be_joined(pattern: Any) -> Any:
    """
    Return a copy of *pattern*, a prefix, for Django to join with what is behind it.

    A router takes the slashes off the rest of a path. So "a/<str:b>" in front of a
    router means "a/<str:b>/": without the slash, "b" would get more than is its own.
    """
    source = getattr(pattern, "_route", getattr(pattern, "_regex", None))
    ends_in = ">" if isinstance(pattern, RoutePattern) else ")"
    # A text that is not yet translated is of another class.
    if isinstance(source, str) and source.endswith(ends_in):
        return type(pattern)(f"{source}/", pattern.name, is_endpoint=False)
    joined = copy.copy(pattern)
    # Django adds those of other prefixes.
    joined.converters = dict(pattern.converters)
    return joined


def runs_converters(pattern: Any) -> bool:
    """Say whether a converter that is not one of Django's takes part in a match."""
    converters = getattr(pattern, "converters", {}).values()
    return not all(map(_kind_of, converters))


def captures_of(pattern: Any) -> Sequence[str]:
    """Return the names under which *pattern* passes what it captures."""
    if isinstance(pattern, RoutePattern):
        return list(pattern.converters)
    if isinstance(pattern, RegexPattern):
        try:
            return list(pattern.regex.groupindex)
        except ImproperlyConfigured:
            return []
    return []


def is_full_match(pattern: RegexPattern) -> bool:
    """Say whether Django compares the whole path with *pattern*."""
    return bool(
        _FULL_MATCH
        and pattern._is_endpoint  # type: ignore[attr-defined] # private
        and str(pattern).endswith("$")
    )


def without_slash(pattern: Any) -> Any:
    """Return *pattern* without the slash that it needs in front, ``None`` if none."""
    cls = type(pattern)
    if cls not in _MATCH:
        return None
    text = pattern._regex if cls is RegexPattern else pattern._route
    if type(text) is not str:
        return None
    if cls is RoutePattern:
        corrected = text.lstrip("/")
    elif re.match(NEEDS_A_SLASH, text):
        corrected = re.sub(r"\\?/+", "", text, count=1)
    else:
        return None
    if corrected == text:
        return None
    return cls(corrected, is_endpoint=pattern._is_endpoint)


def match_by_regex(pattern: Any, path: str) -> str | None:
    """
    Return what the regex of *pattern* leaves of *path*, ``None`` if it does not match.

    No code of a project runs: no converter, and no pattern of a class of its own.
    """
    if type(pattern) not in _MATCH:
        return None
    try:
        regex = pattern.regex
    except ImproperlyConfigured:
        return None
    full = type(pattern) is RegexPattern and is_full_match(pattern)
    found = regex.fullmatch(path) if full else regex.search(path)
    return None if found is None else path[found.end() :]
