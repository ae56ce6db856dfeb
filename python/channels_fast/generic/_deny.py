"""What ``deny()`` of the sync and the async WebSocket consumers share."""

from __future__ import annotations

import logging
from typing import Any, Optional, Union

from .. import _denial
from .._log import OncePerMinute
from .._typing import Headers, Message
from ..utils import name_that_thing
from . import _after_close

_told = OncePerMinute(logging.getLogger("channels_fast.consumer"))


def events(
    consumer: Any,
    status: int,
    body: Union[str, bytes],
    headers: Optional[Headers],
) -> list[Message]:
    """
    Return the events with which *consumer* refuses its connection.

    Raises:
        RuntimeError: The connection was accepted.
        TypeError, ValueError: Those of `_denial.response`.
    """
    name = name_that_thing(type(consumer))
    if consumer._accept_sent:
        raise RuntimeError(
            f"{name}.deny() was called after accept(). A connection that is open "
            "cannot be refused: call close() with a code and a reason."
        )
    denying = _denial.denial(consumer.scope, status, body, headers)
    if consumer._close_sent:
        _after_close.tell_call(consumer, "deny")
    elif status != _denial.STATUS_OF_CLOSE and not _denial.offered(consumer.scope):
        warn = _told.turn_of((name, status))
        if warn:
            warn(
                "%s.deny(%d): the client gets %d, without the body and the headers. "
                "This server has no denial response.",
                name,
                status,
                _denial.STATUS_OF_CLOSE,
            )
    return denying
