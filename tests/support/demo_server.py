"""The demo project under a real server, in a process and a database of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from pathlib import Path

from .ports import free_port

DEMO = Path(__file__).resolve().parents[2] / "examples" / "chat"
PASSWORDS = {"alice": "wonderland", "bob": "the-builder"}
START_SECONDS = 60


class DemoServer:
    """The demo on a free port of this machine. It can be stopped and started again."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.port = free_port()
        self.database = folder / "chat.sqlite3"
        self.log_file = folder / "server.log"
        self.process: subprocess.Popen | None = None
        self.manage("demo", "--no-serve")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.log_file.read_text() if self.log_file.exists() else ""

    @property
    def environment(self) -> dict[str, str]:
        # The tests' own settings module must not reach the demo.
        return {
            **os.environ,
            "CHAT_DATABASE": str(self.database),
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "PYTHONUNBUFFERED": "1",
        }

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=DEMO,
            env=self.environment,
            check=True,
        )

    def start(self) -> None:
        """
        Start the server and wait until it answers.

        Raises:
            AssertionError: It ended, or did not answer in time; with its output.
        """
        host, port = "127.0.0.1", str(self.port)
        command = {
            "uvicorn": ["uvicorn", "--host", host, "--port", port],
            "daphne": ["daphne", "--bind", host, "--port", port],
            "hypercorn": ["hypercorn", "--bind", f"{host}:{port}"],
            "granian": [
                *("granian", "--interface", "asgi", "--host", host, "--port", port)
            ],
        }[self.kind]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command, "project.asgi:application"],
                cwd=DEMO,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Its workers are in the group, and end with it.
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            assert self.process.poll() is None, f"{self.kind} ended:\n{self.log}"
            assert time.monotonic() < deadline, f"{self.kind} is silent:\n{self.log}"
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/login/", timeout=20) as page:
                return page.status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """End the server as a crash does: no close frame, no farewell."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
