"""
A regular expression as Python's ``re`` runs it, with its steps counted.

``re`` tries one way after the other and remembers none. A search here does the same,
and gives up where a search of ``re`` would go on for years. It knows paths of ASCII
that are shorter than `_MANY`.
"""

from __future__ import annotations

import math
import re
import sys
import warnings
from typing import Any, Optional

from .regex import Classes, parser

# A repeat of as many rounds is one without a limit, to a path that is not as long.
_MANY = 200
#: Of one path, some thousandths of a second: many for `Program.search`.
MOST_STEPS = 10_000
# What else is done, in steps that take as long.
_STEPS_OF_AN_INSTRUCTION = 15
# A program that is longer is of a pattern with large counts in each other.
_LONGEST = 2_000

# What an instruction does with the character at hand, and where the search goes on.
# CHARACTER and a set: a bit for each character of ASCII. SPLIT and the two ways, the
# one to be tried first in front. BEGIN and ROUND with the slot of the place where the
# round begins: on if it took anything. INNER and how a program of its own is used.
CHARACTER, SPLIT, JUMP, BEGIN, ROUND, AT, INNER, MATCH, FAIL = range(9)

Instruction = tuple[int, Any, Any]


class UnknownError(Exception):
    """The pattern has something that this module does not know, or is too long."""


class TooManyStepsError(Exception):
    """The search has been given up."""


class SpentError(Exception):
    """A `Budget` is used up."""


class Budget:
    """How many steps may be made by all that share it."""

    def __init__(self, steps: float = math.inf) -> None:
        """Begin with *steps*."""
        self.left = steps

    def spend(self, steps: float) -> None:
        """
        Take *steps* away.

        Raises:
            SpentError: There were not as many left.
        """
        self.left -= steps
        if self.left < 0:
            raise SpentError


class Program:
    """The instructions of one regular expression."""

    def __init__(self, regex: re.Pattern[str], budget: Optional[Budget] = None) -> None:
        """
        Read *regex*.

        Args:
            regex: A regular expression of text.
            budget: Pays for this and for each search, if it is given.

        Raises:
            UnknownError: There is something in it that is not known here.
            SpentError: The budget does not suffice.
        """
        self.budget = budget or Budget()
        with warnings.catch_warnings():
            # The project has been told.
            warnings.simplefilter("ignore")
            parsed = parser.parse(regex.pattern, regex.flags)
        self.instructions: list[Instruction] = []
        self._classes = Classes()
        # One for each repeat without a limit.
        self._slots = 0
        self._sequence(parsed, regex.flags)
        self._add(MATCH)

    def search(self, path: str, most: int, *, full: bool) -> Search:
        """
        Compare *path* from its beginning on.

        Args:
            path: Of ASCII, and not long.
            most: How many steps to make.
            full: Whether the whole path has to match.

        Raises:
            TooManyStepsError: It takes more than *most*.
            SpentError: The budget does not suffice.
        """
        search = Search(self.instructions, path, most, full=full)
        slots: tuple[Any, ...] = (None,) * self._slots
        try:
            search.end = search.run(0, 0, slots)
        finally:
            search.steps = most - search.left
            self.budget.spend(search.steps)
        return search

    def _add(self, code: int, first: Any = None, second: Any = None) -> int:
        if len(self.instructions) == _LONGEST:
            raise UnknownError
        self.budget.spend(_STEPS_OF_AN_INSTRUCTION)
        self.instructions.append((code, first, second))
        return len(self.instructions) - 1

    def _here(self) -> int:
        return len(self.instructions)

    def _sequence(self, nodes: Any, flags: int) -> None:
        for op, argument in nodes:
            self._node(op, argument, flags)

    def _node(self, op: Any, argument: Any, flags: int) -> None:
        if op in (parser.LITERAL, parser.NOT_LITERAL, parser.ANY, parser.IN):
            number = self._classes.number(op, argument, flags)
            self._add(CHARACTER, self._classes.list[number].ascii)
        elif op is parser.AT and argument is not parser.AT_NON_BOUNDARY:
            self._add(AT, (argument, bool(flags & re.MULTILINE)))
        elif op is parser.SUBPATTERN:
            _, added, removed, nodes = argument
            if added & _TYPE_FLAGS:  # there can be one of them only
                flags &= ~_TYPE_FLAGS
            self._sequence(nodes, (flags | added) & ~removed)
        elif op is parser.BRANCH:
            self._branch(argument[1], flags)
        elif op in (parser.MAX_REPEAT, parser.MIN_REPEAT):
            self._repeat(argument, flags, greedy=op is parser.MAX_REPEAT)
        elif op in (parser.ASSERT, parser.ASSERT_NOT):
            self._look(argument, flags, wanted=op is parser.ASSERT)
        elif op in _ATOMIC:
            self._atomic(op, argument, flags)
        elif op is parser.FAILURE:
            self._add(FAIL)
        else:  # such as what a group holds, on which versions of Python disagree
            raise UnknownError

    def _branch(self, alternatives: Any, flags: int) -> None:
        *others, last = alternatives
        ends = []
        for nodes in others:
            split = self._add(SPLIT)
            self._sequence(nodes, flags)
            ends.append(self._add(JUMP))
            self.instructions[split] = (SPLIT, split + 1, self._here())
        self._sequence(last, flags)
        for end in ends:
            self.instructions[end] = (JUMP, self._here(), None)

    def _repeat(self, argument: Any, flags: int, *, greedy: bool) -> None:
        least, most, nodes = argument
        if int(least) >= _MANY:
            raise UnknownError
        has_limit = int(most) < _MANY
        for _ in range(least if has_limit else least - 1):
            before = self._here()
            self._sequence(nodes, flags)
            if self._here() == before:  # nor does any other round
                break
        if has_limit:
            splits = []
            for _ in range(most - least):
                splits.append(self._add(SPLIT))
                self._sequence(nodes, flags)
            for split in splits:
                self._ways(split, greedy)
            return
        slot, self._slots = self._slots, self._slots + 1
        splits = [self._add(SPLIT)] if least == 0 else []
        begin = self._add(BEGIN, slot)
        self._sequence(nodes, flags)
        splits.append(self._add(SPLIT))
        self._add(ROUND, slot)
        self._add(JUMP, begin)
        for split in splits:
            self._ways(split, greedy)

    def _ways(self, split: int, greedy: bool) -> None:
        ways = (split + 1, self._here())
        self.instructions[split] = (SPLIT, *(ways if greedy else ways[::-1]))

    def _inner(self, nodes: Any, flags: int, use: tuple[Any, ...]) -> None:
        inner = self._add(INNER)
        self._sequence(nodes, flags)
        self._add(MATCH)
        self.instructions[inner] = (INNER, use, self._here())

    def _look(self, argument: Any, flags: int, *, wanted: bool) -> None:
        direction, nodes = argument
        back = nodes.getwidth()[0] if direction < 0 else 0
        self._inner(nodes, flags, (wanted, back))

    def _atomic(self, op: Any, argument: Any, flags: int) -> None:
        if op is getattr(parser, "POSSESSIVE_REPEAT", None):
            least, most = argument[2].getwidth()
            # Python does not go back into a round, either. Before 3.11.5 it goes on
            # from where a round has failed.
            if least != most or sys.version_info < (3, 11, 5):
                raise UnknownError
            argument = [(parser.MAX_REPEAT, argument)]
        self._inner(argument, flags, ())


