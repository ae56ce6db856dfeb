"""Make up texts that regular expressions of the project probably accept."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from .regex import alone, parser

if TYPE_CHECKING:
    from collections.abc import Iterator

# What to prefer where any character will do. Real paths are made of letters mostly.
_PREFERRED = (string.ascii_lowercase, string.digits, string.ascii_uppercase, "_-.~")
_LENGTH = 6
# What is repeated again and again comes to more than there is memory for. No path is as
# long, so that nothing else is lost.
_LONGEST = 4_000


def samples(regexes: list[str]) -> Iterator[list[str]]:
    """
    Yield a text for each of *regexes*, a few times.

    Assertions and references to groups are passed over, so the caller has to try.
    """
    trees = [parser.parse(regex) for regex in regexes]
    for preferred in _PREFERRED:
        yield [_text(tree, preferred + string.printable) for tree in trees]


def _text(tree: Any, characters: str) -> str:
    text = ""
    for node in tree:
        kind, value = str(node[0]), node[1]
        if kind == "LITERAL":
            text += chr(value)
        elif kind in ("IN", "ANY", "NOT_LITERAL"):
            one = alone(node[0], value, tree.state.flags)
            text += next(filter(one.match, characters), "")
        elif kind.endswith("_REPEAT"):
            least, most, inner = value
            times = min(max(least, min(int(most), _LENGTH)), _LONGEST)
            text += (_text(inner, characters) * times)[:_LONGEST]
        elif kind == "BRANCH":
            text += _text(value[1][0], characters)
        elif kind == "SUBPATTERN":
            text += _text(value[-1], characters)
        elif kind == "ATOMIC_GROUP":
            text += _text(value, characters)
    return text
