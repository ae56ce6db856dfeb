"""Random frames, garbage and resets, while others talk, under each server."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import random
import re
import socket
import struct
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.support.asgi_server import EVERY_SERVER, serving
from tests.support.patience import WAIT_SECONDS
from tests.support.raw_websocket import frame, handshake, raw

PROGRAMS = Path(__file__).parent / "programs"
ORIGIN = (b"origin", b"http://a.test")
MEMBER = b"/member/0/"
AT_ONCE = 10
FUZZED = 300  # connections to each server, with one to six frames each
RESETS = 100
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset
TEXT, BINARY, CLOSE, PING = 0x81, 0x82, 0x88, 0x89

#: What a server's own receive() and send() raise once a client has broken the
#: protocol or has vanished. An application that has not been told yet cannot know.
OWN_ERRORS = {
    "uvicorn": (
        "UnicodeDecodeError: 'utf-8' codec",
        "RuntimeError: Unexpected ASGI message 'websocket.send', after sending",
        "RuntimeError: Unexpected ASGI message 'websocket.close', after sending",
    ),
    "daphne": ("autobahn.exception.Disconnected: Attempt to send on a closed",),
    "hypercorn": ("hypercorn.utils.UnexpectedMessageError: Unexpected message type",),
    "granian": ("RuntimeError: ASGI flow error: Connection already upgraded",),
}


@pytest.fixture(scope="module", params=EVERY_SERVER)
def server(request, tmp_path_factory):
    log_file = tmp_path_factory.mktemp(request.param) / "log"
    application = "raw_sockets_asgi:application"
    with serving(request.param, application, PROGRAMS, log_file=log_file) as server:
        server.kind = request.param
        yield server


@pytest.fixture(autouse=True)
def _is_unharmed(server):
    """Have another client talk during the test, and look at what is left after it."""
    logged = len(server.log)
    yield
    asyncio.run(wait_until_nothing_is_left(server))
    assert unknown_errors(server, server.log[logged:]) == []


def unknown_errors(server, log):
    """Return the last lines of tracebacks that are not known to be the server's."""
    blocks = log.split("Traceback (most recent call last):\n")[1:]
    ends = [re.search(r"(?m)^\S.*$", block).group() for block in blocks]
    return [end for end in ends if not end.startswith(OWN_ERRORS[server.kind])]


