"""
A regular expression that is read by its shape has the tree of its whole text.

The texts share shapes with words of their own, and have what looks like a word and is
none: in a set, in a comment, behind a flag, in front of a repeat.
"""

from __future__ import annotations

import random
import re
import warnings
from typing import Any

import pytest

from channels_fast._routes import regex, shapes

from .regexes import RegexMaker
from .test_reading import text_of

WORDS = ["a", "users", "a/b", "x-y", "1", "_", "e000", "i", "P", "/", "-"]
# A word stands in for each `~`.
PARTS = [
    "~", "/~/", r"\.~", r"\-~", "(?P<a>[^/.]+)~", "(x)~", "(?:~)~", "(?:(x))~",
    "((x)~)", r"[)~]", r"[^)~]{2}", r"[)~-z]", "[)~]~", r"\)~", r"(?#)~", "(?i:~)~",
    "(?x: ~)~", "(?i)~", "(?x) ~", "(x)|~", "|^~", "^~", r"\A~", "(?:^)~", "$", r"\Z",
    r"\b~", "*", "+", "?", "{2}", "{2", "??", "*+", "(?=x)~", "(?P=a)~", r"\1",
    "(?(1)~|x)", "#~", r"\ue000", "\ue000", r"[)~]\ue000", r"\U0000e000", "é~", "\n~",
    "(x)~~", "(?>x)~", "(?:)~", "(?P<b>[[~])~", "(x)[a--~]~", "[x||y]~",
    "(x)~\u0130", "(", ")", "[", "\\",
]  # fmt: skip


def texts(rng: random.Random) -> list[str]:
    """Return texts of one form, with other words in it."""
    kind = rng.random()
    if kind < 0.7:
        parts = [rng.choice(PARTS) for _ in range(rng.randrange(5))]
        start = rng.choice(["^", "^~", "^~", "~", "^/", "", "^^~", r"\A", "(?i)^"])
        form = start + "".join(parts) + rng.choice(["", "$", "/$", "/?$", "~"])
    elif kind < 0.85:
        form = re.sub("[a-z]+", "~", text_of(rng))
    else:
        form = re.sub("[a-z]+", "~", RegexMaker(rng).urlish(WORDS))
    count = rng.choice([2, 3])
    return [re.sub("~", lambda _: rng.choice(WORDS), form) for _ in range(count)]


def outcome(read: Any, *arguments: Any) -> Any:
    """Return what the regex has, or the error, and the warnings."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        try:
            result = vars(read(*arguments))
        except Exception as error:
            result = type(error), str(error)
    return result, {str(warning.message) for warning in found}


@pytest.mark.parametrize("start", range(0, 20_000, 5000))
def test_a_regex_has_the_tree_of_its_whole_text(start, monkeypatch):
    whole = regex.read
    read: list[str] = []

    def noting(text: str, classes: Any) -> Any:
        read.append(text)
        return whole(text, classes)

    monkeypatch.setattr(shapes, "read", noting)
    classes = regex.Classes()
    reader = shapes.Shapes(classes)
    by_shape = in_whole = 0
    for seed in range(start, start + 5000):
        for text in texts(random.Random(seed)):
            read.clear()
            found = outcome(reader.read, text)
            assert found == outcome(whole, text, classes), (seed, text)
            by_shape += not read
            in_whole += text in read
    # A run in which one side hardly comes up would prove little.
    assert min(by_shape, in_whole) > 2000


def test_an_error_names_the_position_in_the_whole_text():
    reader = shapes.Shapes(regex.Classes())
    for text, position in (("^things/(", 8), ("^other-things/(", 14)):
        with pytest.raises(re.error, match=f"at position {position}$"):
            reader.read(text)
