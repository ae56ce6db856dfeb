"""Scopes for middleware, and ways to call what it wraps."""

from __future__ import annotations

from typing import Any


def http_scope(**keys: Any) -> dict[str, Any]:
    """Return the scope of an HTTP connection without headers, plus *keys*."""
    return {"type": "http", "method": "GET", "path": "/", "headers": [], **keys}


def websocket_scope(**keys: Any) -> dict[str, Any]:
    """Return the scope of a WebSocket connection without headers, plus *keys*."""
    return {"type": "websocket", "path": "/", "headers": [], **keys}


def origin_scope(*origins: str) -> dict[str, Any]:
    """Return the scope of a WebSocket connection with Origin headers."""
    headers = [(b"origin", origin.encode("latin1")) for origin in origins]
    return websocket_scope(headers=[(b"host", b"a.test"), *headers])


def cookie(text: str) -> list[tuple[bytes, bytes]]:
    """Return headers that hold the cookies *text*."""
    return [(b"cookie", text.encode("latin1"))]


def client() -> Any:
    """Return the ``receive`` of a WebSocket that is opened and at once closed."""
    messages = iter(
        [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]
    )

    async def receive():
        return next(messages)

    return receive


async def call(application: Any, scope: dict[str, Any]) -> list[dict[str, Any]]:
    """Run *application* to its end, and return the messages that it sent."""
    sent = []

    async def send(message):
        sent.append(message)

    await application(scope, client(), send)
    return sent


async def inner_scope(middleware: Any, scope: dict[str, Any]) -> dict[str, Any]:
    """Return the scope that reaches an application inside *middleware*."""
    seen = []

    async def application(scope, receive, send):
        seen.append(scope)

    await call(middleware(application), scope)
    return seen[0]


def responding(change: Any = None, status: int = 200) -> Any:
    """Return an application that calls *change* with its scope, and responds."""

    async def application(scope, receive, send):
        if change is not None:
            change(scope)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return application


def set_cookies(sent: list[dict[str, Any]]) -> list[str]:
    """
    Return the Set-Cookie headers of the response among the messages *sent*.

    The space that Channels before 4.2 puts in front is removed; see `test_cookies.py`.
    """
    return [
        value.decode().lstrip()
        for message in sent
        for name, value in message.get("headers", [])
        if name == b"Set-Cookie"
    ]
