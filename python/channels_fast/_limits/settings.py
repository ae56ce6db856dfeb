"""What a consumer has set, and what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Callable, NamedTuple, Optional

from django.core.exceptions import ImproperlyConfigured

from ..utils import name_that_thing

#: What ``disconnect_policy`` may be.
POLICIES = ("queue", "cancel", "concurrent")

#: The close code of each limit: 4000 and the status of HTTP that means the same. Daphne
#: sends no other codes than 1000 and those from 3000 on.
CLOSE_CODES = {
    "max_message_size": 4413,
    "max_messages_per_second": 4429,
    "handler_timeout": 4503,
    "idle_timeout": 4408,
}


class Limits(NamedTuple):
    """The settings of one consumer, by the names of its attributes."""

    max_concurrency: int = 1
    disconnect_policy: str = "queue"
    max_message_size: Optional[int] = None
    max_messages_per_second: Optional[float] = None
    message_burst: Optional[int] = None
    handler_timeout: Optional[float] = None
    idle_timeout: Optional[float] = None
    limit_close_codes: Mapping[str, int] = {}

    def close_code(self, name: str) -> int:
        """Return the code that closes a connection at the limit *name*."""
        return self.limit_close_codes.get(name, CLOSE_CODES[name])


DEFAULTS = Limits()

#: What counts for a scope of a type. For all others there is no client.
_COUNTS = {
    "websocket": set(Limits._fields),
    "http": {"max_message_size", "handler_timeout", "limit_close_codes"},
}
_COUNTS_WITHOUT_CLIENT = {"max_concurrency", "handler_timeout", "limit_close_codes"}


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_amount(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and 0 < value < math.inf


def _is_policy(value: Any) -> bool:
    return value in POLICIES


def _are_codes(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        name in CLOSE_CODES and _is_count(code) and 1000 <= code <= 4999
        for name, code in value.items()
    )


_COUNT = (_is_count, "a positive integer")
_AMOUNT = (_is_amount, "a positive number")
_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "max_concurrency": _COUNT,
    "disconnect_policy": (_is_policy, f"one of {', '.join(map(repr, POLICIES))}"),
    "max_message_size": _COUNT,
    "max_messages_per_second": _AMOUNT,
    "message_burst": _COUNT,
    "handler_timeout": _AMOUNT,
    "idle_timeout": _AMOUNT,
    "limit_close_codes": (
        _are_codes,
        f"a mapping of {', '.join(CLOSE_CODES)} to codes from 1000 to 4999",
    ),
}


def read(consumer: Any) -> Limits:
    """
    Return the settings of a consumer, or of a class of consumers.

    Raises:
        ImproperlyConfigured: One of them has a value that it cannot have.
    """
    limits = DEFAULTS._replace(
        **{name: _read_one(consumer, name) for name in Limits._fields}
    )
    _check_together(consumer, limits)
    return limits


def check_scope(consumer: Any, limits: Limits, scope_type: str) -> None:
    """
    Refuse what has no effect where *consumer* is used.

    Raises:
        ImproperlyConfigured: Something is set that scopes of *scope_type* do not have.
    """
    counts = _COUNTS.get(scope_type, _COUNTS_WITHOUT_CLIENT)
    for name, value in limits._asdict().items():
        if name not in counts and value != getattr(DEFAULTS, name):
            raise _wrong(consumer, name, f"has no effect for {scope_type!r}")


def _read_one(consumer: Any, name: str) -> Any:
    default = getattr(DEFAULTS, name)
    value = getattr(consumer, name, default)
    if callable(value) or hasattr(value, "__get__"):
        # A handler of the project for messages such as "idle.timeout", or a property
        # that only an instance can evaluate.
        return default
    is_right, description = _RULES[name]
    if value != default and not is_right(value):
        raise _wrong(consumer, name, f"is {value!r}: it has to be {description}")
    return value


def _check_together(consumer: Any, limits: Limits) -> None:
    if limits.message_burst and not limits.max_messages_per_second:
        raise _wrong(
            consumer, "message_burst", "has no effect without max_messages_per_second"
        )
    if not consumer._sync:
        return
    why = "the handlers of a sync consumer share one thread and run one after another"
    if limits.max_concurrency > 1:
        raise _wrong(consumer, "max_concurrency", f"cannot be more than 1: {why}")
    if limits.disconnect_policy == "concurrent":
        raise _wrong(consumer, "disconnect_policy", f"cannot be 'concurrent': {why}")


def _wrong(consumer: Any, name: str, text: str) -> ImproperlyConfigured:
    kind = consumer if isinstance(consumer, type) else type(consumer)
    return ImproperlyConfigured(f"{name_that_thing(kind)}.{name} {text}.")
