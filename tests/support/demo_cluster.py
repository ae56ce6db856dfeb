"""``make demo-cluster``: the demo as several processes behind nginx."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from .demo_server import DEMO
from .ports import free_port

START_SECONDS = 120


class DemoCluster:
    """The cluster on a free port. Processes of it can be killed by name."""

    def __init__(self, folder: Path, path: str | None = None) -> None:
        self.port = free_port()
        self.log_file = folder / "cluster.log"
        environment = {**os.environ, **({"PATH": path} if path else {})}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, DEMO / "deploy" / "cluster.py", f"--port={self.port}"],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.wait_for_log("The chat is at", START_SECONDS)
        except AssertionError:
            self.stop()
            raise
        found = re.search(r"process ids are in (\S+)/\*", self.log)
        self.folder = Path(found[1])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def wait_for_log(self, text: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.log:
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)

    def names(self) -> set[str]:
        return {file.stem for file in self.folder.glob("*.process")}

    def pid(self, name: str) -> int:
        return int((self.folder / f"{name}.process").read_text())

    def pids(self) -> dict[str, int]:
        return {name: self.pid(name) for name in self.names()}

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to a process; after SIGKILL the cluster starts it again."""
        os.kill(self.pid(name), number)

    def wait_for_restart(self, name: str, old: int) -> None:
        deadline = time.monotonic() + 60
        while self.pid(name) == old:
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)

    def stop(self) -> None:
        """End it as Ctrl+C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(120)
