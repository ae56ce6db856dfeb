"""
Signals: of each connection, and two of Channels 3.

Receivers are plain functions, called with keyword arguments in the thread of the event
loop. What one of them raises is logged and disturbs no connection. A connection that
begins while nobody listens sends none.
"""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Any

import django
from django.dispatch import Signal

from .db import close_old_connections

if TYPE_CHECKING:
    from ._log import OncePerMinute

logger = logging.getLogger("channels_fast.signals")

#: A consumer begins. ``sender`` is its class; gives ``consumer``, which has ``scope``.
connection_opened = Signal()

#: A handler has ended. Gives ``consumer``, ``message``, ``handler`` (the name of the
#: method, or ``None``), ``duration`` in seconds, and ``exception``, which is ``None``
#: for a handler that has done its work or has ended the consumer.
message_handled = Signal()

#: A consumer has ended. Gives ``consumer``, ``duration`` in seconds, ``code`` (that of
#: the client's close, or ``None``), and the ``exception`` that ended it, or ``None``.
connection_closed = Signal()

#: No route accepts a path. ``sender`` is the class of the outermost router; gives
#: ``scope`` and ``path``.
route_missed = Signal()

# Channels itself sends neither of these. Projects that run their own workers do.
consumer_started = Signal()
consumer_finished = Signal()

consumer_finished.connect(close_old_connections)

# Later ones log what a receiver raises.
_DJANGO_IS_SILENT = django.VERSION < (3, 2)


@functools.cache
def _lines() -> OncePerMinute:
    """Return what limits the lines about receivers that cannot be called."""
    from ._log import OncePerMinute  # noqa: PLC0415 # only for an error

    return OncePerMinute(logger)


def send_safely(signal: Signal, sender: Any, **named: Any) -> None:
    """Send *signal*, whatever its receivers do."""
    if not signal.receivers:
        return
    try:
        answers = signal.send_robust(sender, **named)
    except Exception as error:  # an async receiver
        warn = _lines().turn_of(id(signal))
        if warn:
            warn("A signal cannot be sent: %r. Receivers are plain functions.", error)
        return
    for receiver, answer in answers:
        if _DJANGO_IS_SILENT and isinstance(answer, Exception):
            logger.error("Error calling %s: %s", receiver, answer, exc_info=answer)
