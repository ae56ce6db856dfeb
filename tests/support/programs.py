"""Programs that run in a process of their own, each in a file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def run_program(
    file: Path, *arguments: str, options: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """
    Return the ended process of a Python program, successful or not.

    It runs in the directory of its file, and can import what this process can.

    Args:
        arguments: What the program finds in ``sys.argv``.
        options: Options of the interpreter.
        environment: Variables that are added to those of this process.
    """
    path = os.pathsep.join(filter(None, sys.path))
    return subprocess.run(
        [sys.executable, *options, str(file), *arguments],
        cwd=file.parent,
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
