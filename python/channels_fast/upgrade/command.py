"""``channels-fast upgrade``: what it is asked for, and what it prints."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from .project import Project

MISSING = 'channels-fast upgrade needs libcst: pip install "channels_fast[upgrade]"'
# The exit codes. With `--write` a change is no reason for another one.
NOTHING, CHANGES, PROBLEMS = 0, 1, 2


def main(arguments: Optional[list[str]] = None) -> int:
    """Do what *arguments* say and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="channels-fast upgrade",
        description="Rewrite a project of Channels 2, 3 or 4 for this package. Without "
        "--write it only prints the changes. docs/upgrading.md says what they are.",
        epilog="Exit code: 0 if there is nothing to change or the changes are "
        "written, 1 if there are changes to write, 2 if a file cannot be read.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--write", action="store_true", help="change the files")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--imports",
        action="store_true",
        help='write "channels_fast" in each import of "channels" too',
    )
    which.add_argument(
        "--router-only",
        action="store_true",
        help='only "from channels.routing import ...", and nothing else',
    )
    options = parser.parse_args(arguments)
    for path in options.paths:
        if not path.exists():
            parser.error(f"there is no {path}")
    try:
        from .files import project_of  # noqa: PLC0415 # libcst may be missing
        from .steps import upgrade  # noqa: PLC0415 # as above
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "libcst":
            raise
        print(MISSING, file=sys.stderr)
        return PROBLEMS
    problems: list[str] = []
    project = project_of(options.paths, problems)
    before = {name: one.module.bytes for name, one in project.sources.items()}
    upgrade(project, router_only=options.router_only, imports=options.imports)
    changed = _report(project, before, write=options.write)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return PROBLEMS
    return CHANGES if changed and not options.write else NOTHING


def _report(project: Project, before: dict[str, bytes], *, write: bool) -> bool:
    """Print the changes, or write them; tell whether there are any."""
    changed = False
    for name, source in project.sources.items():
        new = source.module.bytes
        if new == before[name]:
            continue
        changed = True
        if write:
            source.path.write_bytes(new)
            print(f"changed {source.path}")
        else:
            encoding = source.module.encoding
            sys.stdout.writelines(
                _diff(source.path, before[name].decode(encoding), new.decode(encoding))
            )
    return changed


def _diff(path: Path, old: str, new: str) -> Iterable[str]:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True),
        new.splitlines(keepends=True),
        str(path),
        str(path),
    )
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
