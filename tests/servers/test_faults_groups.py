"""A group with a member that does not read, and one of 5,000: docs/reliability.md."""

from __future__ import annotations

import asyncio
import json
import resource
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import PACKAGES
from tests.support.any_server import WAIT_SECONDS, serving, wait_until
from tests.support.raw_client import connected, frame, websocket

PROGRAMS = Path(__file__).parent / "programs"
MANY = 5000
TOGETHER = 250
#: The capacity of a channel, as long as nothing else is set.
CAPACITY = 100


@pytest.fixture(params=PACKAGES)
def server(request, tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2 * MANY:
        pytest.skip(f"this machine allows {hard} open files only")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with serving(
            "uvicorn",
            "faults_clients_asgi:application",
            tmp_path,
            PROGRAMS,
            PACKAGE=request.param,
        ) as server:
            yield server
            assert "Traceback" not in server.log, server.log
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def state(server):
    address = f"http://127.0.0.1:{server.port}/"
    with urllib.request.urlopen(address, timeout=WAIT_SECONDS) as answer:
        return json.load(answer)


async def hear(socket):
    text = await asyncio.wait_for(socket.recv(), WAIT_SECONDS)
    return text.partition(" ")[0]


async def test_a_member_that_does_not_read_misses_what_its_channel_cannot_hold(server):
    with connected(server) as narrow:
        narrow.setblocking(False)
        # Compressed, the messages would all have room on the way.
        options = {"sock": narrow, "max_queue": 1, "compression": None}
        slow = await server.open("LargeMember/", **options)
        async with server.open("Member/") as fast:
            for number in range(3 * CAPACITY):
                await fast.send(str(number))
                # It loses nothing, and does not wait for the slow one.
                assert await hear(fast) == str(number)
            heard = [await hear(slow)]
            while heard[-1] != "last":
                if len(heard) % 20 == 0:
                    await fast.send("last")  # lost, until there is room again
                heard.append(await hear(slow))
        slow.transport.abort()
    *numbers, _ = heard
    # What the kernel held, and what the channel held after that.
    assert numbers == [str(number) for number in range(len(numbers))]
    assert CAPACITY < len(numbers) < 3 * CAPACITY


@pytest.mark.parametrize(
    ("path", "members"), [("FloodMember/", 1), ("CleanFloodMember/", 0)]
)
async def test_a_client_that_vanishes_during_send_ends_its_consumer_without_disconnect(
    server, path, members
):
    """uvicorn's send() fails then, and the consumer ends with that error."""
    with websocket(server, path) as silent:
        silent.sendall(frame("1000"))
        await asyncio.to_thread(wait_until, lambda: state(server)["sent"] > 0)
    await asyncio.to_thread(wait_until, lambda: state(server)["channels"] == 0)
    found = await asyncio.to_thread(state, server)
    assert found["sent"] < 1000
    assert found["disconnected"] == 0
    await asyncio.to_thread(wait_until, lambda: state(server)["members"] == members)


class Client:
    """A member without a library, which would take longer than the server."""

    async def open(self, server):
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", server.port
        )
        self.writer.write(server.handshake("Member/"))
        answer = await self.reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101 "), answer

    def say(self, text):
        self.writer.write(frame(text))

    async def hear(self):
        _, length = await self.reader.readexactly(2)
        return (await self.reader.readexactly(length)).decode()

    async def leave(self, politely):
        if politely:
            self.writer.write(b"\x88\x80" + bytes(4))
            await self.reader.read()
        self.writer.close()


@pytest.mark.parametrize("server", ["channels_fast"], indirect=True)
async def test_5000_sockets_hear_a_message_and_leave_nothing(server):
    before = await asyncio.to_thread(state, server)
    clients = [Client() for _ in range(MANY)]
    for start in range(0, MANY, TOGETHER):
        group = clients[start : start + TOGETHER]
        await asyncio.gather(*(client.open(server) for client in group))
    during = await asyncio.to_thread(state, server)
    assert during["members"] == MANY
    assert during["files"] >= before["files"] + MANY
    clients[0].say("to all of you")
    async with asyncio.timeout(2 * WAIT_SECONDS):
        heard = await asyncio.gather(*(client.hear() for client in clients))
    assert heard == ["to all of you"] * MANY
    # Half of them say goodbye, half of them vanish.
    await asyncio.gather(
        *(client.leave(index % 2 == 0) for index, client in enumerate(clients))
    )
    kept = ("tasks", "channels", "members", "files")

    def is_as_before():
        after = state(server)
        return all(after[name] <= before[name] for name in kept)

    await asyncio.to_thread(wait_until, is_as_before, lambda: (before, state(server)))
    assert (await asyncio.to_thread(state, server))["disconnected"] == MANY
