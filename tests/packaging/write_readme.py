"""
What README.md and docs/start.md have of the table and of docs/benchmarks.md.

    python -m tests.packaging.write_readme

writes it there.
"""

from __future__ import annotations

import re

from tests.packaging.readme_table import COLUMNS, ROWS
from tests.support.docs import DOCS, ROOT


def table() -> str:
    """Return the table as Markdown."""
    lines = ["| | " + " | ".join(COLUMNS) + " |", "| --- " * 5 + "|"]
    for what, cells in ROWS:
        lines.append(f"| {what} | " + " | ".join(text for text, _ in cells) + " |")
    return "\n".join(lines)


# The other figures.

SERVERS = ["uvicorn", "granian", "hypercorn", "daphne"]


def ratios(server: str) -> tuple[str, str]:
    """Return how many times the messages and the connections of channels it has."""
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    found = re.findall(rf"^\| {server} [\d.]+ \|.*? ([\d.]+)x \|", page, re.M)
    messages, connections = found
    return messages, connections


def with_figures(readme: str) -> str:
    """Return the text of README.md with the figures of docs/benchmarks.md."""
    messages, connections = ratios(SERVERS[0])
    rest = sorted(float(it) for server in SERVERS[1:] for it in ratios(server))
    for pattern, text in (
        (r"[\d.]+(?= times the messages)", messages),
        (r"[\d.]+(?= times the\s+connections)", connections),
        (r"[\d.]+ to [\d.]+(?= times\])", f"{rest[0]} to {rest[-1]}"),
        (r"(?<=<!-- table -->\n\n).*?(?=\n\n<!-- end of table -->)", table()),
    ):
        readme, count = re.subn(pattern, lambda _, to=text: to, readme, flags=re.S)
        assert count == 1, pattern
    return readme


def start_with_figures(page: str) -> str:
    """Return the text of docs/start.md, likewise."""
    lines = ["| | messages | connections |", "| --- | --: | --: |"]
    for server in SERVERS:
        lines.append(f"| {server} | " + "x | ".join(ratios(server)) + "x |")
    pattern = r"(?<=<!-- figures -->\n\n).*?(?=\n\n<!-- end of figures -->)"
    page, count = re.subn(pattern, lambda _: "\n".join(lines), page, flags=re.S)
    assert count == 1
    return page


PAGES = {ROOT / "README.md": with_figures, DOCS / "start.md": start_with_figures}

if __name__ == "__main__":
    for file, rewrite in PAGES.items():
        file.write_text(rewrite(file.read_text(encoding="utf-8")), encoding="utf-8")
