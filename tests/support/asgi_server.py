"""One application under a real server, in a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from .ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SERVERS = ("uvicorn", "daphne")
EVERY_SERVER = (*SERVERS, "hypercorn", "granian")
START_SECONDS = 60


class AsgiServer:
    """A server, and the process that it is or that its workers are of."""

    def __init__(
        self, process: subprocess.Popen[bytes], port: int, log_file: Path
    ) -> None:
        self.process, self.port, self.log_file = process, port, log_file

    @property
    def log(self) -> str:
        return self.log_file.read_text()


@contextlib.contextmanager
def starting(
    kind: str,
    application: str,
    *paths: Path,
    log_file: Path,
    options: Sequence[str] = (),
    **environment: str,
) -> Iterator[AsgiServer]:
    """Start to serve *application*, such as ``"module:name"``, until the block ends."""
    port = free_port()
    options = (*options, *_options(kind, port))
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", kind, *options, application],
            env=environment_with(*paths, **environment),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield AsgiServer(process, port, log_file)
    finally:
        # Hypercorn and granian have workers, which would outlive their parent.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def serving(kind: str, application: str, *paths: Path, **more: Any) -> Iterator[Any]:
    """
    Do as `starting()` does, and wait until the server listens.

    Raises:
        AssertionError: The server ended, or did not listen in time; with its output.
    """
    with starting(kind, application, *paths, **more) as server:
        wait_until_listening(server.process, server.port, server.log_file)
        yield server


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
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        return True
    return False
