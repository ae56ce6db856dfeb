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
    "(?(1)~|x)", "(?P<~>[^/]+)", "(?P<~>x)~", "[(?P<~>]~", r"\(?P<~>", "\ue001",
    "(?P<\ue001>x)", "#~", r"\ue000", "\ue000", r"[)~]\ue000", r"\U0000e000",
    "é~", "\n~", "(x)~~", "(?>x)~", "(?:)~", "(?P<b>[[~])~", "(x)[a--~]~", "[x||y]~",
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

    def whole() -> Any:
        literal, found = read(*arguments)
        if not literal:
            return vars(found)
        # What is taken out stood behind the anchor.
        start, *others = found.tree
        return {**vars(found), "tree": [start, literal, *others]}

    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        try:
            result = whole()
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
            by_parser = outcome(lambda text: ("", whole(text, classes)), text)
            assert found == by_parser, (seed, text)
            by_shape += not read
            in_whole += text in read
    # A run in which one side hardly comes up would prove little.
    assert min(by_shape, in_whole) > 2000


def test_texts_that_differ_behind_the_anchor_only_have_one_regex():
    reader = shapes.Shapes(regex.Classes())
    read = [reader.read(f"^{word}.json/(?P<a>[^/]+)/$") for word in ("a", "b/c")]
    assert [literal for literal, _ in read] == ["a", "b/c"]
    assert vars(read[0][1]) == vars(read[1][1])


def test_a_text_with_another_anchor_behind_it_is_not_taken_out():
    reader = shapes.Shapes(regex.Classes())
    for text in ("^a^$", r"^a\Ab/$", "^a(?:^)b/$"):
        assert reader.read(text)[0] == ""
    assert reader.read("^a(^)b/$")[0] == "a"


def test_a_shape_that_is_given_up_leaves_no_class():
    for text in ("^a/[)b]/$", "^[x-z](?=[0-9])a/[)b]"):
        by_shape, whole = regex.Classes(), regex.Classes()
        read = shapes.Shapes(by_shape).read(text)[1], regex.read(text, whole)
        assert vars(read[0]) == vars(read[1])
        assert len(by_shape.list) == len(whole.list) > 0


def test_an_error_names_the_position_in_the_whole_text():
    reader = shapes.Shapes(regex.Classes())
    for text, position in (("^things/(", 8), ("^other-things/(", 14)):
        with pytest.raises(re.error, match=f"at position {position}$"):
            reader.read(text)
