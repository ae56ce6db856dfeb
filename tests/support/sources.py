"""How errors say where something is defined."""

from __future__ import annotations

import sys
from pathlib import Path


def defined(thing, attribute=""):
    """Return the name, file and line of a class, whose line has its name."""
    file = Path(sys.modules[thing.__module__].__file__)
    lines = enumerate(file.read_text().splitlines(), 1)
    [line] = [n for n, text in lines if text.startswith(f"class {thing.__name__}(")]
    name = f"{thing.__module__}.{thing.__qualname__}{attribute}"
    return f"{name} ({file}, line {line})"
