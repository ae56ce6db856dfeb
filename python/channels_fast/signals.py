"""
Signals of Channels 3.

Channels itself sends neither of them. Projects that run their own workers do.
"""

from __future__ import annotations

from django.dispatch import Signal

from .db import close_old_connections

consumer_started = Signal()
consumer_finished = Signal()

consumer_finished.connect(close_old_connections)
