"""One application under any of the four servers, in a process that can be counted."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from websockets.asyncio.client import connect

from .asgi_server import environment_with, wait_until_listening
from .ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: The options before the address. No server starts workers: the process is the server.
COMMANDS = {
    "uvicorn": ["--port"],
    "hypercorn": ["--workers", "0", "--bind"],
    "granian": ["--interface", "asgi", "--port"],
    "daphne": ["--port"],
}
WAIT_SECONDS = 30
WEBSOCKET_KEY = "dGhlIHNhbXBsZSBub25jZQ=="


class AnyServer:
    """A server that has started, and the processes that it consists of."""

    def __init__(
        self, process: subprocess.Popen[bytes], port: int, log_file: Path
    ) -> None:
        self.process, self.port, self.log_file = process, port, log_file

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def open(self, path: str, **options):
        """Open a WebSocket: to be awaited, or entered by ``async with``."""
        address = f"ws://127.0.0.1:{self.port}/{path}"
        return connect(address, proxy=None, open_timeout=WAIT_SECONDS, **options)

    def handshake(self, path: str) -> bytes:
        """Return the request that opens a WebSocket, for a client of bare bytes."""
        return (
            f"GET /{path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {WEBSOCKET_KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()

    def kill(self) -> None:
        """End it as the kernel does when memory is short."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def serving(
    kind: str, application: str, folder: Path, *paths: Path, **environment: str
) -> Iterator[AnyServer]:
    """
    Serve *application*, such as ``"module:name"``, until the block ends.

    Raises:
        AssertionError: The server ended, or did not listen in time; with its output.
    """
    port = free_port()
    options = COMMANDS[kind]
    address = f"127.0.0.1:{port}" if "--bind" in options else str(port)
    log_file = folder / f"{kind}.log"
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", kind, *options, address, application],
            env=environment_with(*paths, **environment),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_listening(process, port, log_file)
        yield AnyServer(process, port, log_file)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(is_so: Callable[[], object], what: object = "") -> None:
    """Wait until *is_so* returns something true."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, what() if callable(what) else what
        time.sleep(0.05)
