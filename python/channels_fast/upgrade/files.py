"""Which files are read, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Union

import libcst as cst

from .project import Project, Source

# Nothing in there is the project's own, or it is a record of the past.
_LEFT_OUT = {"node_modules", "site-packages", "__pycache__", "migrations"}


def python_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that *paths* mean, each of them once."""
    seen = set()
    for path in paths:
        found = [path] if path.is_file() else sorted(path.rglob("*.py"))
        for file in found:
            inside = file.relative_to(path).parts[:-1] if path.is_dir() else ()
            hidden = any(part.startswith(".") or part in _LEFT_OUT for part in inside)
            environment = any(
                (folder / "pyvenv.cfg").exists()
                for folder in file.parents
                if path in folder.parents
            )
            if not hidden and not environment and file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def read(path: Path) -> Union[Source, str]:
    """Return the module in *path*, or why it cannot be read, in one line."""
    try:
        # As bytes: line ends, a byte order mark and the declared encoding are kept.
        module = cst.parse_module(path.read_bytes())
    except cst.ParserSyntaxError as error:
        return f"{path}:{error.raw_line}: {error.message.splitlines()[0]}"
    except (UnicodeDecodeError, SyntaxError, LookupError) as error:
        return f"{path}:1: {error}"
    except OSError as error:
        return f"{path}: {error.strerror}"
    return Source(path, _dotted(path), module, path.name == "__init__.py")


def project_of(paths: Iterable[Path], problems: list[str]) -> Project:
    """Return all files below *paths*; what cannot be read is told in *problems*."""
    project = Project()
    for path in python_files(paths):
        source = read(path)
        if isinstance(source, Source):
            project.add(source)
        else:
            problems.append(source)
    return project


def _dotted(path: Path) -> str:
    """Return the name by which the project imports *path*."""
    path = path.resolve()
    root = path.parent
    for folder in path.parents:
        if (folder / "manage.py").exists():
            root = folder
            break
    else:
        while (root / "__init__.py").exists():
            root = root.parent
    parts = list(path.relative_to(root).with_suffix("").parts)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return ".".join(parts)
