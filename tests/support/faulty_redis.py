"""A Redis server that can be stopped, paused, filled and brought back."""

from __future__ import annotations

import signal
import subprocess

from .any_server import wait_until
from .ports import free_port
from .redis_server import ask


class FaultyRedis:
    """An empty Redis server. It keeps its port and forgets all when it is stopped."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert self.process is None
        address = ["--port", str(self.port), "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(
            ["redis-server", *address, "--save", ""], stdout=subprocess.DEVNULL
        )
        wait_until(self.answers, "redis-server did not get ready")

    def answers(self) -> bool:
        try:
            return ask(self.port, "PING") == b"+PONG\r\n"
        except OSError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process = None

    def end(self) -> None:
        if self.process is not None:
            self.kill()

    def pause(self) -> None:
        """Stop it in the middle: its connections stay open and nothing is answered."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def fill(self) -> None:
        """Have it refuse what needs memory, as `noeviction` does."""
        assert ask(self.port, "CONFIG SET maxmemory 1") == b"+OK\r\n"

    def empty(self) -> None:
        assert ask(self.port, "CONFIG SET maxmemory 0") == b"+OK\r\n"
