"""What is said about consumers that go on after they have closed the connection."""

from __future__ import annotations

import logging
from typing import Any

from .._log import OncePerMinute
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