def state(server):
    address = ("127.0.0.1", server.port)
    connection = http.client.HTTPConnection(*address, timeout=WAIT_SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", "/state/")
        return json.loads(connection.getresponse().read())


async def wait_until_nothing_is_left(server):
    for _ in range(WAIT_SECONDS * 10):
        found = await asyncio.to_thread(state, server)
        del found["begun"]
        if not any(found.values()):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(found)


@contextlib.asynccontextmanager
async def another_client(server):
    """Be a member that talks to its room all the time, and hears all of it."""
    async with connect(
        f"ws://127.0.0.1:{server.port}/member/0/",
        origin="http://a.test",
        proxy=None,
        ping_interval=None,
        open_timeout=WAIT_SECONDS,
    ) as client:
        ends = asyncio.Event()

        async def talk():
            number = 0
            while not ends.is_set() or number < 3:
                number += 1
                message = f"tell {number} " + "x" * 5000
                await client.send(message)
                assert await asyncio.wait_for(client.recv(), WAIT_SECONDS) == message

        talking = asyncio.ensure_future(talk())
        try:
            yield
        finally:
            ends.set()
            await talking


def run(server, visit, cases):
    """Return what *visit* returns for each of *cases*, while another client talks."""

    async def main():
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(case):
            async with turns:
                return await asyncio.wait_for(visit(case), WAIT_SECONDS)

        async with another_client(server):
            return await asyncio.gather(*map(one, cases))

    return asyncio.run(main())


def random_bytes(chooser, most):
    return bytes(chooser.choices(range(256), k=chooser.randrange(most)))


def random_frame(chooser):
    """Return a frame, most of which break a rule of the protocol."""
    kind = chooser.randrange(9)
    data = random_bytes(chooser, 100)
    if kind == 0:  # any flags and opcode
        return frame(chooser.randrange(256), data)
    if kind == 1:
        return frame(chooser.choice([TEXT, BINARY, CLOSE, PING]), data, masked=False)
    if kind == 2:  # parts in any order
        return frame(chooser.choice([0x00, 0x80, 0x01, 0x02, TEXT]), b"part")
    if kind == 3:  # a control frame that is too long
        first = chooser.choice([CLOSE, PING, 0x8A])
        return bytes([first, 0xFE, 0, 200]) + bytes(204)
    if kind == 4:  # not UTF-8
        return frame(TEXT, b"\xc3\x28\xff" + data[:90])
    if kind == 5:  # much is promised
        size = chooser.choice([2**16, 2**31, 2**40, 2**63 - 1, 2**64 - 1])
        return bytes([BINARY, 0xFF]) + size.to_bytes(8, "big") + bytes(4) + data
    if kind == 6:
        code = chooser.choice([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535])
        return frame(CLOSE, code.to_bytes(2, "big") + data[:90])
    if kind == 7:  # a reason that is not UTF-8
        return frame(CLOSE, b"\x03\xe8\xff\xfe")
    return data


def test_random_frames_after_a_handshake(server):
    chooser = random.Random(1)
    blobs = [
        b"".join(random_frame(chooser) for _ in range(chooser.randrange(1, 7)))
        for _ in range(FUZZED)
    ]
    begun = state(server)["begun"]

    async def visit(blob):
        async with raw(server.port) as client:
            status = await client.request(MEMBER, ORIGIN)
            client.end(blob)
            await rest(client)
            return status

    assert set(run(server, visit, blobs)) == {101}
    assert state(server)["begun"] == begun + FUZZED + 1


async def rest(client):
    """Return what comes until the server hangs up; some wait for more instead."""
    answer = b""
    with contextlib.suppress(OSError, asyncio.TimeoutError):
        while data := await asyncio.wait_for(client.reader.read(65536), 1):
            answer += data
    return answer


def opening(path=MEMBER):
    lines = [b"GET %b HTTP/1.1" % path, b"host: a.test", *handshake()]
    return b"\r\n".join([*lines, b"%b: %b" % ORIGIN, b"", b""])


REQUEST = b"GET /state/ HTTP/1.1\r\nhost: a.test\r\n\r\n"
# Hypercorn never tells an application, whichever it is, that a client has gone that has
# sent anything in one piece with its handshake.
BEHIND_AN_OPENING = [
    opening() + opening(),
    opening() + REQUEST,
    opening() + b"\x00" * 1000,
    opening() + b"\xff" * 1000,
    opening() + b"GET / HTTP/1.1\r\n\r\n" * 50,
    opening() + frame(TEXT, b"a"),
    opening() + frame(TEXT, b"a")[:3],
    opening() + frame(0x01, b"a"),
    opening() + frame(TEXT, b"close"),
    opening(b"/no/such/") + frame(TEXT, b"a"),
    opening(b"/no/such/") + b"\xff" * 1000,
    REQUEST * 3 + opening() + frame(TEXT, b"a"),
]
GARBAGE = [
    b"",
    b"GET",
    opening()[:-2],
    opening(),
    opening(b"/member/50/"),
    opening(b"/no/such/"),
    REQUEST * 3 + b"\xff" * 1000,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),  # TLS
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(100),
    b"\r\n" * 1000,
]


def test_garbage_from_clients_that_close_their_half(server):
    cases = GARBAGE if server.kind == "hypercorn" else GARBAGE + BEHIND_AN_OPENING

    async def visit(sent):
        async with raw(server.port) as client:
            client.end(sent)
            return await rest(client)

    answers = run(server, visit, cases * 3)
    assert not any(answer.startswith(b"HTTP/1.1 5") for answer in answers)


async def reset_after(server, *parts, wait=0.0):
    """Send the opening, read its answer if there are other parts, send them, reset."""
    async with raw(server.port) as client:
        first, *others = parts
        client.writer.write(first)
        await client.writer.drain()
        if others:
            await client.reader.readuntil(b"\r\n\r\n")
            client.writer.write(b"".join(others))
        await asyncio.sleep(wait)
        raw_socket = client.writer.get_extra_info("socket")
        with contextlib.suppress(OSError):  # the server may have reset it first
            raw_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        client.writer.transport.abort()


# Hypercorn queues ten messages for an application. If more wait at the reset, its
# send() never returns, whichever application that is.
FRAMES_AT_ONCE = 5
MOMENTS = {
    "before the request": [b""],
    "in connect()": [opening(b"/member/50/")],
    "in a group send": [opening(), b""],
    "in close()": [opening(), frame(TEXT, b"close")],
    "in its own close": [opening(), frame(CLOSE, b"\x03\xe8")],
    "in a frame": [opening(), frame(TEXT, b"a") * FRAMES_AT_ONCE + b"\x81"],
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_flood_of_resets(server, moment):
    async def visit(number):
        # Some at once, some while the server answers.
        await reset_after(server, *MOMENTS[moment], wait=number % 5 * 0.005)

    run(server, visit, range(RESETS))
