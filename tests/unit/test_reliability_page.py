"""Each row of docs/reliability.md says what it promises, and which test repeats it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reliability.md"
HEAD = ["fault or load", "promise", "measured here", "with `channels`", "test"]


def rows():
    """Return the cells of the rows of the table on faults, without its headings."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    first = lines.index(f"| {' | '.join(HEAD)} |")
    found = []
    for line in lines[first + 2 :]:
        if not line.startswith("| "):
            break
        cells = [cell.strip() for cell in line[1:-1].split("|")]
        if not cells[0].startswith("**"):
            found.append(cells)
    return found


@pytest.mark.parametrize("cells", rows(), ids=lambda cells: cells[0][:40])
def test_a_row_is_complete_and_its_tests_are_there(cells):
    assert len(cells) == len(HEAD)
    assert all(cells)
    named = re.findall(r"`(\S+\.py) -k ([^`]+)`", cells[-1])
    assert named
    for file, expression in named:
        source = (TESTS / "servers" / file).read_text(encoding="utf-8")
        for word in re.findall(r"\w+", expression):
            assert word in {"and", "or"} or word in source, (file, word)
