"""
Read Django's pattern objects for a table.

What is not known here in every detail is left to the pattern object itself, with the
reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.urls import resolvers
from django.urls.resolvers import RegexPattern, RoutePattern

from . import regex as regexes
from .patterns import FULL_MATCH, MATCH, kind_of
from .plans import UNLIMITED, Meaning
from .shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Optional

    from .plans import Tree

    # A route from its first parameter on, where all converters are Django's own: what
    # the regex of the route has to end with, the converters that it has to have by
    # their names, and the number of its meaning. PERF: a tuple is unpacked quicker.
    _Tail = tuple[str, dict[str, Any], int]

    # The literal of a pattern, the number of what it means, and its text, or ``None``
    # if it has to be asked for that each time.
    _Read = tuple[str, int, Optional[str]]

# Private, and so not in the type stubs.
_resolvers: Any = resolvers
_route_to_regex = _resolvers._route_to_regex

# Which of the two counts depends on the version of Django.
_ANOTHER_END = "an endpoint that was set by hand"

_START = ("start",)
_UNICODE_FLAG = int(re.UNICODE)


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
        self._readers = {
            cls: read for cls, read in _READERS.items() if cls.match is MATCH[cls]
        }
        # By their text, as `<int:id>/`, and by whether the path ends there.
        self._tails: dict[tuple[str, str, bool], _Tail] = {}

    def read(self, pattern: Any) -> _Read:
        """Return what there is to know of *pattern*."""
        cls = type(pattern)
        read = self._readers.get(cls)
        try:
            if read and "match" not in (own := pattern.__dict__):
                return read(self, pattern, own)
        except Exception as error:  # Django reports it when it is reached
            return self.in_python(f"{type(error).__name__}: {error}")
        if cls in MATCH:
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
        if "regex" in own and _is_another(own["regex"], text):
            return self.in_python("a regex that was set by hand")
        # PERF: what follows the word that they begin with, many have in common.
        found = self._shapes.begin(text)
        word, behind = found.groups() if found else ("", None)
        known = self._behind.get((behind, ends))
        if known:
            rest, number = known
            return word + rest, number, text
        literal, regex = self._shapes.read(text)
        full = bool(ends and FULL_MATCH and text.endswith("$"))
        converters = ["str"] * regex.groups
        meaning = Meaning(regex.tree, full, regex.names, converters, regex.reason)
        number = self._number(meaning)
        if literal:
            self._behind[behind, ends] = literal[len(word) :], number
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
        if "regex" in own and _is_another(own["regex"], text):
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
            kind = kind_of(converter)
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
            kind = kind_of(converters.get(name))
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


def _is_another(regex: Any, text: str) -> bool:
    """Return whether the *regex* that a pattern has is not that of *text*."""
    # Django keeps what it has compiled in the same place.
    if type(regex) is not re.Pattern or regex.pattern != text:
        return True
    # PERF: nearly all have no flags, and to compile one again takes long.
    return regex.flags != _UNICODE_FLAG and regex != re.compile(text)


_READERS: dict[Any, Callable[[Reader, Any, Any], _Read]] = {
    RoutePattern: Reader._route_pattern,
    RegexPattern: Reader._regex_pattern,
}