_TYPE_FLAGS = re.ASCII | re.UNICODE | re.LOCALE
_ATOMIC = [
    getattr(parser, name)
    for name in ("ATOMIC_GROUP", "POSSESSIVE_REPEAT")
    if hasattr(parser, name)
]


class Search:
    """One search, and what came of it."""

    #: Where the match ends, ``None`` if there is none.
    end: Optional[int]
    #: How many steps it took.
    steps: int

    def __init__(
        self, program: list[Instruction], path: str, most: int, *, full: bool
    ) -> None:
        """Begin with nothing."""
        self.program = program
        self.path = path
        self.left = most
        self.full = full

    def run(  # noqa: PLR0912 # a way out for each instruction
        self, start: int, place: int, slots: Any, *, inner: bool = False
    ) -> Optional[int]:
        """Return where a match ends, ``None`` if there is none."""
        path, program = self.path, self.program
        ahead = [(start, place, slots)]
        while ahead:
            at, place, slots = ahead.pop()
            while True:
                self.left -= 1
                if self.left < 0:
                    raise TooManyStepsError
                code, first, second = program[at]
                at += 1
                if code == CHARACTER:
                    if place == len(path) or not first >> ord(path[place]) & 1:
                        break
                    place += 1
                elif code == SPLIT:
                    ahead.append((second, place, slots))
                    at = first
                elif code == JUMP:
                    at = first
                elif code == BEGIN:
                    slots = (*slots[:first], place, *slots[first + 1 :])
                elif code == ROUND:
                    if slots[first] == place:
                        break
                elif code == AT:
                    if not self._is_at(place, *first):
                        break
                elif code == INNER:
                    after = self._inner(at, place, slots, *first)
                    if after is None:
                        break
                    place = after
                    at = second
                elif code == MATCH and (inner or not self.full or place == len(path)):
                    return place
                else:
                    break
        return None

    def _inner(self, start: int, place: int, slots: Any, *use: Any) -> Optional[int]:
        if not use:
            return self.run(start, place, slots, inner=True)
        wanted, back = use
        found = None
        if place >= back:
            found = self.run(start, place - back, slots, inner=True)
        return place if (found is not None) is wanted else None

    def _is_at(self, place: int, code: Any, multiline: bool) -> bool:
        path = self.path
        begins, ends = place == 0, place == len(path)
        if code in (parser.AT_BEGINNING_STRING, parser.AT_BEGINNING):
            lines = multiline and code is parser.AT_BEGINNING
            return begins or (lines and path[place - 1] == "\n")
        if code is parser.AT_END_STRING:
            return ends
        if code is parser.AT_END:
            rest = path[place:]
            return rest in ("", "\n") or (multiline and rest[0] == "\n")
        words = [_is_word(path[place - 1 : place]), _is_word(path[place : place + 1])]
        return words[0] is not words[1]


def _is_word(character: str) -> bool:
    return character == "_" or character.isalnum()
