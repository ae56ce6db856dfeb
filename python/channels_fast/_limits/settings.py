"""What a consumer has set, and what is wrong with it."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured

from ..limits import Limits
from ..utils import name_that_thing

#: What ``disconnect_policy`` may be.
POLICIES = ("queue", "cancel", "concurrent")


class Settings(NamedTuple):
    """The settings of one consumer, by the names of its attributes."""

    max_concurrency: int = 1
    disconnect_policy: str = "queue"
    limits: Limits = Limits()

    def by_name(self) -> dict[str, Any]:
        """Return each value, by the name that it has in a consumer."""
        limits = {f"limits.{name}": value for name, value in vars(self.limits).items()}
        values = {**self._asdict(), **limits}
        del values["limits"]
        return values


DEFAULTS = Settings()

#: What counts for a scope of a type. For all others there is no client.
_COUNTS = {
    "websocket": set(DEFAULTS.by_name()),
    "http": {"limits.max_message_size", "limits.handler_timeout", "limits.close_codes"},
}
_COUNTS_WITHOUT_CLIENT = {
    "max_concurrency",
    "limits.handler_timeout",
    "limits.close_codes",
}


def read(kind: type[Any]) -> Settings:
    """
    Return the settings of the consumers of a class.

    Raises:
        ImproperlyConfigured: One of them has a value that it cannot have.
    """
    settings = Settings(*(_read_one(kind, name) for name in Settings._fields))
    _check(kind, settings)
    return settings


def check_scope(kind: type[Any], settings: Settings, scope_type: str) -> None:
    """
    Refuse what has no effect where a consumer is used.

    Raises:
        ImproperlyConfigured: Something is set that scopes of *scope_type* do not have.
    """
    counts = _COUNTS.get(scope_type, _COUNTS_WITHOUT_CLIENT)
    defaults = DEFAULTS.by_name()
    for name, value in settings.by_name().items():
        if name not in counts and value != defaults[name]:
            raise _wrong(kind, name, f"has no effect for {scope_type!r}")


def _read_one(kind: type[Any], name: str) -> Any:
    """Return a value, or the default for what a project means by the same name."""
    # A property of a project may do anything, so it is not asked.
    value = inspect.getattr_static(kind, name)
    if name == "limits":
        is_ours = type(value) is Limits
    else:
        is_ours = not callable(value) and not hasattr(value, "__get__")
    return value if is_ours else getattr(DEFAULTS, name)


def _check(kind: type[Any], settings: Settings) -> None:
    number, policy, _ = settings
    if number != 1 and not (isinstance(number, int) and number > 1):
        text = f"is {number!r}: it has to be a positive integer"
        raise _wrong(kind, "max_concurrency", text)
    if policy not in POLICIES:
        text = f"is {policy!r}: it has to be one of {', '.join(map(repr, POLICIES))}"
        raise _wrong(kind, "disconnect_policy", text)
    if not kind._sync:
        return
    why = "the handlers of a sync consumer share one thread and run one after another"
    if number > 1:
        raise _wrong(kind, "max_concurrency", f"cannot be more than 1: {why}")
    if policy == "concurrent":
        raise _wrong(kind, "disconnect_policy", f"cannot be 'concurrent': {why}")


def _wrong(kind: type[Any], name: str, text: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name_that_thing(kind)}.{name} {text}.")
