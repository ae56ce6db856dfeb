"""A WebSocket by hand, for what no client library sends."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Raw:
    """
    A connection to a server, over which anything can be sent.

    Nothing here has a timeout: `asyncio.wait_for` around one read loses what has come
    before a reset.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.reader = reader
        self.writer = writer

    async def request(
        self, target: bytes, *headers: tuple[bytes, bytes], upgrade: bool = True
    ) -> int | None:
        """Send a request, and return the status, or None if there is none."""
        lines = [b"GET %b HTTP/1.1" % target, b"host: a.test"]
        if upgrade:
            lines += handshake()
        lines += [b"%b: %b" % header for header in headers]
        return await self.send_head(b"\r\n".join([*lines, b"", b""]))

    async def send_head(self, head: bytes) -> int | None:
        """Send the head of a request, and return the status of the response."""
        try:
            self.writer.write(head)
            await self.writer.drain()
            answer = await self.reader.readuntil(b"\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError):
            return None
        return int(answer.split(b" ", 2)[1])

    def end(self, data: bytes) -> None:
        """Send *data* and close this half; the server may have hung up already."""
        with contextlib.suppress(OSError):
            self.writer.write(data)
            self.writer.write_eof()

    async def closing_code(self) -> int | None:
        """Return the code with which the server closes, None if it only hangs up."""
        try:
            while True:
                first, second = await self.reader.readexactly(2)
                size = second & 127
                if size == 126:
                    (size,) = struct.unpack("!H", await self.reader.readexactly(2))
                data = await self.reader.readexactly(size)
                if first & 15 == 8:
                    return struct.unpack("!H", data[:2])[0] if data else 1005
        except (OSError, asyncio.IncompleteReadError):
            return None


def handshake() -> list[bytes]:
    """Return the header lines that ask for a WebSocket."""
    return [
        b"connection: Upgrade",
        b"upgrade: websocket",
        b"sec-websocket-version: 13",
        b"sec-websocket-key: " + base64.b64encode(os.urandom(16)),
    ]


def frame(first: int, data: bytes = b"", *, masked: bool = True) -> bytes:
    """Return a frame, whose first byte has the flags and the opcode."""
    assert len(data) < 126
    if not masked:
        return bytes([first, len(data)]) + data
    # A mask of zeros changes nothing.
    return bytes([first, 128 | len(data)]) + bytes(4) + data


@contextlib.asynccontextmanager
async def raw(port: int) -> AsyncIterator[Raw]:
    """Open a connection to a server on this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Raw(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
