"""The examples of the documentation, as the files that they are parts of."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def write_examples(page: str, directory: Path) -> list[Path]:
    """
    Write each Python block of *page* to the file that its first line names.

    A block without such a line is an error: it would not be tested.
    """
    files = []
    text = (DOCS / page).read_text(encoding="utf-8")
    for block in re.findall(r"(?ms)^```python\n(.*?)^```$", text):
        first, _, rest = block.partition("\n")
        named = re.fullmatch(r"# (\w+/\w+\.py)", first)
        assert named, f"{page}: this block does not name its file: {first}"
        file = directory / named[1]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(rest, encoding="utf-8")
        files.append(file)
    return files
