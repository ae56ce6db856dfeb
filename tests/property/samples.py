"""Texts that a regex matches, found by walking the tree of Python's parser."""

from __future__ import annotations

import random
import re
import sys
import warnings
from functools import lru_cache
from typing import Any

from .regexes import ODD, PLAIN

if sys.version_info >= (3, 11):
    from re import _parser as parser
else:
    import sre_parse as parser

_CATEGORIES = {
    "CATEGORY_DIGIT": "0123456789\u0660",
    "CATEGORY_WORD": "abkszA019_\u00e9\u00b2",
    "CATEGORY_SPACE": " \t\n\x1c",
    "CATEGORY_NOT_DIGIT": "ab-/\u00b2",
    "CATEGORY_NOT_WORD": "-./ \u0301",
    "CATEGORY_NOT_SPACE": "ab0-\u4e2d",
}


@lru_cache(maxsize=4096)
def _tree(regex: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return parser.parse(regex)
        except (re.error, OverflowError, RecursionError):
            return None


def sample(regex: str, rng: random.Random) -> str:
    """
    Return a text that *regex* probably matches, "" for a broken one.

    Assertions are not obeyed, so some texts miss; that is as useful.
    """
    tree = _tree(regex)
    return "" if tree is None else "".join(_walk(tree, rng, {}))


def _walk(tree: Any, rng: random.Random, groups: dict[int, str]) -> list[str]:
    out: list[str] = []
    for op, value in tree:
        name = str(op)
        if name == "LITERAL":
            out.append(chr(value))
        elif name == "IN":
            out.append(_member(value, rng))
        elif name == "ANY":
            out.append(rng.choice(PLAIN if rng.random() < 0.9 else ODD))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, body = value
            for _ in range(rng.randint(low, max(low, min(high, low + 3)))):
                out += _walk(body, rng, groups)
        elif name == "SUBPATTERN":
            text = "".join(_walk(value[-1], rng, groups))
            if value[0] is not None:
                groups[value[0]] = text
            out.append(text)
        elif name == "BRANCH":
            out += _walk(rng.choice(value[1]), rng, groups)
        elif name == "NOT_LITERAL":
            out.append(rng.choice([c for c in PLAIN if ord(c) != value]))
        elif name == "ATOMIC_GROUP":
            out += _walk(value, rng, groups)
        elif name == "GROUPREF":
            out.append(groups.get(value, ""))
        elif name == "GROUPREF_EXISTS":
            branch = value[1] if value[0] in groups else value[2]
            out += _walk(branch or [], rng, groups)
    return out


def _member(items: Any, rng: random.Random) -> str:
    negated = str(items[0][0]) == "NEGATE"
    if negated:
        pool = PLAIN if rng.random() < 0.9 else ODD
        return rng.choice([c for c in pool if not _contains(items, c)] or ["\u4e2d"])
    op, value = rng.choice(items)
    name = str(op)
    if name == "LITERAL":
        return chr(value)
    if name == "RANGE":
        return chr(rng.randint(*value))
    return rng.choice(_CATEGORIES[str(value)])


def _contains(items: Any, char: str) -> bool:
    """Tell about literals and ranges only; a category that is negated may miss."""
    code = ord(char)
    for op, value in items:
        name = str(op)
        if name == "LITERAL" and value == code:
            return True
        if name == "RANGE" and value[0] <= code <= value[1]:
            return True
        if name == "CATEGORY" and char in _CATEGORIES[str(value)]:
            return True
    return False
