"""A client of any ASGI application, under any event loop."""

from __future__ import annotations

STRANGER = b"https://stranger.example"


def scope(path):
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"testserver"), (b"origin", STRANGER)],
        "subprotocols": [],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "extensions": {"websocket.http.response": {}},
    }


async def events_of(application, path, *texts):
    """Return what an application sends to a client that sends *texts* and goes."""
    events = [
        {"type": "websocket.connect"},
        *({"type": "websocket.receive", "text": text} for text in texts),
        {"type": "websocket.disconnect", "code": 1000},
    ]
    sent = []

    async def receive():
        return events.pop(0)

    async def send(event):
        sent.append(event)

    await application(scope(path), receive, send)
    return sent


async def status_of(application, path):
    """Return the status that an application answers a GET request with."""
    request = {"type": "http", "scheme": "http", "method": "GET", "http_version": "1.1"}
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(event):
        sent.append(event)

    await application({**scope(path), **request}, receive, send)
    return sent[0]["status"]
