"""Clients that do not read, dawdle or vanish: docs/reliability.md."""

from __future__ import annotations

import asyncio
import contextlib
import json
import select
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import PACKAGES
from tests.support.any_server import COMMANDS, WAIT_SECONDS, serving, wait_until
from tests.support.raw_client import connected, frame, websocket

PROGRAMS = Path(__file__).parent / "programs"
#: 64 MB in frames of 64 KB: more than any kernel keeps for one connection.
FLOOD = 1000
FLOOD_BYTES = FLOOD * 65_536
STUCK_SECONDS = 2


@pytest.fixture(scope="module", params=COMMANDS)
def kind(request):
    return request.param


@pytest.fixture(scope="module", params=PACKAGES)
def server(request, kind, tmp_path_factory):
    """The server, with channels and with this package."""
    with serving(
        kind,
        "faults_clients_asgi:application",
        tmp_path_factory.mktemp(kind),
        PROGRAMS,
        PACKAGE=request.param,
    ) as server:
        asyncio.run(others_are_served(server))
        wait_until(lambda: state(server)["channels"] == 0)
        server.first = state(server)
        yield server
        assert "Traceback" not in server.log, server.log


def state(server):
    address = f"http://127.0.0.1:{server.port}/"
    with urllib.request.urlopen(address, timeout=WAIT_SECONDS) as answer:
        return json.load(answer)


async def wait_until_nothing_is_left(server):
    kept = ("tasks", "channels", "members", "files")

    def is_as_before():
        found = state(server)
        return all(found[name] <= server.first[name] for name in kept)

    await asyncio.to_thread(
        wait_until, is_as_before, lambda: (server.first, state(server))
    )


def without_farewell(server):
    """Return how many consumers are open, or have ended without disconnect()."""
    found = state(server)
    return found["connected"] - found["disconnected"]


async def others_are_served(server):
    async with server.open("Echo/") as other:
        await other.send("still here")
        assert await asyncio.wait_for(other.recv(), WAIT_SECONDS) == "still here"


async def test_a_client_that_does_not_read_holds_up_its_own_consumer_only(server, kind):
    before = state(server)
    with websocket(server, "Flood/") as silent:
        silent.sendall(frame(str(FLOOD)))
        await asyncio.to_thread(wait_until_steady, server)
        await others_are_served(server)
        during = state(server)
        grown = during["bytes"] - server.first["bytes"]
        if kind == "daphne":
            # It never makes a consumer wait, and keeps what is not read in memory.
            assert during["sent"] == FLOOD
            assert grown > FLOOD_BYTES / 2
        else:
            assert 0 < during["sent"] < FLOOD / 2
            assert grown < FLOOD_BYTES / 4
    await wait_until_nothing_is_left(server)
    # uvicorn's send() raises, and the consumer ends by that.
    ended = without_farewell(server) - (before["connected"] - before["disconnected"])
    assert ended == (kind == "uvicorn")


def wait_until_steady(server):
    """Wait until the consumer has sent something, and then nothing more."""
    sent = [0]

    def is_steady():
        sent.append(state(server)["sent"])
        return sent[-1] > 0 and len(sent) > 10 and len(set(sent[-10:])) == 1

    wait_until(is_steady, lambda: sent)


async def test_a_client_that_sends_more_than_is_handled_has_to_wait(
    server, kind, tmp_path_factory
):
    end = tmp_path_factory.mktemp("busy") / "end"
    with websocket(server, "Busy/") as eager:
        eager.sendall(frame(str(end)))
        assert eager.recv(8) == b"\x81\x06begins"
        # Daphne takes all of it, however slow the machine is.
        patience = WAIT_SECONDS if kind == "daphne" else STUCK_SECONDS
        sent = await asyncio.to_thread(send_until_stuck, eager, patience)
        await others_are_served(server)
        # Not since this test began: what another one has left free is used first.
        grown = state(server)["bytes"] - server.first["bytes"]
        if kind == "daphne":
            # It reads on, and keeps what was not handled in memory.
            assert sent == FLOOD_BYTES
            assert grown > FLOOD_BYTES / 2
        else:
            assert 0 < sent < FLOOD_BYTES / 2
            assert grown < FLOOD_BYTES / 4
    # A handler is not interrupted by the end of its connection.
    assert state(server)["channels"] > 0
    end.touch()
    await wait_until_nothing_is_left(server)


def send_until_stuck(opened, seconds):
    """Send frames until nothing is taken for a while, and return how many bytes."""
    flood = memoryview(frame("x" * 65_536) * FLOOD)[:FLOOD_BYTES]
    sent = 0
    while sent < FLOOD_BYTES and select.select([], [opened], [], seconds)[1]:
        sent += opened.send(flood[sent : sent + 65_536], socket.MSG_DONTWAIT)
    return sent


async def test_a_frame_may_come_byte_by_byte_while_others_are_served(server):
    with websocket(server, "Echo/") as slow:
        slow.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in frame("hello"):
            slow.sendall(bytes([byte]))
            await others_are_served(server)
        assert slow.recv(7) == b"\x81\x05hello"
    await wait_until_nothing_is_left(server)


async def test_a_connection_without_a_handshake_costs_no_consumer(server):
    before = state(server)["connected"]
    with connected(server), connected(server) as half:
        half.sendall(server.handshake("Echo/")[:40])
        await others_are_served(server)
        found = state(server)
        assert found["connected"] == before + 1  # the other one
    await wait_until_nothing_is_left(server)


async def test_a_client_that_closes_its_half_ends_its_consumer(server):
    with websocket(server, "Echo/") as half:
        half.sendall(frame("hello"))
        assert half.recv(7) == b"\x81\x05hello"
        before = state(server)["disconnected"]
        half.shutdown(socket.SHUT_WR)
        await asyncio.to_thread(
            wait_until, lambda: state(server)["disconnected"] == before + 1
        )
    await wait_until_nothing_is_left(server)


async def test_a_client_that_breaks_the_protocol_ends_its_consumer(server):
    with websocket(server, "Echo/") as broken:
        before = state(server)["disconnected"]
        broken.sendall(b"\xff" * 8)
        with contextlib.suppress(OSError):  # the server may have hung up already
            broken.shutdown(socket.SHUT_WR)
        await asyncio.to_thread(
            wait_until, lambda: state(server)["disconnected"] == before + 1
        )
        await others_are_served(server)
    await wait_until_nothing_is_left(server)
