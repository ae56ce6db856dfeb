"""Clients of the soak: as little Python as a WebSocket needs, for thousands of them."""

from __future__ import annotations

import asyncio
import base64
import os
import random
import socket
import struct

SECONDS_TO_WAIT = 120  # longer than a message lives in the in-memory layer
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset


class Client(asyncio.Protocol):
    """One WebSocket, which waits for one answer at a time."""

    path = ""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()
        self.buffer = b""
        self.expected = b""
        self.answer: asyncio.Future[None] | None = None
        self.received = 0
        #: One message at a time: the answers are told apart by their text alone.
        self.turn = asyncio.Lock()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        for waiting in (self.opened, self.answer):
            if waiting and not waiting.done():
                waiting.set_exception(ConnectionError("the server hung up"))
        self.gone.set_result(None)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.opened.done():
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            self.buffer = rest
            if b" 101 " not in head[:16]:
                self.opened.set_exception(ConnectionError(head.decode("latin-1")))
                return
            self.opened.set_result(None)
        # No message of the soak is longer than 125 bytes.
        while len(self.buffer) > 1 and len(self.buffer) >= 2 + self.buffer[1]:
            end = 2 + self.buffer[1]
            self.take(self.buffer[0] & 15, self.buffer[2:end])
            self.buffer = self.buffer[end:]

    def take(self, opcode: int, content: bytes) -> None:
        if opcode == PING:
            self.write(PONG, content)
        elif opcode == TEXT:
            self.received += 1
            waits = self.answer and not self.answer.done()
            if waits and content == self.expected:
                self.answer.set_result(None)

    def write(self, opcode: int, content: bytes) -> None:
        # A mask of zeros changes nothing.
        self.transport.write(
            bytes([128 | opcode, 128 | len(content)]) + bytes(4) + content
        )

    async def say(self, content: bytes) -> None:
        """Send a message and wait until it has come back."""
        self.expected = content
        self.answer = asyncio.get_running_loop().create_future()
        self.write(TEXT, content)
        await asyncio.wait_for(self.answer, SECONDS_TO_WAIT)

    async def leave(self, *, politely: bool) -> None:
        """Close as a browser does, or let the connection break."""
        if politely:
            self.write(CLOSE, b"\x03\xe8")
            await asyncio.wait_for(self.gone, SECONDS_TO_WAIT)
        else:
            raw = self.transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.transport.abort()


async def connect(port: int, path: str) -> Client:
    """Return a client whose handshake is complete."""
    loop = asyncio.get_running_loop()
    transport, client = await loop.create_connection(Client, "127.0.0.1", port)
    client.path = path
    lines = [
        f"GET {path} HTTP/1.1",
        "host: localhost",
        "origin: http://localhost",
        "connection: Upgrade",
        "upgrade: websocket",
        "sec-websocket-version: 13",
        "sec-websocket-key: " + base64.b64encode(os.urandom(16)).decode(),
    ]
    transport.write("\r\n".join([*lines, "", ""]).encode())
    await asyncio.wait_for(client.opened, SECONDS_TO_WAIT)
    return client


def any_path(rooms: int) -> str:
    """Return the path of a room; one in ten is that of a sync consumer."""
    kind = "sync" if random.random() < 0.1 else "async"
    return f"/{kind}/room{random.randrange(rooms)}/"
