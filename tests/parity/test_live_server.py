"""
ChannelsLiveServerTestCase with a server, a database and two clients.

A process of its own tests a small project: the test case needs a database in a
file, and the server process needs settings.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..support.programs import run_program

PROJECT = Path(__file__).parent / "programs" / "live_project"
SPAWN = pytest.mark.since("4.3", "the server may run in a spawned process")


@pytest.mark.parametrize("start_method", ["fork", pytest.param("spawn", marks=SPAWN)])
def test_a_live_server_serves_both_protocols(channels, start_method, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(PROJECT, project)
    done = run_program(project / "run.py", start_method, PACKAGE=channels.name)
    assert done.returncode == 0, done.stderr
    assert "Ran 2 tests" in done.stderr
    assert not (project / "real.sqlite3").exists()
