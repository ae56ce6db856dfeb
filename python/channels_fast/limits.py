"""The limits that a consumer may set for its clients and handlers: docs/limits.md."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, final

from django.core.exceptions import ImproperlyConfigured

#: The close code of each limit: 4000 and the status of HTTP that means the same. Daphne
#: sends no other codes than 1000 and those from 3000 on.
CLOSE_CODES = {
    "max_message_size": 4413,
    "max_messages_per_second": 4429,
    "handler_timeout": 4503,
    "idle_timeout": 4408,
}


@final
@dataclass(frozen=True)
class Limits:
    """
    What a consumer has as its ``limits``. An argument that is not given limits nothing.

    ::

        class ChatConsumer(AsyncWebsocketConsumer):
            limits = Limits(max_message_size=64_000, idle_timeout=60)

    Args:
        max_message_size: The bytes of a message, or of the body of a request.
        max_messages_per_second: How many a client may send in the long run.
        message_burst: How many at once. As many as in a second, if not given.
        handler_timeout: The seconds that a handler may take.
        idle_timeout: The seconds that a client may say nothing.
        close_codes: The codes that close a connection, by the names of these arguments.

    Raises:
        ImproperlyConfigured: An argument has a value that it cannot have.
    """

    max_message_size: Optional[int] = None
    max_messages_per_second: Optional[float] = None
    message_burst: Optional[int] = None
    handler_timeout: Optional[float] = None
    idle_timeout: Optional[float] = None
    close_codes: Mapping[str, int] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for name in ("max_message_size", "message_burst"):
            self._check(name, _is_count, "a positive integer, or None")
        for name in ("max_messages_per_second", "handler_timeout", "idle_timeout"):
            self._check(name, _is_amount, "a positive number, or None")
        codes = f"a mapping of {', '.join(CLOSE_CODES)} to codes from 1000 to 4999"
        self._check("close_codes", _are_codes, codes)
        if self.message_burst and not self.max_messages_per_second:
            raise ImproperlyConfigured(
                f"Limits(message_burst={self.message_burst!r}) has no effect without "
                "max_messages_per_second. Give that too."
            )
        # A mapping that the project changes later does not change this.
        object.__setattr__(self, "close_codes", dict(self.close_codes))

    def _check(self, name: str, is_right: Any, description: str) -> None:
        value = getattr(self, name)
        if not is_right(value):
            raise ImproperlyConfigured(
                f"Limits({name}={value!r}) is wrong. Write {name} as {description}."
            )


def _is_count(value: Any) -> bool:
    return value is None or (isinstance(value, int) and _is_amount(value))


def _is_amount(value: Any) -> bool:
    if value is None:
        return True
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and 0 < value < math.inf


def _are_codes(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        name in CLOSE_CODES and isinstance(code, int) and 1000 <= code <= 4999
        for name, code in value.items()
    )
