"""A Redis server for the tests of layers that reach other processes."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time

from .patience import WAIT_SECONDS
from .ports import free_port


def ask(port, command):
    """Return the answer of a Redis server to *command*, as it comes."""
    address = ("127.0.0.1", port)
    with socket.create_connection(address, timeout=WAIT_SECONDS) as connection:
        connection.sendall(command.encode() + b"\r\n")
        return connection.recv(4096)


@contextlib.contextmanager
def redis_process(*arguments, ready):
    """
    Run a Redis server until the block ends, and yield the process.

    Args:
        ready: Called until it returns true. Until the server listens it may raise.
    """
    process = subprocess.Popen(
        ["redis-server", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            with contextlib.suppress(OSError):
                if ready():
                    break
            assert process.poll() is None, process.stdout.read().decode()
            assert time.monotonic() < deadline, "redis-server did not get ready"
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextlib.contextmanager
def running_redis():
    """Run an empty Redis server until the block ends, and yield its port."""
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with redis_process(*options, ready=lambda: ask(port, "PING") == b"+PONG\r\n"):
        yield port
