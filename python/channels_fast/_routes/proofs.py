"""
Proofs that one language has every path of another.

Both are followed character by character, as automata. Two kinds of paths are left out,
which nobody writes routes for: those with a line break, which ``.`` does not match, and
those with a number of so many digits that ``int()`` refuses it.
"""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any, Optional

from .languages import EVERY_CHARACTER, kind_of
from .plans import UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .languages import Language, Languages
    from .plans import ClassPlan

# What is still to come: nothing, or a language and what comes behind it.
State = Optional["tuple[Any, Any]"]

_ASCII = 128
_LINE_BREAK = 1 << ord("\n")
_SLASH = 1 << ord("/")
_PAGES = 0x110000 >> 8
_WHOLE_PAGE = (1 << 256) - 1

# Two patterns seldom have more classes whose members Python has to be asked for.
_MOST_CLASSES = 3
# What one proof may cost, and all proofs together, in steps of some microseconds.
_MOST_STEPS = 3_000
_MOST_STEPS_TOGETHER = 300_000


class Prover:
    """Proves what it can in a limited time."""

    def __init__(self, languages: Languages) -> None:
        self._languages = languages
        self._steps = _MOST_STEPS_TOGETHER

    def covers(self, outer: Language, inner: Language) -> bool:
        """Return whether it is proven that *outer* has every path of *inner*."""
        alphabet = _alphabet(self._languages.classes, [outer, inner])
        if alphabet is None:
            return False
        begin: Any = ((inner, None), frozenset([(outer, None)]))
        seen = {begin}
        ahead = [begin]
        while ahead:
            state, others = ahead.pop()
            accepts, moves = alphabet.moves(state)
            possible: list[Any] = []
            is_covered = False
            for other in others:
                accepted, its = alphabet.moves(other)
                is_covered = is_covered or accepted
                possible += its
            self._steps -= 1 + len(possible)
            if self._steps < 0 or len(seen) > _MOST_STEPS:
                return False
            if accepts and not is_covered:
                return False
            for characters, following in moves:
                for block in _split(characters, possible):
                    reached = frozenset(to for its, to in possible if its & block)
                    pair = following, reached
                    if pair not in seen:
                        seen.add(pair)
                        ahead.append(pair)
        return True


def _split(characters: int, moves: Iterable[Any]) -> list[int]:
    """Return *characters* in parts, each in or out of each of the *moves*."""
    parts = [characters]
    for its, _ in moves:
        halves = [half for part in parts for half in (part & its, part & ~its)]
        parts = [half for half in halves if half]
    return parts


