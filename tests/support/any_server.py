"""One application under any of the four servers, in a process that can be counted."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from websockets.asyncio.client import connect

from . import asgi_server
from .asgi_server import AsgiServer
from .patience import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: The servers, with options by which none starts workers: the process is the server.
#: None pings, since clients of bare bytes do not answer, and the machine may be slow.
COMMANDS = {
    "uvicorn": ("--ws-ping-interval", "600"),
    "hypercorn": ("--workers", "0"),
    "granian": (),
    "daphne": ("--ping-interval", "600"),
}
WEBSOCKET_KEY = "dGhlIHNhbXBsZSBub25jZQ=="


class AnyServer(AsgiServer):
    """A server that has started, and how clients come to it."""

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
    """Serve *application*, as `asgi_server.serving()` does, without workers."""
    with asgi_server.serving(
        *(kind, application, *paths),
        log_file=folder / f"{kind}.log",
        options=COMMANDS[kind],
        **environment,
    ) as server:
        yield AnyServer(server.process, server.port, server.log_file)


def wait_until(is_so: Callable[[], object], what: object = "") -> None:
    """Wait until *is_so* returns something true."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, what() if callable(what) else what
        time.sleep(0.05)
