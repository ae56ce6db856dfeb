"""The server of the soak, and what it says that it holds."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from benches.servers import free_port

READY_SECONDS = 60
#: Where the machine has no time for the server, it does not close sockets for that.
OPTIONS = (
    "--log-level warning --no-access-log --lifespan off --backlog 4096 "
    "--ws-ping-timeout 120"
)


async def ask(port: int, query: str = "") -> dict[str, int]:
    """Return what the server says that it holds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET /figures/{query} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
    writer.write(f"{head}\r\n".encode())
    answer = await reader.read()
    writer.close()
    figures: dict[str, int] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return figures


@contextlib.contextmanager
def serving(package: str, redis: str, expiry: float) -> Iterator[int]:
    """
    Run the application of *package*, and yield the port.

    Args:
        redis: The address of the layer. If it is empty the layer is in memory.
        expiry: The seconds that a message lives there.

    Raises:
        SystemExit: The server did not start.
    """
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benches.soak.app:application"]
    environment = {
        "DJANGO_SETTINGS_MODULE": "benches.soak.settings",
        "SOAK_PACKAGE": package,
        "SOAK_REDIS": redis,
        "SOAK_EXPIRY": str(expiry),
    }
    process = subprocess.Popen(
        [*command, *OPTIONS.split(), "--port", str(port)],
        env={**os.environ, **environment},
    )
    try:
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                asyncio.run(ask(port))
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("soak: the server did not start") from None
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()
