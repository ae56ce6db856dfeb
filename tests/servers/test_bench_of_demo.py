"""``python -m channels_fast.bench`` on the demo project, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

CHAT = Path(__file__).parents[2] / "examples" / "chat"


def test_the_demo_project_is_measured_as_it_is(tmp_path):
    file = tmp_path / "figures.json"
    environment = {k: v for k, v in os.environ.items() if "DJANGO_SETTINGS" not in k}
    options = ["--seconds", "0.05", "--json", str(file)]
    command = [sys.executable, "-m", "channels_fast.bench", "project.asgi:application"]
    done = subprocess.run(
        [*command, *options],
        cwd=CHAT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 routes, 3 measured" in done.stdout
    (table,) = json.loads(file.read_text(encoding="utf-8"))["tables"]
    assert table["where"].startswith("ProtocolTypeRouter, key 'websocket', in Origin")
    # The demo has the alias `channels`, so upstream is found by its file.
    assert table["upstream"] == f"channels {version('channels')}"
    engines = [route["engine"] for route in table["routes"]]
    assert engines == ["trie", "trie", "regex"]
    assert table["mean"]["ours"] > 0
