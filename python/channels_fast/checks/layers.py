"""System checks of channel layers, and of consumers that need one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Callable, Optional

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

from .._routes.names import name_of, source_of
from ..layers import BaseChannelLayer, InMemoryChannelLayer, channel_layers
from .written import Written, line_that_needs_a_layer, read

if TYPE_CHECKING:
    from ..consumer import AsyncConsumer

_IN_MEMORY = (
    "channels.layers.InMemoryChannelLayer",
    "channels_fast.layers.InMemoryChannelLayer",
)
_REDIS = "channels_redis.core.RedisChannelLayer"
_REDIS_PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
_EXAMPLE = (
    '{"BACKEND": "channels_redis.core.RedisChannelLayer", '
    '"CONFIG": {"hosts": [("localhost", 6379)]}}'
)


def check_layers(
    consumers: dict[type[AsyncConsumer], str],
) -> Iterator[checks.CheckMessage]:
    """Find layers that cannot be used, and groups that cannot be joined."""
    used = {consumer.channel_layer_alias for consumer in consumers}
    if not isinstance(channel_layers.configs, Mapping):
        yield _message(
            f"CHANNEL_LAYERS is {_kind(channel_layers.configs)} and no dictionary.",
            f'Write CHANNEL_LAYERS = {{"default": {_EXAMPLE}}}.',
            is_error=bool(used),
        )
        return
    layers: dict[str, Any] = {}
    for alias, entry in channel_layers.configs.items():
        try:
            layers[alias] = _layer(entry)
        except Exception as error:  # whatever a layer raises when it is made
            reason, hint = _explained(error)
            yield _message(
                f"The channel layer {alias!r} in CHANNEL_LAYERS cannot be used: "
                f"{reason}",
                hint,
                # Other parts of the project may know how to live without it.
                is_error=alias in used,
            )
    reading = functools.cache(read)
    for consumer, location in consumers.items():
        alias = consumer.channel_layer_alias
        if alias not in channel_layers.configs:
            yield from _without_layer(consumer, location, reading)
        elif layers.get(alias) is not None:
            yield from _with_layer(consumer, location, layers[alias])


def _message(text: str, hint: str, *, is_error: bool = True) -> checks.CheckMessage:
    level = checks.ERROR if is_error else checks.WARNING
    return checks.CheckMessage(level, text, hint=hint, id="channels_fast.E008")


class _WrongEntryError(Exception):
    """What is wrong with an entry, in words for people."""


def _kind(value: Any) -> str:
    # The value may have a password in it, and messages end in logs.
    return f"of type {type(value).__name__}"


def _explained(error: Exception) -> tuple[str, str]:
    """Return why an entry cannot be used, and what to do."""
    if isinstance(error, _WrongEntryError):
        return str(error), f"Write, for example, {_EXAMPLE}."
    hint = 'Correct "BACKEND" or "CONFIG" in CHANNEL_LAYERS.'
    if isinstance(error, ModuleNotFoundError):
        hint = f'Install the package that has {error.name!r}, or correct "BACKEND".'
    return f"{type(error).__name__}: {error}", hint


def _layer(entry: Any) -> Any:
    """
    Return what *entry* describes: a layer that does not connect yet, or its class.

    Raises:
        Exception: It cannot be used.
    """
    if not isinstance(entry, Mapping):
        raise _WrongEntryError(f"it is {_kind(entry)} and no dictionary.")
    if "ROUTING" in entry:
        raise _WrongEntryError('"ROUTING" is of Channels 1. Routes are in asgi.py.')
    backend, config = entry.get("BACKEND"), entry.get("CONFIG", {})
    if not isinstance(backend, str):
        raise _WrongEntryError('it has no "BACKEND", the dotted name of a class.')
    if not isinstance(config, Mapping):
        raise _WrongEntryError(f'its "CONFIG" is {_kind(config)} and no dictionary.')
    made = import_string(backend)
    if not callable(made):
        raise _WrongEntryError(f'the "BACKEND" {backend!r} is no class.')
    if not inspect.isclass(made):
        return None  # a function that returns a layer
    missing = [name for name in ("new_channel", "receive") if _lacks(made, name)]
    if missing:
        raise _WrongEntryError(
            f'the "BACKEND" {backend!r} is no channel layer: it has no '
            f"{' and no '.join(missing)}."
        )
    _check_arguments(made, config)
    hosts = config.get("hosts")
    if backend in (_REDIS, _REDIS_PUBSUB):
        _check_hosts(hosts)
    if backend in (_REDIS, *_IN_MEMORY):
        _check_values(config, is_redis=backend == _REDIS)
    # An iterator of hosts can be read only once, which is for the layer to do.
    is_list = hosts is None or isinstance(hosts, (list, tuple))
    if backend in (_REDIS, _REDIS_PUBSUB, *_IN_MEMORY) and is_list:
        return made(**config)
    return made


def _lacks(cls: type, name: str) -> bool:
    # A layer may hand on its methods from another one, as that of pub/sub does.
    return not hasattr(cls, name) and not hasattr(cls, "__getattr__")


def _check_arguments(made: Any, config: Mapping[str, Any]) -> None:
    try:
        signature = inspect.signature(made)
    except (TypeError, ValueError, NameError):  # the last one from its annotations
        return
    try:
        signature.bind(**config)
    except TypeError as error:
        known = ", ".join(signature.parameters)
        raise _WrongEntryError(
            f'its "CONFIG" does not fit: {error}. It takes {known}.'
        ) from None


def _check_values(config: Mapping[str, Any], *, is_redis: bool) -> None:
    for name in ("capacity", "expiry", "group_expiry"):
        value = config.get(name, 1)
        if is_redis and name == "expiry":
            value = int(value)  # as the layer does
        if not isinstance(value, (int, float)):
            raise _WrongEntryError(f'"{name}" is {value!r} and no number.')
        # A capacity of 0 is no limit in memory. In Redis every channel is full then.
        if value <= 0 and (is_redis or name != "capacity"):
            raise _WrongEntryError(f'"{name}" is {value!r}, so no message arrives.')
    for value in dict(config.get("channel_capacity") or {}).values():
        int(value)  # as layers do


def _check_hosts(hosts: Any) -> None:
    if not hosts:
        return  # the layer takes this machine
    if isinstance(hosts, (str, bytes, Mapping)):
        raise _WrongEntryError(f'"hosts" is {_kind(hosts)} and no list.')
    for number, host in enumerate(hosts if isinstance(hosts, (list, tuple)) else ()):
        address = host.get("address", "redis://") if isinstance(host, dict) else host
        is_url = isinstance(address, str) and ("://" in address or address[:1] == "/")
        if not is_url and not isinstance(address, (tuple, list)):
            raise _WrongEntryError(
                f'number {number} of "hosts" is neither a pair ("localhost", 6379) nor '
                'an address such as "redis://localhost:6379".'
            )


def _without_layer(
    consumer: type[AsyncConsumer],
    location: str,
    reading: Callable[[str], Optional[Written]],
) -> Iterator[checks.CheckMessage]:
    name, alias = consumer.__name__, consumer.channel_layer_alias
    if _groups_of(consumer):
        yield _message(
            f"{location}: {source_of(consumer)} has groups, but CHANNEL_LAYERS has no "
            f"{alias!r}.",
            "Every connection fails. Add the layer to CHANNEL_LAYERS, or name another "
            f"in {name}.channel_layer_alias.",
        )
        return
    written = reading(consumer.__module__)
    node = written and written.classes.get(consumer.__qualname__)
    line = node and line_that_needs_a_layer(node)
    if written and line and not hasattr(consumer, "channel_layer"):
        yield _message(
            f"{location}: {name_of(consumer)} uses self.channel_layer "
            f"({written.file}, line {line}), but CHANNEL_LAYERS has no {alias!r}, so "
            "it is None.",
            f"Add it, for example as {alias!r}: {_EXAMPLE}.",
            is_error=False,  # that line may be one that nothing comes to
        )


def _groups_of(consumer: type[AsyncConsumer]) -> Any:
    """Return the groups of *consumer*, if they are known before there is an object."""
    groups = getattr(consumer, "groups", None)
    return groups if isinstance(groups, (list, tuple, set, frozenset, str)) else ()


def _with_layer(
    consumer: type[AsyncConsumer], location: str, layer: Any
) -> Iterator[checks.CheckMessage]:
    groups = _groups_of(consumer)
    where = f"{location}: {source_of(consumer)}"
    cls = layer if inspect.isclass(layer) else type(layer)
    if not groups:
        return
    if isinstance(groups, str):
        yield _message(
            f"{where} has the groups {groups!r}, of which each letter counts as one.",
            f"Write groups = [{groups!r}].",
        )
    elif _lacks(cls, "group_add") or (
        getattr(cls, "group_add", None) is BaseChannelLayer.group_add
    ):
        yield _message(
            f"{where} has groups, but {name_of(cls)}, its channel layer, has none.",
            "Every connection fails. Name a layer with groups in "
            f"{consumer.__name__}.channel_layer_alias.",
        )
    elif layer is not cls and hasattr(cls, "require_valid_group_name"):
        for group in groups:
            reason = _refusal(layer, group)
            if reason:
                yield _message(
                    f"{where} has the group {group!r}, which is no valid name.",
                    f"Every connection fails. {reason}",
                )


def _refusal(layer: Any, group: Any) -> Optional[str]:
    try:
        layer.require_valid_group_name(group)
    except TypeError as error:
        return str(error)
    return None


def check_layers_for_deployment() -> Iterator[checks.CheckMessage]:
    """Find layers in the memory of one process, which production rarely has."""
    entries = channel_layers.configs
    if settings.DEBUG or not isinstance(entries, Mapping):
        return
    for alias, entry in entries.items():
        backend = str(entry.get("BACKEND", "")) if isinstance(entry, Mapping) else ""
        if backend.endswith(f".{InMemoryChannelLayer.__name__}"):
            yield checks.Warning(
                f"The channel layer {alias!r} is in the memory of one process.",
                hint="A group in it has no members of other processes. "
                "channels_redis.core.RedisChannelLayer reaches them.",
                id="channels_fast.W010",
            )
