"""Servers that are told to end while WebSockets are open."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.asgi_server import environment_with, wait_until_listening
from tests.support.ports import free_port

COUNT = 100
WAIT_SECONDS = 30
OPTIONS = {
    "uvicorn": ["--port"],
    "daphne": ["--port"],
    "granian": ["--interface", "asgi", "--port"],
    "hypercorn": ["--bind"],
    "hypercorn without workers": ["--workers", "0", "--bind"],
}


class Server:
    def __init__(self, process, port, folder):
        self.process, self.port, self.folder = process, port, folder

    @property
    def log(self):
        return (self.folder / "log").read_text()

    @property
    def left(self):
        """The codes that the consumers got in disconnect()."""
        file = self.folder / "left"
        return file.read_text().split() if file.exists() else []

    def tell_to_end(self, number=signal.SIGTERM):
        # To all of its processes, as systemd and a terminal do.
        os.killpg(self.process.pid, number)

    async def has_ended(self):
        await asyncio.to_thread(self.process.wait, WAIT_SECONDS)

    async def open(self, path="/ws/"):
        address = f"ws://127.0.0.1:{self.port}{path}"
        return await connect(address, proxy=None, open_timeout=WAIT_SECONDS)


@contextlib.contextmanager
def serving(kind, folder, seconds=20):
    port = free_port()
    address = f"127.0.0.1:{port}" if "--bind" in OPTIONS[kind] else str(port)
    environment = environment_with(
        Path(__file__).parent / "programs",
        LEFT=str(folder / "left"),
        SECONDS_TO_DRAIN=str(seconds),
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", kind.partition(" ")[0]),
                *(*OPTIONS[kind], address, "drain_asgi:application"),
            ],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_listening(process, port, folder / "log")
        yield Server(process, port, folder)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("kind", OPTIONS)
async def test_all_sockets_are_closed_and_all_consumers_clean_up(kind, tmp_path):
    with serving(kind, tmp_path) as server:
        sockets = await asyncio.gather(*(server.open() for _ in range(COUNT)))
        server.tell_to_end()
        await asyncio.wait_for(
            asyncio.gather(*(socket.wait_closed() for socket in sockets)), WAIT_SECONDS
        )
        # Daphne has no codes below 3000.
        code = 4012 if kind == "daphne" else 1012
        assert {socket.close_code for socket in sockets} == {code}
        await server.has_ended()
        assert len(server.left) == COUNT
        assert "Traceback" not in server.log, server.log


async def test_ctrl_c_does_the_same(tmp_path):
    with serving("uvicorn", tmp_path) as server:
        socket = await server.open()
        server.tell_to_end(signal.SIGINT)
        await asyncio.wait_for(socket.wait_closed(), WAIT_SECONDS)
        assert socket.close_code == 1012
        await server.has_ended()
        assert server.left == ["1012"]


async def test_a_server_without_sockets_ends_at_once(tmp_path):
    with serving("uvicorn", tmp_path) as server:
        socket = await server.open()
        await socket.close()
        server.tell_to_end()
        await server.has_ended()
        assert "Closing" not in server.log


async def test_new_sockets_are_refused_while_others_end(tmp_path):
    with serving("uvicorn", tmp_path) as server:
        hanging = await server.open("/hangs/")
        server.tell_to_end()
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(hanging.recv(), WAIT_SECONDS)
        with pytest.raises(InvalidStatus, match="HTTP 403"):
            await server.open()


async def test_a_consumer_that_does_not_end_holds_up_the_server_for_a_while(tmp_path):
    with serving("daphne", tmp_path, seconds=0.5) as server:
        await server.open("/hangs/")
        server.tell_to_end()
        await server.has_ended()
        assert "1 WebSockets did not end in time." in server.log
