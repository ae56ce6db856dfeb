"""
A process for each test: the alias lasts as long as the process that asked for it.

Run in the process of the test suite, it would put ``channels_fast`` in the place of
the reference that the parity tests compare with.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.conftest import ROUTERS

# Stands in front of the code of a process that has no `channels` installed.
_NOT_INSTALLED = """
import sys

class NotInstalled:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "channels":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NotInstalled)
"""


class Interpreter:
    """Runs code in processes of their own, in a directory of the test's own."""

    def __init__(self, directory: Path, prelude: str = "") -> None:
        self.directory = directory
        self.prelude = prelude

    def write(self, name: str, source: str) -> None:
        """Write a module that the processes can import."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source))

    def start(self, code: str, *arguments: str, **environment: str):
        """Return the ended process of *code*, successful or not."""
        path = [str(self.directory), *filter(None, sys.path)]
        if ROUTERS:
            path.remove(ROUTERS)
        return subprocess.run(
            [sys.executable, "-c", self.prelude + textwrap.dedent(code), *arguments],
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

    def run(self, code: str, *arguments: str, **environment: str) -> str:
        """Return what *code* prints. Its errors are the test's."""
        process = self.start(code, *arguments, **environment)
        assert process.returncode == 0, process.stdout + process.stderr
        return process.stdout

    def fail(self, code: str, *arguments: str, **environment: str) -> str:
        """Return the last line of the traceback of *code*."""
        process = self.start(code, *arguments, **environment)
        assert process.returncode == 1, process.stdout + process.stderr
        return process.stderr.strip().splitlines()[-1]


@pytest.fixture(params=["beside channels", "without channels"])
def python(request, tmp_path):
    """Processes with the ``channels`` distribution installed, then without."""
    return Interpreter(
        tmp_path, _NOT_INSTALLED if request.param.startswith("without") else ""
    )


@pytest.fixture
def python_beside_channels(tmp_path):
    """Processes with the ``channels`` distribution installed."""
    return Interpreter(tmp_path)
