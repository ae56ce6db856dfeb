"""The command itself, of ``manage.py`` and of ``python -m channels_fast.doctor``."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from .explain import explain
from .report import examine
from .text import explanation_lines, report_lines

if TYPE_CHECKING:
    from argparse import ArgumentParser

HELP = "Says what is wrong with the project, or what a traceback means."
_SECONDS = 5.0


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("--format", choices=["text", "json"], default="text")
    add(
        "--connect",
        metavar="SECONDS",
        nargs="?",
        type=float,
        const=_SECONDS,
        help="Send a message through each channel layer (for %(const)s seconds).",
    )
    add(
        "--explain",
        metavar="FILE",
        help='Explain the traceback or the log in FILE; "-" is standard input.',
    )


def run(options: dict[str, Any], write: Callable[[str], Any]) -> str:
    """Do what *options* say; return what is wrong, in a line, or an empty text."""
    as_json = options["format"] == "json"
    if options["explain"] is not None:
        return _explain(options["explain"], as_json, write)
    report = examine(options["connect"])
    errors = report.errors
    if as_json:
        write(json.dumps({**dataclasses.asdict(report), "errors": errors}, indent=2))
    else:
        write("\n".join(report_lines(report)))
    return "" if not errors else f"Errors: {len(errors)}."


def _explain(file: str, as_json: bool, write: Callable[[str], Any]) -> str:
    try:
        text = sys.stdin.read() if file == "-" else _read(file)
    except OSError as error:
        return f"{file!r} cannot be read: {error}"
    found = explain(text)
    if as_json:
        explained = [
            {
                "text": one.text,
                **one.entry._asdict(),
                "place": one.place and one.place._asdict(),
            }
            for one in found
        ]
        write(json.dumps(explained, indent=2))
    else:
        write("\n".join(explanation_lines(found)))
    if found:
        return ""
    return "Nothing in it is known. docs/troubleshooting.md lists what is."


def _read(file: str) -> str:
    return Path(file).read_text(encoding="utf-8", errors="replace")
