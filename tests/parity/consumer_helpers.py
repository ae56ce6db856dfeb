"""Helpers that drive an application as a server does."""

from __future__ import annotations

import asyncio

CONNECT = {"type": "websocket.connect"}
DISCONNECT = {"type": "websocket.disconnect", "code": 1000}


def text(content):
    """Return the event of a text frame."""
    return {"type": "websocket.receive", "text": content}


async def run(application, *events, scope=None, timeout=5):
    """
    Feed *events* to *application* until it ends, and return what it sent.

    An application that waits for more than there is runs into the timeout.
    """
    queue = asyncio.Queue()
    for event in events:
        queue.put_nowait(event)
    sent = []

    async def send(event):
        sent.append(event)

    call = application(scope or {"type": "websocket"}, queue.get, send)
    await asyncio.wait_for(call, timeout)
    return sent


def memory_layer(channels, **config):
    """Return a CHANNEL_LAYERS setting with the in-memory layer of a package."""
    backend = f"{channels!r}.layers.InMemoryChannelLayer"
    return {"default": {"BACKEND": backend, "CONFIG": config}}
