"""One application under a real server, in a process of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from .ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVERS = {"uvicorn": "--host", "daphne": "--bind"}
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
    address = (SERVERS[kind], "127.0.0.1", "--port", str(port))
    path = os.pathsep.join(map(str, filter(None, [*paths, *sys.path])))
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", kind, *address, application],
            env={
                **os.environ,
                "PYTHONPATH": path,
                "PYTHONUNBUFFERED": "1",
                **environment,
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = AsgiServer(port, log_file)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _listens(port):
            assert process.poll() is None, f"{kind} ended:\n{server.log}"
            assert time.monotonic() < deadline, f"{kind} is silent:\n{server.log}"
            time.sleep(0.05)
        yield server
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False
