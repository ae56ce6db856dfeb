"""The blocks of the documentation: what they are, and the files they are parts of."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
#: Every page that a reader is sent to, by its path.
PAGES = {
    str(file.relative_to(ROOT)): file
    for file in (
        *sorted(DOCS.rglob("*.md")),
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "SECURITY.md",
        ROOT / "examples" / "chat" / "README.md",
    )
}

_BLOCK = re.compile(
    r"^(?:(?P<mark> *)<!-- not run: (?P<why>.*?) -->\n)?"
    r"(?P<indent> *)```(?P<language>[-{}a-z]*)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_NAME = re.compile(r"# ([\w/]+\.py)|<!-- ([\w/]+\.html) -->")
_END_OF_FILE = ", at the end"


@dataclass(frozen=True)
class Block:
    """A block between two fences, without the fences."""

    page: str
    line: int
    language: str
    text: str
    #: The reason that a comment above it gives for not running it.
    why_not: Optional[str]

    @property
    def place(self) -> str:
        return f"{self.page}, line {self.line}"

    @property
    def first_line(self) -> str:
        return self.text.partition("\n")[0]

    @property
    def file(self) -> Optional[str]:
        """The file that the first line names, if it does."""
        named = _NAME.fullmatch(self.first_line.replace(_END_OF_FILE, ""))
        return (named[1] or named[2]) if named else None

    def write(self, directory: Path) -> Path:
        """Make the file, or add to its end if the first line says so."""
        assert self.file, f"{self.place}: it does not name its file"
        file = directory / self.file
        file.parent.mkdir(parents=True, exist_ok=True)
        mode = "a" if _END_OF_FILE in self.first_line else "w"
        with file.open(mode, encoding="utf-8") as opened:
            opened.write(self.text.partition("\n")[2])
        return file


def blocks_of(page: str) -> list[Block]:
    """Return the blocks of a page, such as "docs/start.md", in order."""
    text = PAGES[page].read_text(encoding="utf-8")
    return [
        Block(
            page=page,
            line=text.count("\n", 0, found.start("indent")) + 1,
            language=found["language"],
            text=textwrap.dedent(found["text"]),
            why_not=found["why"],
        )
        for found in _BLOCK.finditer(text)
    ]


def write_examples(page: str, directory: Path) -> list[Path]:
    """
    Write each Python block of *page* to the file that its first line names.

    A block without such a line is an error: it would not be tested.
    """
    return [
        block.write(directory)
        for block in blocks_of(f"docs/{page}")
        if block.language == "python"
    ]
