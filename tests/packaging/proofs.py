"""What a cell of the table in README.md may rest on."""

from __future__ import annotations

import asyncio
import inspect
import re
from dataclasses import dataclass
from typing import Any, Callable

from tests.support.docs import DOCS, ROOT


@dataclass(frozen=True)
class Test:
    """Tests of this suite. Those of both packages take ``channels``, or `PACKAGES`."""

    __test__ = False  # for pytest
    ids: tuple[str, ...]
    on_channels: bool = False

    def check(self, text: str) -> None:
        for each in self.ids:
            file, _, name = each.partition("::")
            source = (ROOT / "tests" / file).read_text(encoding="utf-8")
            [arguments] = re.findall(
                rf"^(?:async )?def {name}\(([^)]*)\)", source, re.M
            )
            if self.on_channels:
                assert "channels" in arguments or " PACKAGES " in source, each


@dataclass(frozen=True)
class Program:
    """A function that asserts the statement against the installed package."""

    function: Callable[[], Any]

    def check(self, text: str) -> None:
        if inspect.iscoroutinefunction(self.function):
            asyncio.run(self.function())
        else:
            self.function()


@dataclass(frozen=True)
class Figure:
    """A figure of docs/benchmarks.md: the first cell of its row, and its column."""

    row: str
    column: str

    def check(self, text: str) -> None:
        assert text.startswith(self.read())

    def read(self) -> str:
        rows = [[]]  # of one table after the other
        for line in (DOCS / "benchmarks.md").read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not line.startswith("|"):
                rows = [[]]
            elif rows == [[]]:
                rows = [cells]
            elif cells[0] == self.row and self.column in rows[0]:
                return cells[rows[0].index(self.column)]
        raise AssertionError(f"docs/benchmarks.md has no {self.row!r}, {self.column!r}")


@dataclass(frozen=True)
class Value:
    """A function that returns the words of the cell."""

    function: Callable[[], str]

    def check(self, text: str) -> None:
        assert text == self.function()
