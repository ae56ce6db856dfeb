r"""
Regular expressions that take Python's ``re`` exponential time.

Where a part of a path can be read in two ways again and again, as by ``(\w+,?)+``, a
path whose end does not fit is read in all ways: 2, 4, 8... The ways are found in the
instructions of the expression. Whether they are taken is then tried out, with the steps
counted, so that nothing is reported that does not happen.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from . import backtracking
from .backtracking import MOST_STEPS, Program, TooManyStepsError, UnknownError

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from .backtracking import Budget

# Of one expression: the places to begin at, and what may be done to find a part that
# can be read in two ways.
_MOST_PARTS = 8
_MOST_LOOKS = 30_000
_STEPS_OF_A_LOOK = 5
# Of all paths of one expression.
_MOST_STEPS_TOGETHER = 200_000
_MOST_ROUNDS = 24
# A part that can be read in two ways doubles the steps, give or take those around it.
_LEAST_GROWTH = 1.7
# What a path ends with that is not read in the same way.
_ENDS = ("!", "~", "/", "/!", "//", " ", "\n", "")
# Long enough for hours.
_SHOWN_ROUNDS = 40

_PREFERRED = (
    "aA0-_./,~!" + "".join(map(chr, range(33, 127))) + "".join(map(chr, range(33)))
)


@dataclass(frozen=True)
class Growth:
    """A path, which takes the longer the more of it there is."""

    before: str
    #: What may be repeated.
    part: str
    after: str
    #: How many times as many steps one more of the part takes, at least.
    factor: float

    def path(self, rounds: int = _SHOWN_ROUNDS) -> str:
        """Return the path with so many of the part."""
        return f"{self.before}{self.part * rounds}{self.after}"


def growth_of(
    regex: re.Pattern[str], *, full: bool, budget: Optional[Budget] = None
) -> Optional[Growth]:
    """
    Return what lets the time of *regex* grow exponentially, ``None`` if nothing does.

    No search of ``re`` is made.

    Args:
        regex: It is compared with the beginning of a path.
        full: Whether the whole path has to match.
        budget: Pays for all that is done, if it is given.

    Raises:
        SpentError: The budget does not suffice.
    """
    left = _MOST_STEPS_TOGETHER
    try:
        program = Program(regex, budget)
        parts = _Ways(program).parts()
        for before, part in itertools.islice(parts, _MOST_PARTS):
            for after in _ENDS:
                counts = _counts(program, before, part, after, full)
                if _factor(counts):
                    return _shortest(program, before, part, after, full)
                left -= sum(map(abs, counts))
                if left < 0:
                    return None
    except UnknownError:
        pass
    return None


def _shortest(
    program: Program, before: str, part: str, after: str, full: bool
) -> Optional[Growth]:
    """Return the growth by the shortest text that *part* is a repetition of."""
    for length in range(1, len(part) + 1):
        piece = part[:length]
        if piece * (len(part) // length) == part:
            factor = _factor(_counts(program, before, piece, after, full))
            if factor:
                return Growth(before, piece, after, factor)
    return None


def _counts(
    program: Program, before: str, part: str, after: str, full: bool
) -> list[int]:
    """Return the steps for 1, 2, 3... rounds. The last is negative: it was given up."""
    counts: list[int] = []
    for rounds in range(1, _MOST_ROUNDS):
        path = f"{before}{part * rounds}{after}"
        try:
            counts.append(program.search(path, MOST_STEPS, full=full).steps)
        except TooManyStepsError:
            return [*counts, -MOST_STEPS]
    return counts


def _factor(counts: list[int]) -> float:
    """Return how the steps grow with each round, 0 if not exponentially."""
    if not counts or counts.pop() > 0:
        return 0
    factors = [more / fewer for fewer, more in zip(counts, counts[1:])][-3:]
    factor = min(factors, default=0)
    return factor if factor >= _LEAST_GROWTH else 0


class _Ways:
    """The ways from character to character through a program."""

    def __init__(self, program: Program) -> None:
        self.instructions = instructions = program.instructions
        self.budget = program.budget
        self.looks = _MOST_LOOKS
        # The MATCH of an inner program leads to what is behind it.
        self.behind = {
            second - 1: second
            for code, _, second in instructions
            if code == backtracking.INNER
        }
        self.first = self._following(0)
        #: How often each instruction for a character leads to each: once, or more.
        self.ways = {
            number: self._following(number + 1)
            for number, (code, _, _) in enumerate(instructions)
            if code == backtracking.CHARACTER
        }

    def parts(self) -> Iterator[tuple[str, str]]:
        """Yield texts that can be read in two ways, each with one that leads to it."""
        for number, before in self._texts_to().items():
            if len(self.ways[number]) > 1 or 2 in self.ways[number].values():
                part = self._part(number)
                if part:
                    yield before, part

    def _look(self) -> None:
        self.budget.spend(_STEPS_OF_A_LOOK)
        self.looks -= 1
        if self.looks < 0:
            raise UnknownError

    def _following(self, start: int) -> dict[int, int]:
        """Return the characters that may come next, and whether by one way or more."""
        found: dict[int, int] = defaultdict(int)
        ahead: list[tuple[int, frozenset[int]]] = [(start, frozenset())]
        while ahead:
            self._look()
            at, begun = ahead.pop()
            code, first, second = self.instructions[at]
            if code == backtracking.CHARACTER:
                found[at] = min(found[at] + 1, 2)
            elif code == backtracking.SPLIT:
                ahead += [(first, begun), (second, begun)]
            elif code == backtracking.JUMP:
                ahead.append((first, begun))
            elif code == backtracking.BEGIN:
                ahead.append((at + 1, begun | {first}))
            elif code == backtracking.INNER:
                ahead.append((at + 1, begun))
                if first:  # nothing is taken there
                    ahead.append((second, begun))
            elif code == backtracking.MATCH:
                if at in self.behind:
                    ahead.append((self.behind[at], begun))
            # A round that takes nothing is none.
            elif code != backtracking.FAIL and not (
                code == backtracking.ROUND and first in begun
            ):
                ahead.append((at + 1, begun))
        return dict(found)

    def _texts_to(self) -> dict[int, str]:
        """Return for each instruction a short text of which it takes the last one."""
        texts: dict[int, str] = {}
        ahead = [("", self.first)]
        for text, following in ahead:
            for number in following:
                character = _one_of(self.instructions[number][1])
                if number not in texts and character:
                    self._look()
                    texts[number] = text + character
                    ahead.append((texts[number], self.ways[number]))
        return texts

    def _part(self, start: int) -> str:
        """Return a text that leads from *start* back to it by two different ways."""
        begin = (start, start, False)
        texts = {begin: ""}
        ahead = [begin]
        for state in ahead:
            one, other, apart = state
            pairs = itertools.product(self.ways[one].items(), self.ways[other].items())
            for (its, count), (others, _) in pairs:
                self._look()
                both = self.instructions[its][1] & self.instructions[others][1]
                parted = apart or its != others or (one == other and count > 1)
                # The one before the other, or the other way round.
                following = (min(its, others), max(its, others), parted)
                if both and following not in texts:
                    texts[following] = texts[state] + _one_of(both)
                    ahead.append(following)
                    if following == (start, start, True):
                        return texts[following]
        return ""


def _one_of(characters: int) -> str:
    return next((one for one in _PREFERRED if characters >> ord(one) & 1), "")
