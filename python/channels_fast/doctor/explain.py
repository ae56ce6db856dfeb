"""Find in a traceback, or in the log of a server, what the table explains."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Optional

from .explained import ENTRIES
from .explained.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRACEBACK = "Traceback (most recent call last):"
_FRAME = re.compile(
    r'^[ |+]*File "(?P<file>[^"\n]+)", line (?P<line>\d+)(?:, in .*)?'
    # Python 3.13 shows more than a line of a long statement.
    r"(?:\n[ |+]{4,}(?P<code>(?!File )\S[^\n]*))?",
    re.MULTILINE,
)
# Errors of this package name the class that they are about.
_NAMED = re.compile(r"\((?P<file>[^()\n]+\.py), line (?P<line>\d+)\)")
# Packages, the standard library on POSIX and on Windows, and code without a file.
_INSTALLED = re.compile(
    r"(^|[/\\])(site-packages|dist-packages|lib[/\\]python[\d.]+|Lib)[/\\]|^<"
)
_PACKAGE = Path(__file__).parents[1]


class Place(NamedTuple):
    """A line of the project."""

    file: str
    line: int
    code: str


class Explanation(NamedTuple):
    """An error that was found, and what it means."""

    #: As it was found.
    text: str
    entry: Entry
    #: Where the project comes into it, or ``None``.
    place: Optional[Place]


def explain(text: str) -> list[Explanation]:
    """Explain the errors in *text*, each kind once, where it is seen last."""
    searched = _without_code(text)
    taken: list[range] = []
    found = []
    for entry in ENTRIES:
        matches = [
            match
            for match in _matches(entry, searched)
            if not any(match.start() in span for span in taken)
        ]
        taken += [range(*match.span()) for match in matches]
        if matches:
            found.append((max(matches, key=lambda match: match.start()), entry))
    found.sort(key=lambda pair: pair[0].start())
    return [
        Explanation(_line_of(match, text), entry, _place(match, text))
        for match, entry in found
    ]


def _without_code(text: str) -> str:
    """Blank the lines of source in tracebacks, where texts of other errors stand."""
    lines = []
    depth = None
    for line in text.splitlines(keepends=True):
        indent = len(line) - len(line.lstrip(" |+"))
        if _FRAME.match(line):
            depth = indent
        elif depth is None or indent <= depth:
            depth = None
        else:
            line = re.sub(r"[^\n]", " ", line)  # noqa: PLW2901 # of the same length
        lines.append(line)
    return "".join(lines)


def _matches(entry: Entry, text: str) -> Iterator[re.Match[str]]:
    for pattern in entry.texts:
        # A terminal or a mail may have broken the lines.
        regex = re.escape(pattern).replace(r"\ ", r"\s+")
        # Of four dots the first is one.
        regex = re.sub(r"(\\\.){3}(?!\\\.)", ".*?", regex)
        yield from re.finditer(regex, text)


def _line_of(match: re.Match[str], text: str) -> str:
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return " ".join(text[start : end if end >= 0 else len(text)].split())


def _place(match: re.Match[str], text: str) -> Optional[Place]:
    """Return the line of the project that is nearest to the error."""
    named = _NAMED.search(_line_of(match, text))
    if named:
        return Place(named["file"], int(named["line"]), "")
    start = max(text.rfind(_TRACEBACK, 0, match.start()), 0)
    frames = [
        Place(frame["file"], int(frame["line"]), frame["code"] or "")
        for frame in _FRAME.finditer(text, start, match.start())
        if _is_of_the_project(frame["file"])
    ]
    return frames[-1] if frames else None


def _is_of_the_project(file: str) -> bool:
    return (
        not _INSTALLED.search(file)
        and _PACKAGE not in Path(file).parents
        and Path(file).name != "manage.py"
    )
