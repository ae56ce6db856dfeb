"""Lines of a log that a client can cause: few of them, short, and harmless."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Hashable

_SECONDS = 60
_MOST_KINDS = 100
_LONGEST = 200

#: Stands for every kind beyond the most that are told apart in one minute.
_OTHERS = object()


class OncePerMinute:
    """
    Has one line a minute for each kind of what clients cause, in the log of *logger*.

    A client decides how many lines there would be and of how many kinds, so both are
    limited: beyond so many kinds in one minute, all others count as one.
    """

    def __init__(self, logger: logging.Logger) -> None:
        self.logger = logger
        self._lock = threading.Lock()
        self._ends = 0.0
        # How often each kind came, in this minute and in the last one that had any.
        self._counts: dict[Hashable, int] = {}
        self._before: dict[Hashable, int] = {}

    def turn_of(self, kind: Hashable) -> Optional[Callable[..., None]]:
        """Return what writes a warning as a logger does, or None to leave it out."""
        left_out = self._left_out(kind)
        if left_out is None:
            return None

        def warn(text: str, *arguments: Any) -> None:
            if left_out:
                text += " (%d more like this were left out before.)"
                arguments = (*arguments, left_out)
            self.logger.warning(text, *arguments)

        return warn

    def _left_out(self, kind: Hashable) -> Optional[int]:
        """Return how many were left out before this one, None if this one is too."""
        now = time.monotonic()
        with self._lock:
            if now >= self._ends:
                self._ends = now + _SECONDS
                self._counts, self._before = {}, self._counts
            if kind not in self._counts and len(self._counts) >= _MOST_KINDS:
                kind = _OTHERS
            self._counts[kind] = self._counts.get(kind, 0) + 1
            if self._counts[kind] > 1:
                return None
            return max(self._before.pop(kind, 0) - 1, 0)


def brief(value: Any) -> str:
    """
    Return the ``repr()`` of what a client has sent, shortened, for a log or a reply.

    It has no line break and no control character.
    """
    text = repr(value[:_LONGEST] if isinstance(value, (str, bytes)) else value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
