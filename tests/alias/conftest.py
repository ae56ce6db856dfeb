"""
A process for each test: the alias lasts as long as the process that asked for it.

Run in the process of the test suite, it would put ``channels_fast`` in the place of
the reference that the parity tests compare with. The processes run the files below
``programs``, where they also find the modules of a project.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROUTERS

PROGRAMS = Path(__file__).parent / "programs"


class Interpreter:
    """Runs programs in processes of their own, in a directory of the test's own."""

    def __init__(self, directory: Path, *folders: Path) -> None:
        self.directory = directory
        self.path = [*map(str, (*folders, directory, PROGRAMS)), *sys.path]

    def start(self, program: str, *arguments: str, **environment: str):
        """Return the ended process of a file or of a line, successful or not."""
        path = list(filter(None, self.path))
        if ROUTERS:
            path.remove(ROUTERS)
        file = [str(PROGRAMS / program)] if program.endswith(".py") else ["-c", program]
        return subprocess.run(
            [sys.executable, *file, *arguments],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(path),
                # Checks warn of it.
                "CHANNELS_FAST_DISABLE": "",
                **environment,
            },
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def run(self, program: str, *arguments: str, **environment: str) -> str:
        """Return what a program prints. Its errors are the test's."""
        process = self.start(program, *arguments, **environment)
        assert process.returncode == 0, process.stdout + process.stderr
        return process.stdout

    def fail(self, program: str, *arguments: str, **environment: str) -> str:
        """Return the last line of the traceback of a program."""
        process = self.start(program, *arguments, **environment)
        assert process.returncode == 1, process.stdout + process.stderr
        return process.stderr.strip().splitlines()[-1]


@pytest.fixture(params=["beside channels", "without channels"])
def python(request, tmp_path):
    """Processes with the ``channels`` distribution installed, then without."""
    if request.param.startswith("without"):
        # It has a `sitecustomize` that hides the distribution.
        return Interpreter(tmp_path, PROGRAMS / "without_channels")
    return Interpreter(tmp_path)


@pytest.fixture
def python_beside_channels(tmp_path):
    """Processes with the ``channels`` distribution installed."""
    return Interpreter(tmp_path)