class _Alphabet:
    """
    Sets of characters as numbers.

    Bits stand for the characters of ASCII, then for others that the languages name,
    then for the rest: one for each combination of the classes that Python is asked for.
    """

    def __init__(
        self,
        classes: list[ClassPlan],
        named: list[str],
        asked: list[int],
    ) -> None:
        self._classes = classes
        self._named = named
        self._asked = asked
        members: Any = tuple(classes[number].members for number in asked)
        self._rest = _combinations(members)
        size = _ASCII + len(named) + len(self._rest)
        self._all = (1 << size) - 1 & ~_LINE_BREAK
        self._sets: dict[Any, int] = {}

    def moves(self, state: State) -> tuple[bool, list[Any]]:
        """Return whether the path may end in *state*, and where characters lead."""
        found: list[Any] = []
        return self._follow(state, self._all, found), found

    def _follow(  # noqa: PLR0911 # a way out for each kind
        self, state: State, allowed: int, found: list[Any]
    ) -> bool:
        if state is None:
            return True
        language, rest = state
        kind = kind_of(language)
        if kind == "text":
            if not language:
                return self._follow(rest, allowed, found)
            following = (language[1:], rest) if len(language) > 1 else rest
            self._add(self._set(language[0]) & allowed, following, found)
            return False
        if kind == "class":
            self._add(self._set(language) & allowed, rest, found)
            return False
        if kind == "all":
            for inner in reversed(language[1:]):
                rest = (inner, rest)
            return self._follow(rest, allowed, found)
        if kind == "any":
            ends = [self._follow((one, rest), allowed, found) for one in language[1:]]
            return any(ends)
        if kind == "end":
            return self._follow(rest, 0, found)
        if kind == "strip":
            self._add(_SLASH & allowed, state, found)
            return self._follow(rest, allowed & ~_SLASH, found)
        _, least, most, inner = language
        ends_here = not least and self._follow(rest, allowed, found)
        if not most:
            return ends_here
        fewer = most if most == UNLIMITED else most - 1
        again = (("repeat", max(least - 1, 0), fewer, inner), rest) if fewer else rest
        return self._follow((inner, again), allowed, found) or ends_here

    def _add(self, characters: int, following: State, found: list[Any]) -> None:
        if characters:
            found.append((characters, following))

    def _set(self, language: Language) -> int:
        found = self._sets.get(language)
        if found is None:
            make = self._character if type(language) is str else self._class
            found = self._sets[language] = make(language) & self._all
        return found

    def _character(self, character: str) -> int:
        if ord(character) < _ASCII:
            return 1 << ord(character)
        return 1 << _ASCII + self._named.index(character)

    def _class(self, number: int) -> int:
        if number == EVERY_CHARACTER:
            return self._all
        plan = self._classes[number]
        members, ask = plan.ascii, plan.members
        if plan.wide == "never":
            return members
        if ask is None:
            return members | self._all >> _ASCII << _ASCII
        bits: list[Any] = [_has(ask, ord(character)) for character in self._named]
        place = self._asked.index(number)
        bits += [combination[place] for combination in self._rest]
        return members | sum(1 << _ASCII + bit for bit, has in enumerate(bits) if has)


def _alphabet(classes: list[ClassPlan], languages: list[Language]) -> Any:
    """Return the alphabet of *languages*, ``None`` if it has too many classes."""
    leaves = set(itertools.chain.from_iterable(map(_leaves, languages)))
    texts = "".join(leaf for leaf in leaves if type(leaf) is str)
    asked = [
        leaf
        for leaf in leaves
        if type(leaf) is int
        and leaf != EVERY_CHARACTER
        and classes[leaf].members is not None
    ]
    if len(asked) > _MOST_CLASSES:
        return None
    named = [character for character in set(texts) if ord(character) >= _ASCII]
    return _Alphabet(classes, named, asked)


def _leaves(language: Language) -> Iterator[Any]:
    kind = kind_of(language)
    if kind in ("text", "class"):
        yield language
    elif kind == "repeat":
        yield from _leaves(language[3])
    else:
        for inner in language[1:]:
            yield from _leaves(inner)


def _combinations(members: tuple[Any, ...]) -> list[tuple[bool, ...]]:
    """Return which characters beyond ASCII there are, by the classes they are in."""
    combinations = list(itertools.product((False, True), repeat=len(members)))
    if len(members) < 2:  # a class that has none, or all of them, does not ask
        return combinations
    return _existing(members)


@functools.lru_cache(maxsize=64)
def _existing(members: tuple[Any, ...]) -> list[tuple[bool, ...]]:
    combinations = list(itertools.product((False, True), repeat=len(members)))
    found = set()
    for pages in zip(*map(_pages, members)):
        for combination in combinations:
            left = _WHOLE_PAGE
            for page, wanted in zip(pages, combination):
                left &= page if wanted else ~page
            if left:
                found.add(combination)
    return sorted(found)


@functools.lru_cache(maxsize=64)
def _pages(ask: Callable[[int], list[int]]) -> list[int]:
    """Return the members of a class, a number of 256 bits for each page."""
    return [
        sum(word << 64 * place for place, word in enumerate(ask(page)))
        for page in range(_PAGES)
    ]


def _has(ask: Callable[[int], list[int]], code: int) -> bool:
    page, place = divmod(code, 256)
    return bool(ask(page)[place // 64] >> place % 64 & 1)
