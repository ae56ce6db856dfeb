"""Thousands of paths without a route, and malformed clients, under each server."""

from __future__ import annotations

import asyncio
import random
import re
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.asgi_server import EVERY_SERVER, serving
from tests.support.patience import WAIT_SECONDS
from tests.support.raw_websocket import frame, raw

PROGRAMS = Path(__file__).parent / "programs"
#: Of each of three kinds of misses. With all servers they are more than 10,000.
PATHS = 850
AT_ONCE = 10

MASKED_TEXT = 0x81


@pytest.fixture(scope="module", params=EVERY_SERVER)
def server(request, tmp_path_factory):
    """The program under each server; no error may be in its log at the end."""
    log_file = tmp_path_factory.mktemp(request.param) / "log"
    with serving(
        request.param, "misses_asgi:application", PROGRAMS, log_file=log_file
    ) as server:
        server.kind = request.param
        server.since = time.monotonic()
        server.denied = 403 if request.param == "daphne" else 404
        yield server
        assert asyncio.run(echoes(server))
    for word in ("Traceback", "ERROR", "without completing"):
        assert word not in server.log, server.log


async def echoes(server):
    """Return whether a connection to a route works."""
    async with raw(server.port) as client:
        status = await client.request(b"/deny/echo/")
        client.writer.write(frame(MASKED_TEXT, b"hello"))
        return (status, await client.reader.readexactly(7)) == (101, b"\x81\x05hello")


def random_paths(first, seed):
    """Return paths as scanners ask for them, none of which has a route."""
    chooser = random.Random(seed)
    pieces = ["", ".", "..", "wp-login.php", ".env", "é", "\u4e2d", "\U0001f600"]
    pieces += [
        "%",
        "a b",
        "\t",
        "\r\n",
        "'",
        '"',
        "<script>",
        "{0}",
        "%s",
        "\0",
        "x" * 99,
    ]
    paths = []
    for number in range(PATHS):
        segments = chooser.choices(pieces, k=chooser.randrange(5))
        path = "/".join([f"/{first}", f"n{number}", *segments])
        paths.append(quote(path).encode())
    return paths


