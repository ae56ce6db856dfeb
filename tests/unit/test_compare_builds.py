"""The program that compares two builds of the package."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_build_is_compared_with_itself():
    command = [sys.executable, "-m", "benches.compare_builds", sys.executable]
    done = subprocess.run(
        [*command, sys.executable, "groups", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    [row] = [line for line in done.stdout.splitlines() if "into 100 queues" in line]
    assert all(float(ratio) > 0 for ratio in row.split()[-2:])
    assert "channels_fast" in done.stdout.splitlines()[0]
