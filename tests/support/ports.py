"""Free ports of this machine."""

from __future__ import annotations

import socket


def free_port() -> int:
    """
    Return a port of 127.0.0.1 that nothing listens on.

    The kernel gives it to nobody else for a minute: a connection to it has just ended,
    and what is left of that yields only to a server that asks for this very port.
    """
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        with socket.create_connection(server.getsockname()) as client:
            accepted, _ = server.accept()
            # The side that closes first keeps the port.
            accepted.close()
            client.recv(1)
        return server.getsockname()[1]
