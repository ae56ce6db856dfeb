"""
Errors that people meet, their causes and what to write: one table.

It is also the page docs/troubleshooting.md, which a test compares with it.
"""

from __future__ import annotations

from . import applications, consumers

#: Where two entries fit the same words, the first of them counts.
ENTRIES = applications.ENTRIES + consumers.ENTRIES
