"""Processes whose consumers share a channel layer."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from pathlib import Path

from .asgi_server import environment_with
from .patience import WAIT_SECONDS

PROGRAM = Path(__file__).parents[1] / "servers" / "programs" / "layer_members.py"


class Members:
    """A process of tests/servers/programs/layer_members.py."""

    def __init__(self, process):
        self.process = process
        self._answers = queue.Queue()
        self._events = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            first, *rest = json.loads(line)
            lines = self._answers if first == "answer" else self._events
            lines.put((first, *rest) if first != "answer" else rest[0])

    def do(self, *command):
        """Give a command, and return "done" or the name of the error."""
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return self._answers.get(timeout=WAIT_SECONDS)

    def next(self):
        """Return ("got", NAME, TEXT) or ("ended", NAME, ERROR)."""
        return self._events.get(timeout=WAIT_SECONDS)

    def next_of(self, number):
        """Return so many of what `next()` returns, sorted."""
        return sorted(self.next() for _ in range(number))

    def has_next(self):
        """Return whether something is there for `next()`."""
        return not self._events.empty()


@contextlib.contextmanager
def members(layer):
    """Run a process whose consumers have *layer*, an entry of CHANNEL_LAYERS."""
    process = subprocess.Popen(
        [sys.executable, PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment_with(LAYER=json.dumps(layer)),
    )
    try:
        yield Members(process)
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
