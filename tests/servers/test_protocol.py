"""All that a WebSocket has, under each server and behind the middleware of others."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.support.asgi_server import environment_with, wait_until_listening
from tests.support.http_client import HttpClient
from tests.support.ports import free_port

WAIT_SECONDS = 30
OPTIONS = {
    "uvicorn": ["--port"],
    "daphne": ["--port"],
    "granian": ["--interface", "asgi", "--port"],
    "hypercorn": ["--bind"],
}
COMPRESS = ("uvicorn", "hypercorn")
# Each kind of wrapping under one server, and each server without any.
CASES = [
    *(("uvicorn", "none"), ("daphne", "none"), ("granian", "none")),
    *(("hypercorn", "none"), ("uvicorn", "sentry"), ("uvicorn", "opentelemetry")),
    *(("uvicorn", "starlette"), ("uvicorn", "keywords"), ("uvicorn", "routes")),
]


class Server:
    def __init__(self, kind, port, log_file):
        self.kind, self.port, self.log_file = kind, port, log_file
        self.address = f"http://127.0.0.1:{port}"

    def open(self, path="/ws/tea/", **options):
        return connect(
            f"ws://127.0.0.1:{self.port}{path}",
            proxy=None,
            open_timeout=WAIT_SECONDS,
            **options,
        )


@contextlib.contextmanager
def serving(kind, wrap, folder, *options):
    port = free_port()
    address = f"127.0.0.1:{port}" if kind == "hypercorn" else str(port)
    log_file = folder / "log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", kind, *options, *OPTIONS[kind], address),
                "protocol_asgi:application",
            ],
            env=environment_with(Path(__file__).parent / "programs", WRAP=wrap),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_listening(process, port, log_file)
        yield Server(kind, port, log_file)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def server(request, tmp_path_factory):
    kind, wrap = request.param
    with serving(kind, wrap, tmp_path_factory.mktemp(kind)) as started:
        yield started
        assert "Traceback" not in started.log_file.read_text()


async def answer(socket, data):
    await socket.send(data)
    return await asyncio.wait_for(socket.recv(), WAIT_SECONDS)


async def test_text_and_binary_frames_come_back_as_they_are(server):
    async with server.open() as socket:
        for data in ("text", "茶 🍵", b"\x00\xff", "", "x" * 100_000, b"y" * 100_000):
            if data or server.kind != "daphne":  # it drops empty frames
                assert await answer(socket, data) == data


async def test_the_scope_has_path_query_and_headers(server):
    path = "/ws/%E8%8C%B6%20%C3%A9/?a=1&a=%20"
    async with server.open(path, additional_headers={"X-Test": "caf\xe9"}) as socket:
        found = json.loads(await answer(socket, "scope"))
    assert found["path"] == "/ws/茶 é/"
    assert found["kwargs"] == {"room": "茶 é"}
    assert found["query"] == "a=1&a=%20"
    assert len(found["headers"]) == 1


async def test_the_subprotocol_is_the_one_that_the_consumer_chose(server):
    async with server.open(subprotocols=["first", "second"]) as socket:
        assert socket.subprotocol == "second"


async def test_frames_are_compressed_where_the_server_can(server):
    async with server.open(compression="deflate") as socket:
        names = [extension.name for extension in socket.protocol.extensions]
        expected = ["permessage-deflate"] if server.kind in COMPRESS else []
        assert names == expected
        assert await answer(socket, "z" * 50_000) == "z" * 50_000


async def test_the_client_gets_the_code_and_the_reason(server):
    async with server.open() as socket:
        await socket.send("close")
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), WAIT_SECONDS)
        # Daphne has no argument for a reason.
        reason = "" if server.kind == "daphne" else "bye"
        assert (socket.close_code, socket.close_reason) == (4001, reason)


async def test_the_consumer_gets_the_code_of_the_client(server):
    # hypercorn does not pass it on.
    code = 1006 if server.kind == "hypercorn" else 4123
    async with server.open() as socket:
        await socket.close(4123, "gone")
    async with server.open() as socket:
        for _ in range(100):
            found = json.loads(await answer(socket, "scope"))
            if code in found["left"]:
                break
            await asyncio.sleep(0.05)
        assert code in found["left"]


def test_pages_are_answered_by_django(server):
    client = HttpClient(server.address)
    assert client.fetch("/view/tea/")[::2] == (200, "view tea GET")
    assert client.fetch("/nowhere/")[0] == 404


def test_a_consumer_answers_http_piece_by_piece(tmp_path):
    with serving("uvicorn", "routes", tmp_path) as server:
        client = HttpClient(server.address)
        assert client.fetch("/poll/")[::2] == (200, "first second")


@pytest.mark.parametrize("kind", ["uvicorn", "granian", "hypercorn"])
async def test_several_workers_answer(kind, tmp_path):
    with serving(kind, "none", tmp_path, "--workers", "2") as server:
        processes = set()
        for _ in range(100):
            async with server.open() as socket:
                processes.add(json.loads(await answer(socket, "scope"))["process"])
            if len(processes) == 2:
                break
        assert len(processes) == 2
        assert "Traceback" not in server.log_file.read_text()
