"""Make paths that a regular expression accepts."""

from __future__ import annotations

import random
import re
import string
from typing import TYPE_CHECKING, Any

from .._routes import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# That module knows where each version of Python has its parser.
_parser: Any = vars(regex)["_parser"]

# What real paths are made of comes first.
_FAMILIAR = string.ascii_lowercase + string.digits
_CHARACTERS = _FAMILIAR + string.ascii_uppercase + "-_.~" + string.punctuation + " "
#: How long a part without an upper limit gets, in the order of the tries.
_LENGTHS = (6, 4, 1, 8, 2, 12, 0)

_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
}


class CannotSampleError(Exception):
    """The expression has a construct that no text can be made for."""


def candidates(expression: str, tries: int) -> Iterator[str]:
    """
    Yield texts that *expression* probably accepts.

    Assertions such as a lookahead are passed over, so the caller has to check.

    Raises:
        CannotSampleError: No text can be made.
    """
    try:
        tree = _parser.parse(expression)
    except re.error as error:
        raise CannotSampleError(f"not a regular expression: {error}") from error
    for turn in range(tries):
        yield _Maker(turn).text(tree)


class _Maker:
    """Makes one text."""

    def __init__(self, turn: int) -> None:
        # Always the same texts, so that two runs measure the same paths.
        self._random = random.Random(turn)  # noqa: S311 - no secret
        self._length = _LENGTHS[turn % len(_LENGTHS)]
        self._groups: dict[int, str] = {}

    def text(self, tree: Sequence[Any]) -> str:
        return "".join(self._part(str(kind), value) for kind, value in tree)

    def _part(self, kind: str, value: Any) -> str:  # noqa: PLR0911 - one each kind
        if kind == "LITERAL":
            return chr(value)
        if kind in ("IN", "NOT_LITERAL", "ANY"):
            return self._character(kind, value)
        if kind.endswith("_REPEAT"):
            least, most, inner = value
            count = min(max(least, self._length), int(most))
            if most == 1:
                count = self._random.randint(least, 1)
            return "".join(self.text(inner) for _ in range(count))
        if kind == "BRANCH":
            return self.text(self._random.choice(value[1]))
        if kind == "SUBPATTERN":
            number, inner = value[0], value[-1]
            text = self.text(inner)
            if number is not None:
                self._groups[number] = text
            return text
        if kind == "ATOMIC_GROUP":
            return self.text(value)
        if kind == "GROUPREF":
            return self._groups.get(value, "")
        if kind == "GROUPREF_EXISTS":
            number, present, absent = value
            return self.text((present if number in self._groups else absent) or ())
        if kind in ("AT", "ASSERT", "ASSERT_NOT"):
            return ""
        raise CannotSampleError(f"{kind.lower()} in the regular expression")

    def _character(self, kind: str, value: Any) -> str:
        if kind == "ANY":
            return self._random.choice(_FAMILIAR)
        if kind == "NOT_LITERAL":
            value = [("NEGATE", None), ("LITERAL", value)]
        members = [char for char in _CHARACTERS if _is_member(value, char)]
        familiar = [char for char in members if char in _FAMILIAR]
        if not members:
            # Letters beyond ASCII, for one.
            members = [
                chr(what if str(name) == "LITERAL" else what[0])
                for name, what in value
                if str(name) in ("LITERAL", "RANGE")
            ]
        if not members:
            raise CannotSampleError("a class without a printable character")
        return self._random.choice(familiar or members)


def _is_member(items: Sequence[Any], character: str) -> bool:
    negated = False
    found = False
    for name, value in items:
        kind = str(name)
        if kind == "NEGATE":
            negated = True
        elif kind == "LITERAL":
            found |= ord(character) == value
        elif kind == "RANGE":
            found |= value[0] <= ord(character) <= value[1]
        elif kind == "CATEGORY":
            found |= bool(re.match(_CATEGORIES[str(value)], character))
    return found is not negated
