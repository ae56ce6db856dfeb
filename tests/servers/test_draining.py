"""Servers that are told to end while WebSockets are open."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support import asgi_server
from tests.support.asgi_server import EVERY_SERVER, AsgiServer
from tests.support.patience import WAIT_SECONDS

PROGRAMS = Path(__file__).parent / "programs"
COUNT = 100
OPTIONS = {
    **dict.fromkeys(EVERY_SERVER, ()),
    "hypercorn without workers": ("--workers", "0"),
}


class Server(AsgiServer):
    @property
    def left(self):
        """The codes that the consumers got in disconnect()."""
        file = self.log_file.with_name("left")
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
    with asgi_server.serving(
        *(kind.partition(" ")[0], "drain_asgi:application", PROGRAMS),
        log_file=folder / "log",
        options=OPTIONS[kind],
        LEFT=str(folder / "left"),
        SECONDS_TO_DRAIN=str(seconds),
    ) as server:
        yield Server(server.process, server.port, server.log_file)


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