async def of_each(paths, visit):
    """Return the results of *visit* for *paths*, some of which are made at once."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(path):
        async with turns:
            return await asyncio.wait_for(visit(path), WAIT_SECONDS)

    return await asyncio.gather(*map(one, paths))


def test_denied_sockets_get_the_status_that_the_server_can_send(server):
    async def visit(path):
        async with raw(server.port) as client:
            return await client.request(path)

    statuses = asyncio.run(of_each(random_paths("deny", 1), visit))
    assert set(statuses) == {server.denied}


def test_closed_sockets_get_code_4404(server):
    async def visit(path):
        async with raw(server.port) as client:
            return await client.request(path), await client.closing_code()

    answers = asyncio.run(of_each(random_paths("close", 2), visit))
    assert set(answers) == {(101, 4404)}


def test_requests_get_a_404(server):
    async def visit(path):
        async with raw(server.port) as client:
            return await client.request(path, upgrade=False)

    statuses = asyncio.run(of_each(random_paths("deny", 3), visit))
    assert set(statuses) == {404}


def test_the_log_has_a_line_of_each_kind_in_each_minute(server):
    async def visit(path):
        async with raw(server.port) as client:
            return await client.request(path, upgrade=path != b"/http")

    asyncio.run(of_each([b"/deny/x", b"/close/x", b"/http"] * 20, visit))
    lines = re.findall(
        r"No route found for the (.*) path .*(\(on_miss=.*)\)", server.log
    )
    assert len(set(lines)) == 3
    minutes = (time.monotonic() - server.since) // 60 + 2
    assert len(lines) <= 3 * minutes


def test_a_consumer_denies_with_the_status_that_the_server_can_send(server):
    async def visit():
        async with raw(server.port) as client:
            return await client.request(b"/deny/private/")

    assert asyncio.run(visit()) == (403 if server.kind == "daphne" else 401)


ORIGINS = [
    b"http://[bad",
    b"http://b.test:99999",
    b"http://b.test:x",
    b"http://b.test:-1",
    b"null",
    b"",
    b"://",
    b"http://",
    b"\xff\xfe",
    b"http://\xe9.test",
    b"http://a.test@evil.test",
    b"http://a.test.evil.test",
    b"javascript:alert(1)",
    b"%s %d {0}",
    b"x" * 5000,
]


def test_malformed_origins_are_refused(server):
    async def visit(origin):
        async with raw(server.port) as client:
            return await client.request(b"/guarded/1/", (b"origin", origin))

    statuses = asyncio.run(of_each(ORIGINS, visit))
    assert set(statuses) <= {400, 403}
    assert asyncio.run(visit(b"http://a.test")) == 101


def test_a_flood_of_origins_is_a_bounded_number_of_lines(server):
    before = server.log.count("denied: origin")

    async def visit(number):
        async with raw(server.port) as client:
            origin = b"http://%d.test" % number
            return await client.request(b"/guarded/1/", (b"origin", origin))

    assert set(asyncio.run(of_each(range(300), visit))) == {403}
    assert 0 < server.log.count("denied: origin") - before <= 202


HEADS = [
    b"GET /deny/echo/ HTTP/1.1\r\n\r\n",
    b"GET /deny/echo/ HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\n\r\n",
    b"GET /deny/echo/ HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\n"
    b"upgrade: websocket\r\nsec-websocket-version: 13\r\n\r\n",
    b"GET /deny/echo/ HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\n"
    b"upgrade: websocket\r\nsec-websocket-version: 99\r\n"
    b"sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    b"GET /deny/echo/ HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\n"
    b"upgrade: websocket\r\nsec-websocket-version: 13\r\n"
    b"sec-websocket-key: no\r\n\r\n",
    b"GET /deny/echo/ HTTP/1.1\r\nno colon\r\n\r\n",
    b"GET /deny/echo/ HTTP/9.9\r\nhost: a\r\n\r\n",
    b"\x00\x01\x02\r\n\r\n",
    b"GET\r\n\r\n",
]


def test_malformed_requests_are_no_error_of_the_application(server):
    async def visit(head):
        async with raw(server.port) as client:
            return await client.send_head(head)

    statuses = asyncio.run(of_each(HEADS, visit))
    # Hypercorn and granian take a key that is none.
    assert all(status is None or status < 500 for status in statuses)


HEADERS = [
    (b"cookie", b"\xff=\xfe; a; =; ;;;="),
    (b"cookie", b"a=" + b"x" * 4000),
    (b"x", b"\xff\xfe"),
    (b"x-" + b"y" * 200, b"z"),
    (b"sec-websocket-extensions", b"permessage-deflate; server_max_window_bits=8"),
]


def test_odd_headers_reach_the_route(server):
    async def visit(header):
        async with raw(server.port) as client:
            return await client.request(b"/deny/echo/", header)

    statuses = asyncio.run(of_each(HEADERS, visit))
    assert set(statuses) <= {101, 400}


# Text that is no UTF-8 is not among them: uvicorn logs a traceback of its own.
FRAMES = [
    frame(0x83),  # no such opcode
    frame(0x8F),
    frame(0x80, b"a"),  # nothing to continue
    frame(0x09),  # a ping in parts
    frame(0xC1, b"a"),  # a bit of an extension
    frame(0xF1, b"a"),
    frame(MASKED_TEXT, b"a", masked=False),
    frame(0x88, b"\x00"),  # half a code
    frame(0x88, b"\x00\x01"),  # no such code
    b"\x81\xff" + b"\xff" * 8,  # longer than any number
    frame(0x01, b"a") + frame(MASKED_TEXT, b"b"),
]


def test_malformed_frames_end_the_connection(server):
    async def visit(frames):
        async with raw(server.port) as client:
            status = await client.request(b"/deny/echo/")
            client.end(frames)  # one of them has promised more
            return status, await client.closing_code()

    answers = asyncio.run(of_each(FRAMES, visit))
    assert {status for status, _ in answers} == {101}
    assert {code for _, code in answers} <= {None, 1002, 1005, 1007, 1009}
