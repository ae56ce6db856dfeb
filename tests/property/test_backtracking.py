"""The search that counts its steps, and what it reports, against ``re``."""

from __future__ import annotations

import random
import re
import sys
import warnings
from collections import Counter

import pytest

from channels_fast._routes.backtracking import Program, TooManyStepsError, UnknownError
from channels_fast._routes.exponential import growth_of

from .regexes import RegexMaker
from .samples import _tree as tree_of
from .samples import sample

MOST_STEPS = 20_000
#: Of a thousand. The possessive repeats of Python 3.11.0 to 3.11.4 are unknown, too.
MOST_UNKNOWN = 250 if (3, 11) <= sys.version_info < (3, 11, 5) else 200


def compiled(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return re.compile(text)
        except (re.error, OverflowError, RecursionError):
            return None


def has_empty_rounds(nodes):
    """Say whether there is a repeat for which versions of Python have own rules."""
    for op, argument in nodes:
        inner = [one for one in flat(argument) if hasattr(one, "getwidth")]
        if "REPEAT" in str(op) and inner[0].getwidth()[0] == 0:
            return True
        if any(map(has_empty_rounds, inner)):
            return True
    return False


def flat(value):
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from flat(one)
    else:
        yield value


def paths_for(text, rng):
    """Return short paths of ASCII, some of which the regex accepts."""
    for _ in range(6):
        path = (
            sample(text, rng)
            if rng.random() < 0.8
            else "".join(rng.choices("ab/-1 \n", k=rng.randint(0, 8)))
        )
        if path.isascii() and len(path) < 15:
            yield path + rng.choice(["", "", "!", "\n"])


@pytest.mark.parametrize("seed", range(4))
def test_it_accepts_what_python_accepts(seed):
    rng = random.Random(seed)
    seen = Counter()
    for _ in range(1_000):
        maker = RegexMaker(rng)
        text = maker.wild() if rng.random() < 0.7 else maker.urlish(["a", "ab", "b-1"])
        regex = compiled(text)
        if regex is None:
            continue
        try:
            program = Program(regex)
        except UnknownError:
            seen["unknown"] += 1
            continue
        if has_empty_rounds(tree_of(text)):
            seen["empty rounds"] += 1
            continue
        for path in paths_for(text, rng):
            for full in (False, True):
                try:
                    end = program.search(path, MOST_STEPS, full=full).end
                except TooManyStepsError:
                    seen["given up"] += 1
                    continue
                try:
                    found = (regex.fullmatch if full else regex.match)(path)
                except SystemError:  # an error of `re` with groups in lookarounds
                    continue
                assert end == (found and found.end()), (text, path, full)
                seen["accepted" if found else "refused"] += 1
    assert seen["accepted"] > 1_000
    assert seen["refused"] > 1_000
    assert seen["unknown"] < MOST_UNKNOWN


@pytest.mark.skipif(sys.version_info < (3, 11), reason="new in Python 3.11")
def test_a_possessive_repeat_in_which_python_loses_its_place_is_unknown():
    regex = re.compile("a(?:(?<=b)c)*+")
    if regex.match("ac").end() == 1:
        assert Program(regex).search("ac", MOST_STEPS, full=False).end == 1
    else:  # Python 3.11.0 to 3.11.4
        with pytest.raises(UnknownError):
            Program(regex)


@pytest.mark.parametrize("seed", range(2))
def test_each_path_that_is_reported_takes_ever_more_steps(seed):
    rng = random.Random(seed)
    reported = 0
    pieces = ["a", "b", r"\w", "[ab]", ".", "a?", "b*", "a+", "[^/]"]
    for _ in range(100):
        parts = rng.choices(pieces, k=3)
        text = f"({parts[0]}{rng.choice(['|', ''])}{parts[1]}{parts[2]})"
        regex = re.compile(f"^{text}{rng.choice('+*')}{rng.choice('x/$')}")
        growth = growth_of(regex, full=False)
        if growth is None:
            continue
        reported += 1
        program = Program(regex)
        steps = []
        for rounds in range(1, 9):
            path = growth.path(rounds)
            try:
                search = program.search(path, MOST_STEPS, full=False)
            except TooManyStepsError:
                break
            found = regex.match(path)
            assert search.end == (found and found.end())
            steps.append(search.steps)
        late = steps[len(steps) // 2 :]
        assert all(after > 1.3 * before for before, after in zip(late, late[1:]))
    assert reported > 10


def test_rounds_of_nothing_are_not_gone_through(monkeypatch):
    read = []
    node = Program._node

    def counted(self, *arguments):
        read.append(arguments)
        assert len(read) < 1_000
        node(self, *arguments)

    monkeypatch.setattr(Program, "_node", counted)
    program = Program(re.compile("(?:(?:(?:(?:){199}){199}){199}){1,100}a"))
    assert program.search("a", MOST_STEPS, full=True).end == 1
