"""
What is rarely needed when a WebSocket consumer closes its connection.

What is logged about one that goes on after that, and ``deny()``. The sync and the async
consumers share it.
"""

from __future__ import annotations

import logging
from typing import Any, Optional, Union

from .. import _denial
from .._log import OncePerMinute
from .._typing import Headers, Message
from ..exceptions import StopConsumer
from ..utils import name_that_thing

logger = logging.getLogger("channels_fast.consumer")
_lines = OncePerMinute(logger)


def tell_call(consumer: Any, method: str) -> None:
    """Log that *method* was called after ``close()``. Some servers say nothing."""
    name = name_that_thing(type(consumer))
    warn = _lines.turn_of((name, method))
    if warn:
        warn(
            "%s.%s() was called after close(). Some servers raise an error then, "
            "others ignore it. Return after close().",
            name,
            method,
        )


def tell_failure(consumer: Any, error: Exception) -> None:
    """Log why ``disconnect()`` may have failed if ``connect()`` closed."""
    if isinstance(error, StopConsumer):
        return  # It ends the consumer itself.
    name = name_that_thing(type(consumer))
    warn = _lines.turn_of((name, type(error)))
    if warn:
        warn(
            "%s.disconnect() failed after connect() had called close(): %s: %s. It is "
            "called then too, and cannot rely on what connect() would have set later.",
            name,
            type(error).__name__,
            error,
        )


def events_of_denial(
    consumer: Any,
    sent: tuple[bool, bool],
    status: int,
    body: Union[str, bytes],
    headers: Optional[Headers],
) -> list[Message]:
    """
    Return the events with which *consumer* refuses its connection.

    Args:
        consumer: The one whose ``deny()`` was called.
        sent: Whether it has accepted, and whether it has closed.
        status: That of the response.
        body: A str is sent as UTF-8.
        headers: Pairs, or a dict.

    Raises:
        RuntimeError: The connection was accepted.
        TypeError, ValueError: Those of `_denial.response`.
    """
    name = name_that_thing(type(consumer))
    accept_sent, close_sent = sent
    if accept_sent:
        raise RuntimeError(
            f"{name}.deny() was called after accept(). A connection that is open "
            "cannot be refused: call close() with a code and a reason."
        )
    denying = _denial.denial(consumer.scope, status, body, headers)
    if close_sent:
        tell_call(consumer, "deny")
    elif status != _denial.STATUS_OF_CLOSE and not _denial.offered(consumer.scope):
        warn = _lines.turn_of((name, status))
        if warn:
            warn(
                "%s.deny(%d): the client gets %d, without the body and the headers. "
                "This server has no denial response.",
                name,
                status,
                _denial.STATUS_OF_CLOSE,
            )
    return denying
