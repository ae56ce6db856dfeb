"""
Signals: of each connection, and two of Channels 3.

Receivers are plain functions, called with keyword arguments in the thread of the event
loop. What one of them raises is logged and disturbs no connection. A connection that
begins while nobody listens sends none.
"""

from __future__ import annotations

from django.dispatch import Signal

from .db import close_old_connections

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
