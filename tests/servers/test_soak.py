"""`make soak` in a short form, with each layer: docs/reliability.md."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SMALL = ["--sockets", "60", "--messages", "1500", "--pace", "0", "--expiry", "10"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("layer", ["in-memory", "channels_redis"])
def test_a_busy_server_loses_nothing_and_keeps_nothing(layer, tmp_path):
    target = tmp_path / "soak.json"
    options = [*SMALL, "--target", str(target)]
    if layer == "channels_redis":
        options.append("--redis")
    done = subprocess.run(
        [sys.executable, "-m", "benches.soak", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=500,  # a message that the layer dropped is waited for for 120
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(target.read_text())[layer]
    assert report["messages"] == 1500
    assert report["received"] > 1500  # each is answered, or is heard by a whole room
    assert (report["lost"], report["failures"]) == (0, [])
    # channels_redis keeps its connections, and messages to clients that have left.
    ours = report["left"].keys() - {"files", "channels", "queued"}
    assert (ours if layer == "channels_redis" else report["left"].keys()) == set()
    assert "Traceback" not in done.stderr, done.stderr
