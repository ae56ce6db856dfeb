"""The page docs/troubleshooting.md: ``python -m tests.support.troubleshooting``."""

from __future__ import annotations

import textwrap

from channels_fast.doctor.explained import ENTRIES

from .docs import DOCS

PAGE = DOCS / "troubleshooting.md"

_HEAD = """\
# Errors, their causes and what to write

Three dots stand for anything. `python manage.py asgi_doctor --explain FILE` looks for
all of these in a traceback or in the log of a server, and names the line of your
project ([the doctor](doctor.md)).

`tests/support/troubleshooting.py` writes this page, out of the table that the command
reads.
"""


def rendered() -> str:
    """Return the page as the table of the doctor has it."""
    parts = [_filled(*_HEAD.split("\n\n"))]
    for entry in ENTRIES:
        texts = "\n".join(entry.texts)
        more = f"More: [{entry.page.partition('#')[0]}]({entry.page})"
        parts.append(f"## {entry.title}\n\n```text\n{texts}\n```")
        parts.append(_filled(f"**Cause.** {entry.cause}", f"**Cure.** {entry.cure}"))
        parts.append(more)
    return "\n\n".join(parts) + "\n"


def _filled(*paragraphs: str) -> str:
    return "\n\n".join(
        textwrap.fill(text, 118, break_long_words=False, break_on_hyphens=False)
        for text in paragraphs
    )


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
