"""
How a connection is refused before it was accepted, built by pure functions.

The routers and the consumers share them (ASGI, HTTP & WebSocket and its extension
"WebSocket Denial Response").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Optional, Union

from ._typing import Headers, Message, Scope

_TEXT = (b"content-type", b"text/plain; charset=utf-8")
_FIRST_STATUS, _LAST_STATUS = 200, 599

#: What servers answer to "websocket.close" before "websocket.accept".
STATUS_OF_CLOSE = 403


def response(
    kind: str,
    status: int,
    body: Union[str, bytes] = b"",
    headers: Optional[Headers] = None,
) -> list[Message]:
    """
    Return the two events of a whole response.

    Args:
        kind: "http", or "websocket.http" for a denial response.
        status: A final one, from 200 to 599.
        body: A text is sent as UTF-8, and as ``text/plain`` if *headers* say nothing
            else.
        headers: Pairs of text or bytes, or a dict. "content-length" is added.

    Raises:
        ValueError: The status is out of range, or a header has a line break in it.
        TypeError: An argument has another type.
    """
    if not isinstance(status, int) or isinstance(status, bool):
        raise TypeError(f"status {status!r} is no int. Pass one such as 403.")
    if not _FIRST_STATUS <= status <= _LAST_STATUS:
        raise ValueError(
            f"status {status} is not the status of a response. Pass one from "
            f"{_FIRST_STATUS} to {_LAST_STATUS}, such as 403."
        )
    pairs = _pairs(headers)
    names = {name for name, _ in pairs}
    if isinstance(body, str):
        body = body.encode()
        pairs += [_TEXT] if b"content-type" not in names else []
    if not isinstance(body, bytes):
        raise TypeError(f"body is {type(body).__name__!r}. Pass str or bytes.")
    if b"content-length" not in names:
        pairs.append((b"content-length", str(len(body)).encode()))
    return [
        {"type": f"{kind}.response.start", "status": int(status), "headers": pairs},
        {"type": f"{kind}.response.body", "body": body},
    ]


def denial(
    scope: Scope,
    status: int,
    body: Union[str, bytes],
    headers: Optional[Headers] = None,
) -> list[Message]:
    """
    Return the events that refuse the WebSocket of *scope*, which is not accepted yet.

    Where the server has no denial response, they are the close that it answers with
    `STATUS_OF_CLOSE`. Arguments and errors are those of `response()`.
    """
    events = response("websocket.http", status, body, headers)
    return events if offered(scope) else [{"type": "websocket.close"}]


def offered(scope: Scope) -> bool:
    """Return whether the server has denial responses."""
    return "websocket.http.response" in (scope.get("extensions") or ())


def _pairs(headers: Optional[Headers]) -> list[tuple[bytes, bytes]]:
    if isinstance(headers, Mapping):
        headers = headers.items()
    if not isinstance(headers or (), Iterable):
        raise TypeError(f"headers is {type(headers).__name__!r}. Pass pairs or a dict.")
    pairs = []
    for header in headers or ():
        if not isinstance(header, (tuple, list)) or len(header) != 2:
            raise TypeError(
                f"the header {header!r} is no pair. Pass pairs of name and value, or a "
                "dict."
            )
        name, value = header
        pairs.append((_bytes(name, header).lower(), _bytes(value, header)))
    return pairs


def _bytes(part: Any, header: Any) -> bytes:
    if isinstance(part, str):
        try:
            part = part.encode("latin-1")
        except UnicodeEncodeError:
            raise ValueError(
                f"the header {header!r} has characters that no header can have. "
                "Write them as ASCII."
            ) from None
    if not isinstance(part, bytes):
        raise TypeError(
            f"the header {header!r} has a part that is {type(part).__name__!r}. Pass "
            "str or bytes."
        )
    if b"\r" in part or b"\n" in part or b"\0" in part:
        raise ValueError(f"the header {header!r} has a line break in it. Take it out.")
    return part
