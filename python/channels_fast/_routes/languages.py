"""
Which paths a route accepts, as something to reason about.

A language is a tree like that of a plan, without its groups: text, the number of a
class, or a tuple that begins with "all", "any", "repeat", "end" or "strip". The trees
come from the plan, so a pattern has one meaning. No pattern is asked, and no code of
the project runs.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from django.urls.resolvers import RoutePattern

from .plans import UNLIMITED
from .reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .plans import ClassPlan, Tree

Language = Any

#: The number of the class that has every character.
EVERY_CHARACTER = -1
ANYTHING = ("repeat", 0, UNLIMITED, EVERY_CHARACTER)
END = ("end",)
#: A router takes the slashes off the path that it gets.
STRIP = ("strip",)

_STARTS = (("start",), ("line_start",))
_ENDS = ("end", "end_or_newline", "line_end")
_UUID_GROUPS = (8, 4, 4, 4, 12)
# Few literals are made of the first ones.
_SAMPLES = "~_0a!" + "".join(map(chr, range(33, 127)))
_LONGEST_SAMPLE = 1000
# A state of a proof is as deep as what is still to come.
_MOST_ITEMS = 300
_NAME = re.compile(r"<(?:([^>:]+):)?[^>]+>")


class Part(NamedTuple):
    """What is known of the pattern of one route."""

    #: Two of the same key accept the same paths.
    key: Any
    #: What it accepts, one after the other, or ``None`` if that is not known.
    items: Optional[tuple[Language, ...]]
    #: Whether it accepts all of its language: no converter may refuse a part.
    certain: bool
    #: Whether it can take only one beginning of a path, not a shorter or longer one.
    one_end: bool
    #: Whether the path would have to begin with a slash.
    needs_slash: bool
    #: Whether it takes whole paths only.
    takes_all: bool
    #: Whether it ends within a segment and accepts a longer one, too.
    open_ended: bool


class _UnknownError(Exception):
    """There is something in the tree that this module does not know."""


class Languages:
    """The languages of the patterns of one application."""

    def __init__(self) -> None:
        self._reader = Reader()
        # With the patterns, whose numbers go to others when they are gone.
        self._parts: dict[tuple[int, bool], tuple[Any, Optional[Part]]] = {}

    @property
    def classes(self) -> list[ClassPlan]:
        """The classes of characters, by their numbers."""
        return self._reader.classes.list

    def part(self, pattern: Any, *, before_router: bool) -> Optional[Part]:
        """Return what is known of *pattern*, ``None`` if it is of a kind of its own."""
        key = id(pattern), before_router
        if key not in self._parts:
            self._parts[key] = pattern, self._part(pattern, before_router)
        return self._parts[key][1]

    def _part(self, pattern: Any, before_router: bool) -> Optional[Part]:
        literal, number, _ = self._reader.read(pattern)
        means = self._reader.meanings[number]
        tree, full, converters = means.tree, means.full, means.converters
        if tree is None:
            return None
        text = str(pattern)
        if isinstance(pattern, RoutePattern):
            text = _NAME.sub(r"<\1>", text)
        # A converter may be registered anew under its name.
        kinds = (one if isinstance(one, str) else id(one) for one in converters)
        key = type(pattern), text, full, *kinds
        try:
            anchored, items = _read(tree, literal)
        except _UnknownError:
            return Part(key, None, False, False, False, False, False)
        anchored = anchored or full
        takes_all = full or _ends(items)
        language: list[Language] = [*items]
        if not anchored:
            language.insert(0, ANYTHING)
        if full:
            language.append(END)
        elif not before_router:
            language.append(ANYTHING)
        return Part(
            key,
            tuple(language),
            means.reason is None and all(isinstance(one, str) for one in converters),
            anchored and self._has_one_end(items),
            anchored and self._begins_with_slash(items),
            takes_all,
            anchored and not takes_all and self._is_open(items),
        )

    def has(self, character: str, number: int) -> bool:
        """Return whether *character* may be in the class of that *number*."""
        if number == EVERY_CHARACTER or not character.isascii():
            return True
        return bool(self.classes[number].ascii >> ord(character) & 1)

    def sample(self, language: Language) -> Optional[str]:
        """Return a path that *language* probably has, the shortest at hand."""
        try:
            return "".join(self._sampled(language))
        except _UnknownError:
            return None

    def segments(self, language: Language) -> tuple[list[Optional[str]], bool]:
        """
        Return the segments that every path of *language* begins with.

        ``None`` is a segment that is not known, but not empty. The second value says
        whether these are all of them.
        """
        found: list[Optional[str]] = []
        text: Optional[str] = ""
        for item in flat([language]):
            if item in (STRIP, END):
                continue
            if type(item) is str:
                first, *rest = item.split("/")
                if first and text is None:
                    return found, False
                text = text if text is None else text + first
                for piece in rest:
                    found.append(text)
                    text = piece
            elif text == "" and self._fills_a_segment(item):
                text = None
            else:
                return found, False
        return [*found, text], True

    def _fills_a_segment(self, item: Language) -> bool:
        return (
            kind_of(item) == "repeat"
            and item[1] > 0
            and type(item[3]) is int
            and not self.has("/", item[3])
        )

    def _has_one_end(self, items: Sequence[Language]) -> bool:
        items = list(flat(items))
        for item, following in itertools.zip_longest(items, items[1:]):
            if _is_of_one_length(item):
                continue
            # It ends where the text behind it begins.
            if (
                kind_of(item) != "repeat"
                or type(item[3]) is not int
                or type(following) is not str
                or self.has(following[0], item[3])
            ):
                return False
        return True

    def _begins_with_slash(self, items: Sequence[Language]) -> bool:
        for item in flat(items):
            kind = kind_of(item)
            if kind == "text":
                return bool(item[0] == "/")
            if kind == "any":
                return all(self._begins_with_slash([one]) for one in item[1:])
            if kind == "repeat" and item[1]:
                return self._begins_with_slash([item[3]])
            return False
        return False

    def _is_open(self, items: Sequence[Language]) -> bool:
        *others, last = "/", *flat(items)
        kind = kind_of(last)
        if kind == "text":
            return not last.endswith("/")
        if kind == "any":
            return any(self._is_open([*others, one]) for one in last[1:])
        if kind == "repeat":
            _, least, most, inner = last
            if most == UNLIMITED and type(inner) is int and self.has("/", inner):
                return False  # the rest of the path, on purpose
            return self._is_open([inner]) or (not least and self._is_open(others))
        return kind == "class" and self.classes[last].ascii != 1 << ord("/")

    def _sampled(self, language: Language) -> Iterator[str]:
        kind = kind_of(language)
        if kind == "text":
            yield language
        elif kind == "class":
            found = (one for one in _SAMPLES if self.has(one, language))
            character = next(found, None)
            if character is None:
                raise _UnknownError
            yield character
        elif kind == "all":
            for inner in language[1:]:
                yield from self._sampled(inner)
        elif kind == "any":
            yield from self._sampled(language[1])
        elif kind == "repeat" and language[1]:
            if language[1] > _LONGEST_SAMPLE:
                raise _UnknownError
            yield "".join(self._sampled(language[3])) * language[1]


def kind_of(language: Language) -> str:
    """Return the kind of *language*: "text", "class", or what its tuple begins with."""
    if type(language) is str:
        return "text"
    return "class" if type(language) is int else str(language[0])


def flat(items: Iterable[Language]) -> Iterator[Language]:
    """Yield *items* with those of inner sequences in their place."""
    for item in items:
        if kind_of(item) == "all":
            yield from flat(item[1:])
        elif item != "":
            yield item


def _ends(items: Iterable[Language]) -> bool:
    *_, last = "", *flat(items)
    if kind_of(last) == "any":
        return all(_ends([one]) for one in last[1:])
    return bool(last == END)


def _is_of_one_length(item: Language) -> bool:
    kind = kind_of(item)
    if kind == "repeat":
        return bool(item[1] == item[2] and _is_of_one_length(item[3]))
    return kind in ("text", "class") or (
        kind == "all" and all(map(_is_of_one_length, item[1:]))
    )


def _read(tree: Tree, literal: str) -> tuple[bool, list[Language]]:
    """
    Return whether *tree* begins at the start of the path, and the rest of it.

    Raises:
        _UnknownError: There is something in it that is not known here.
    """
    items: list[Any] = tree if type(tree) is list else [tree]
    anchored = False
    while items and (type(items[0]) is list or items[0] in _STARTS):
        first, *rest = items
        if type(first) is list:
            items = [*first, *rest]
        else:
            anchored, items = True, rest
    found = list(flat([literal, *map(_language, items)]))
    if len(found) > _MOST_ITEMS:
        raise _UnknownError
    return anchored, found


def _language(tree: Tree) -> Language:  # noqa: PLR0911 # a way out each
    if type(tree) in (str, int):
        return tree
    if type(tree) is list:
        return ("all", *map(_language, tree))
    if type(tree) is not tuple:
        raise _UnknownError
    kind, *arguments = tree
    if kind in _ENDS:
        return END
    if kind == "group":
        return _language(arguments[1])
    if kind == "alternatives":
        return ("any", *map(_language, arguments[0]))
    if kind == "repeat":
        least, most, _, inner = arguments
        return ("repeat", least, most, _language(inner))
    if kind == "uuid":
        groups = [("repeat", count, count, arguments[0]) for count in _UUID_GROUPS]
        first, *others = groups
        return ("all", first, *itertools.chain(*(("-", one) for one in others)))
    raise _UnknownError
