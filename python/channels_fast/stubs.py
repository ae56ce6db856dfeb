"""
Stubs that give ``channels`` the types of this package.

``python -m channels_fast.stubs`` writes them to ``typings``, where pyright looks for
stubs. mypy does with ``mypy_path = "typings"``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

_PACKAGE = Path(__file__).parent
#: Tools, which no project imports.
_TOOLS = ("bench", "checks", "cli", "doctor", "stubs", "upgrade")


def write(directory: Path) -> None:
    """Write the stub package ``channels`` into *directory*, over the one there."""
    for file in sorted(_PACKAGE.rglob("*.py")):
        path = file.relative_to(_PACKAGE)
        parts = [part for part in path.with_suffix("").parts if part != "__init__"]
        if parts[:1] and (parts[0] in _TOOLS or any(part[0] == "_" for part in parts)):
            continue
        stub = directory / "channels" / path.with_suffix(".pyi")
        stub.parent.mkdir(parents=True, exist_ok=True)
        module = ".".join((_PACKAGE.name, *parts))
        text = f"from {module} import *\n"
        if not parts:
            text += f"from {module} import __version__ as __version__\n"
        stub.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m channels_fast.stubs")
    parser.add_argument("directory", nargs="?", default="typings", type=Path)
    target = parser.parse_args().directory
    write(target)
    print(f"The types of channels are in {target / 'channels'}.")
