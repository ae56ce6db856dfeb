"""A WebSocket client of bare bytes, which can do what no library would."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

from .any_server import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .any_server import AnyServer

#: So small that a server soon has to wait for a client that does not read.
RECEIVE_BUFFER = 65_536


def frame(text: str) -> bytes:
    """Return a text frame of a client, masked with zeros."""
    content = text.encode()
    if len(content) < 126:
        length = bytes([0x80 | len(content)])
    else:
        length = b"\xff" + len(content).to_bytes(8, "big")
    return b"\x81" + length + bytes(4) + content


@contextlib.contextmanager
def connected(server: AnyServer) -> Iterator[socket.socket]:
    """Connect to *server* without a word, and drop the connection at the end."""
    with socket.socket() as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        opened.settimeout(WAIT_SECONDS)
        opened.connect(("127.0.0.1", server.port))
        yield opened


@contextlib.contextmanager
def websocket(server: AnyServer, path: str) -> Iterator[socket.socket]:
    """Open a WebSocket of which nothing is read but the answer to the handshake."""
    with connected(server) as opened:
        opened.sendall(server.handshake(path))
        answer = b""
        while b"\r\n\r\n" not in answer:
            byte = opened.recv(1)
            assert byte, answer
            answer += byte
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        yield opened
