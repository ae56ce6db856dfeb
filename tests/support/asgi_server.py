"""One application under a real server, in a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from .ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVERS = ("uvicorn", "daphne")
EVERY_SERVER = (*SERVERS, "hypercorn", "granian")
START_SECONDS = 30


class AsgiServer:
    """A server that has started."""

    def __init__(self, port: int, log_file: Path) -> None:
        self.port = port
        self.log_file = log_file

    @property
    def log(self) -> str:
        return self.log_file.read_text()


@contextlib.contextmanager
def serving(
    kind: str, application: str, *paths: Path, log_file: Path, **environment: str
) -> Iterator[AsgiServer]:
    """
    Serve *application*, such as ``"module:name"``, until the block ends.

    Raises:
        AssertionError: The server ended, or did not listen in time; with its output.
    """
    port = free_port()
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", kind, *_options(kind, port), application],
            env=environment_with(*paths, **environment),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = AsgiServer(port, log_file)
    try:
        wait_until_listening(process, port, log_file)
        yield server
    finally:
        # Hypercorn and granian have workers, which would outlive their parent.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _options(kind: str, port: int) -> tuple[str, ...]:
    if kind == "hypercorn":
        return ("--bind", f"127.0.0.1:{port}")
    interface = ("--interface", "asgi") if kind == "granian" else ()
    host = "--bind" if kind == "daphne" else "--host"
    return (*interface, host, "127.0.0.1", "--port", str(port))


def environment_with(*paths: Path, **variables: str) -> dict[str, str]:
    """Return the environment of a server that finds the modules in *paths*."""
    path = os.pathsep.join(map(str, filter(None, [*paths, *sys.path])))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **variables}


def wait_until_listening(
    process: subprocess.Popen[bytes], port: int, log_file: Path
) -> None:
    """Wait for a server, and raise an AssertionError with its output if it ends."""
    deadline = time.monotonic() + START_SECONDS
    while not listens(port):
        assert process.poll() is None, f"It ended:\n{log_file.read_text()}"
        assert time.monotonic() < deadline, f"It is silent:\n{log_file.read_text()}"
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Return whether something answers on *port* of this machine."""
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False
