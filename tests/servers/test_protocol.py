"""
All that a WebSocket has, under each server and behind the middleware of others.

The variable SERVER_PACKAGES may name a folder with other versions of a server.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import sys
import time
from importlib import metadata
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support import asgi_server
from tests.support.asgi_server import EVERY_SERVER
from tests.support.http_client import HttpClient
from tests.support.patience import WAIT_SECONDS
from tests.support.redis_server import running_redis

#: The first version of each server that has it; what is not here has it in none.
FIRST = {
    "compression": {"uvicorn": (0, 13, 4), "hypercorn": (0,)},
    "reason": {"uvicorn": (0, 14), "hypercorn": (0, 13), "granian": (0,)},
    "code of the client": {"uvicorn": (0,), "daphne": (0,), "granian": (0,)},
    "denial response": {"uvicorn": (0, 25), "hypercorn": (0,), "granian": (0,)},
    "letters beyond ASCII": {**dict.fromkeys(EVERY_SERVER, (0,)), "uvicorn": (0, 21)},
    "lifespan": {"uvicorn": (0,), "hypercorn": (0,), "granian": (0,)},
    "lifespan state": {"uvicorn": (0, 21), "hypercorn": (0, 17), "granian": (0,)},
}
PROGRAMS = Path(__file__).parent / "programs"
#: Where Python looks for a server first.
FOLDERS = [Path(name) for name in [os.environ.get("SERVER_PACKAGES")] if name]
# Each kind of wrapping under one server, and each server without any.
CASES = [
    *(("uvicorn", "none"), ("daphne", "none"), ("granian", "none")),
    *(("hypercorn", "none"), ("uvicorn", "sentry"), ("uvicorn", "opentelemetry")),
    *(("uvicorn", "starlette"), ("uvicorn", "keywords"), ("uvicorn", "routes")),
]


class Server:
    def __init__(self, kind, wrap, port, log_file):
        self.kind, self.wrap, self.port, self.log_file = kind, wrap, port, log_file
        self.address = f"http://127.0.0.1:{port}"

    def has(self, feature):
        """Return whether this version of the server has *feature*."""
        first = FIRST[feature].get(self.kind)
        return first is not None and release(self.kind) >= first

    def open(self, path="/ws/tea/", **options):
        return connect(
            f"ws://127.0.0.1:{self.port}{path}",
            proxy=None,
            open_timeout=WAIT_SECONDS,
            **options,
        )


def release(package):
    """Return the version of *package* that the servers import, as numbers."""
    path = [*map(str, FOLDERS), *sys.path]
    found = next(iter(metadata.distributions(name=package, path=path)))
    return tuple(map(int, re.findall(r"\d+", found.version)))


@contextlib.contextmanager
def serving(kind, wrap, folder, *options, **environment):
    with asgi_server.serving(
        *(kind, "protocol_asgi:application", *FOLDERS, PROGRAMS),
        log_file=folder / "log",
        options=options,
        WRAP=wrap,
        **environment,
    ) as server:
        yield Server(kind, wrap, server.port, server.log_file)


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
    async with server.open(path, additional_headers={"X-Test": "cafe"}) as socket:
        found = json.loads(await answer(socket, "scope"))
    assert found["path"] == "/ws/茶 é/"
    assert found["kwargs"] == {"room": "茶 é"}
    assert found["query"] == "a=1&a=%20"
    assert found["headers"] == ["cafe"]


async def test_headers_may_have_letters_beyond_ascii(server, tmp_path):
    headers = {"X-Test": "caf\xe9"}
    if server.has("letters beyond ASCII"):
        async with server.open(additional_headers=headers) as socket:
            found = json.loads(await answer(socket, "scope"))
        assert len(found["headers"]) == 1
    else:  # it logs a traceback, which no other test may
        own = serving(server.kind, "none", tmp_path)
        with own as started, pytest.raises(InvalidStatus):
            await started.open(additional_headers=headers)


async def test_the_subprotocol_is_the_one_that_the_consumer_chose(server):
    async with server.open(subprotocols=["first", "second"]) as socket:
        assert socket.subprotocol == "second"


async def test_frames_are_compressed_where_the_server_can(server, record_property):
    async with server.open(compression="deflate") as socket:
        compressed = [one.name for one in socket.protocol.extensions]
        record_property("compression", bool(compressed))
        assert bool(compressed) == server.has("compression")
        assert await answer(socket, "z" * 50_000) == "z" * 50_000


async def test_the_client_gets_the_code_and_the_reason(server, record_property):
    async with server.open() as socket:
        await socket.send("close")
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), WAIT_SECONDS)
        record_property("reason", bool(socket.close_reason))
        reason = "bye" if server.has("reason") else ""
        assert (socket.close_code, socket.close_reason) == (4001, reason)


async def test_the_consumer_gets_the_code_of_the_client(server, record_property):
    async with server.open() as socket:
        await socket.close(4123, "gone")
    async with server.open() as socket:
        for _ in range(600):
            left = json.loads(await answer(socket, "scope"))["left"]
            if {4123, 1006}.intersection(left):
                break
            await asyncio.sleep(0.05)
    record_property("code of the client", 4123 in left)
    assert (4123 in left) == server.has("code of the client")
    # Nothing else in this module leaves a connection without a code.
    assert (1006 in left) != (4123 in left)


async def test_a_consumer_can_refuse_with_a_response(server, record_property):
    with pytest.raises(InvalidStatus) as refusal:
        async with server.open("/private/"):
            pass
    answered = refusal.value.response
    record_property("denial response", answered.status_code == 401)
    if server.has("denial response"):
        assert answered.status_code == 401
        assert answered.headers["x-why"] == "a stranger"
        assert answered.body == b"log in first"
    else:
        assert answered.status_code == 403


async def test_the_lifespan_is_entered_where_the_server_has_one(
    server, record_property
):
    async with server.open() as socket:
        found = json.loads(await answer(socket, "scope"))
    # Starlette answers for the application that it has mounted.
    if server.wrap != "starlette":
        for name in ("lifespan", "lifespan state"):
            record_property(name, found[name])
            assert found[name] == server.has(name)


def test_pages_are_answered_by_django(server):
    client = HttpClient(server.address)
    assert client.fetch("/view/tea/")[::2] == (200, "view tea GET")
    assert client.fetch("/nowhere/")[0] == 404


def test_a_consumer_answers_http_piece_by_piece(tmp_path):
    with serving("uvicorn", "routes", tmp_path) as server:
        client = HttpClient(server.address)
        assert client.fetch("/poll/")[::2] == (200, "first second")


@pytest.fixture(scope="module", name="redis_layer")
def layer_that_workers_share():
    with running_redis() as port:
        address = f"redis://127.0.0.1:{port}?socket_timeout=30"
        yield {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [address]},
        }


@pytest.mark.parametrize("kind", ["uvicorn", "granian", "hypercorn"])
async def test_a_group_has_members_in_several_workers(kind, tmp_path, redis_layer):
    workers = ("--workers", "2")
    variable = json.dumps(redis_layer)
    with serving(kind, "none", tmp_path, *workers, LAYER=variable) as server:
        async with contextlib.AsyncExitStack() as stack:
            sockets = {}
            deadline = time.monotonic() + WAIT_SECONDS
            # The second worker may begin long after the first one.
            while len(sockets) < 2 and time.monotonic() < deadline:
                socket = await stack.enter_async_context(server.open())
                process = json.loads(await answer(socket, "scope"))["process"]
                if sockets.setdefault(process, socket) is not socket:
                    await socket.close()
            assert len(sockets) == 2
            first, second = sockets.values()
            for sender in (first, second):
                await sender.send("to all")
                for socket in (first, second):
                    received = await asyncio.wait_for(socket.recv(), WAIT_SECONDS)
                    assert received == "for all"
        assert "Traceback" not in server.log_file.read_text()
