"""
The events of WebSocket consumers, built by pure functions.

The sync and the async consumers share them, so both send and read the same.
The keys are those of the ASGI specification (HTTP & WebSocket, 2.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..exceptions import InvalidChannelLayerError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._typing import Message


def accept(subprotocol: str | None, headers: Iterable[Any] | None) -> Message:
    """Return the event that accepts a connection."""
    message: Message = {"type": "websocket.accept", "subprotocol": subprotocol}
    if headers:
        message["headers"] = list(headers)
    return message


def frame(text_data: str | None, bytes_data: bytes | None) -> Message:
    """
    Return the event that sends one frame. An empty frame is a frame.

    Raises:
        ValueError: There is neither text nor bytes.
    """
    if text_data is not None:
        return {"type": "websocket.send", "text": text_data}
    if bytes_data is not None:
        return {"type": "websocket.send", "bytes": bytes_data}
    raise ValueError("You must pass one of bytes_data or text_data")


def close(code: int | bool | None, reason: str | None) -> Message:
    """
    Return the event that closes a connection.

    ``send(close=True)`` hands its flag on as the code, so True is not a code.
    """
    message: Message = {"type": "websocket.close"}
    if code is not None and code is not True:
        message["code"] = code
    if reason:
        message["reason"] = reason
    return message


def no_text() -> ValueError:
    """Return the error of a JSON consumer that got no text."""
    return ValueError("No text section for incoming WebSocket frame!")


def no_groups() -> InvalidChannelLayerError:
    """Return the error of a consumer whose channel layer has no groups."""
    return InvalidChannelLayerError("BACKEND is unconfigured or doesn't support groups")
