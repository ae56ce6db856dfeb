"""Each cell of the table in README.md is proven, and each figure is that of a run."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from tests.packaging.readme_table import COLUMNS, ROWS, VERSIONS
from tests.packaging.write_readme import PAGES

WRITE = "python -m tests.packaging.write_readme writes it"

CELLS = [
    pytest.param(text, proof, id=f"{row.what}, {column}")
    for row in ROWS
    for column, (text, proof) in zip(COLUMNS, row.cells)
]


# The consumers of channels look at open connections. Another test may have left one.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("text", "proof"), CELLS)
def test_a_cell_is_proven(text, proof):
    proof.check(text)


def test_each_row_has_a_cell_for_each_package():
    assert {len(row.cells) for row in ROWS} == {len(COLUMNS)}


@pytest.mark.parametrize("name", VERSIONS)
def test_the_packages_are_of_the_versions_that_the_table_names(name):
    assert version(name) == VERSIONS[name]
    assert f"{name} {VERSIONS[name]}" in map(str.lower, COLUMNS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_has_the_table_and_the_figures(page):
    text = page.read_text(encoding="utf-8")
    assert text == PAGES[page](text), WRITE
