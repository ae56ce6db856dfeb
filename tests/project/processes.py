"""A copy of the gallery, and the processes that its user starts."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from tests.support.http_client import HttpClient
from tests.support.patience import WAIT_SECONDS
from tests.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BY_SETTINGS = "manage.py"
BY_INSTALL = "manage_renamed.py"


class Running:
    """A process that goes on, and what it has printed so far."""

    def __init__(self, process: subprocess.Popen, log_file: Path) -> None:
        self.process = process
        self.log_file = log_file

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """
        Wait for a condition.

        Raises:
            AssertionError: The process ended, or it took too long; with the output.
        """
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition():
            assert self.process.poll() is None, f"ended before {what}:\n{self.log}"
            assert time.monotonic() < deadline, f"still not {what}:\n{self.log}"
            time.sleep(0.05)

    def wait_for(self, text: str) -> None:
        self.wait_until(lambda: text in self.log, f"printed {text!r}")

    def interrupt(self) -> int:
        """Press CONTROL-C, which all processes of a terminal get, and see the end."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(WAIT_SECONDS)


class Server(Running):
    """``manage.py runserver`` on a port of 127.0.0.1."""

    port: int

    def get(self, path: str) -> tuple[int, str]:
        """Return the status and the text of a page."""
        status, _, text = HttpClient(f"http://127.0.0.1:{self.port}").fetch(path)
        return status, text

    def answer(self) -> str | None:
        """Return the text of a page that needs no database; None while it is down."""
        with contextlib.suppress(OSError):
            status, text = self.get("/answer/")
            return text if status == 200 else None
        return None


class Project:
    """A copy of the gallery in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.numbers = itertools.count()

    def settings(self, **changes: object) -> dict[str, str]:
        """Write settings that differ in *changes*; return how to choose them."""
        lines = [f"{name} = {value!r}\n" for name, value in changes.items()]
        # A new name each time: the bytecode of an old one may be a second old.
        module = f"settings_{next(self.numbers)}"
        file = self.directory / "gallery" / f"{module}.py"
        file.write_text("from gallery.settings import *\n" + "".join(lines))
        return {"DJANGO_SETTINGS_MODULE": f"gallery.{module}"}

    def manage(
        self, *arguments: str, program: str = BY_SETTINGS, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Return the ended process of a command, successful or not."""
        return subprocess.run(
            [sys.executable, program, *arguments],
            cwd=self.directory,
            env=_environment(environment),
            capture_output=True,
            text=True,
            timeout=2 * WAIT_SECONDS,
            check=False,
        )

    @contextlib.contextmanager
    def start(
        self, *arguments: str, program: str = BY_SETTINGS, **environment: str
    ) -> Iterator[Running]:
        """Run a command until the block ends."""
        with self._start(Running, arguments, program, environment) as running:
            yield running

    @contextlib.contextmanager
    def runserver(
        self, *options: str, program: str = BY_SETTINGS, **environment: str
    ) -> Iterator[Server]:
        """Run a server until the block ends, which begins when it answers."""
        port = free_port()
        arguments = ("runserver", f"127.0.0.1:{port}", *options)
        with self._start(Server, arguments, program, environment) as server:
            server.port = port
            server.wait_until(server.answer, "answering")
            yield server

    @contextlib.contextmanager
    def _start(self, kind, arguments, program, environment):
        log_file = self.directory / f"{next(self.numbers)}.log"
        with log_file.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, program, *arguments],
                cwd=self.directory,
                env=_environment(environment),
                stdout=log,
                stderr=subprocess.STDOUT,
                # The autoreloader is a parent and a child.
                start_new_session=True,
                # A shell that runs the tests in the background has them ignore it.
                preexec_fn=_heed_interrupts,  # noqa: PLW1509 # nothing but a signal
            )
        try:
            yield kind(process, log_file)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def thumbnails(self) -> list[str]:
        """Return the photos in the database, as another process sees them."""
        with contextlib.closing(
            sqlite3.connect(self.directory / "gallery.sqlite3")
        ) as database:
            rows = database.execute("SELECT photo FROM photos_thumbnail ORDER BY id")
            return [photo for (photo,) in rows]


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _environment(changes: dict[str, str]) -> dict[str, str]:
    # The tests' own settings module must not reach the gallery.
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "DJANGO_SETTINGS_MODULE"
    }
    path = os.pathsep.join(filter(None, sys.path))
    return {**inherited, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **changes}
