"""
Channel layers: how consumers reach each other, by channel and by group.

The names of channels and groups, and the promises about capacity and expiry,
are those of the channel layer specification of Channels.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import decimal
import fnmatch
import functools
import heapq
import math
import pickle
import random
import re
import time
import uuid
import warnings
from binascii import b2a_base64
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from . import DEFAULT_CHANNEL_LAYER
from ._queue import ChannelQueue
from ._settings import find_setting
from .exceptions import ChannelFull, InvalidChannelLayerError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Callable

    CapacityMap = Mapping[Any, int]
    CompiledCapacities = list[tuple[re.Pattern[str], int]]


class ChannelLayerManager:
    """Make channel layers from the ``CHANNEL_LAYERS`` setting, each when needed."""

    def __init__(self) -> None:
        self.backends: dict[str, BaseChannelLayer] = {}
        setting_changed.connect(self._reset_backends)

    def _reset_backends(self, setting: str, **kwargs: Any) -> None:
        """Forget all layers when a test changes the setting."""
        if setting == "CHANNEL_LAYERS":
            self.backends = {}

    @property
    def configs(self) -> dict[str, Any]:
        """The setting as it is now; an empty dict if there is none."""
        return find_setting("CHANNEL_LAYERS", {})  # type: ignore[no-any-return] # a setting

    def make_backend(self, name: str) -> BaseChannelLayer:
        """
        Return a new layer for the alias *name*.

        Raises:
            InvalidChannelLayerError: The entry cannot be used.
            KeyError: There is no such alias.
        """
        return self._make_backend(name, self.configs[name].get("CONFIG", {}))

    def make_test_backend(self, name: str) -> BaseChannelLayer:
        """
        Return a new layer for the alias *name*, with its ``TEST_CONFIG``.

        Raises:
            InvalidChannelLayerError: The entry cannot be used.
        """
        try:
            config = self.configs[name]["TEST_CONFIG"]
        except KeyError:
            raise InvalidChannelLayerError(
                f"No TEST_CONFIG specified for {name}"
            ) from None
        return self._make_backend(name, config)

    def _make_backend(self, name: str, config: Mapping[str, Any]) -> BaseChannelLayer:
        entry = self.configs[name]
        if "ROUTING" in entry:
            raise InvalidChannelLayerError(
                f"ROUTING key found for {name} - "
                "this is no longer needed in Channels 2."
            )
        try:
            path = entry["BACKEND"]
        except KeyError:
            raise InvalidChannelLayerError(f"No BACKEND specified for {name}") from None
        try:
            backend_class = import_string(path)
        except ImportError as error:
            raise InvalidChannelLayerError(
                f"Cannot import BACKEND {path!r} specified for {name}"
            ) from error
        return backend_class(**config)  # type: ignore[no-any-return] # what the setting names

    def __getitem__(self, key: str) -> BaseChannelLayer:
        if key not in self.backends:
            self.backends[key] = self.make_backend(key)
        return self.backends[key]

    def __contains__(self, key: object) -> bool:
        return key in self.configs

    def set(self, key: str, layer: BaseChannelLayer) -> BaseChannelLayer | None:
        """Put *layer* under an alias and return what was there, or None."""
        old = self.backends.get(key)
        self.backends[key] = layer
        return old


class BaseChannelLayer:
    """
    What channel layers have in common: rules for names, and capacities.

    Layers of other packages do not all call ``__init__`` here, so no method may
    need anything but the attributes that such a layer sets itself.
    """

    MAX_NAME_LENGTH = 100

    def __init__(
        self,
        expiry: float = 60,
        capacity: int = 100,
        channel_capacity: CapacityMap | None = None,
    ) -> None:
        self.expiry = expiry
        self.capacity = capacity
        self.channel_capacity: Any = channel_capacity or {}

    def compile_capacities(self, channel_capacity: CapacityMap) -> CompiledCapacities:
        """Return pairs of regex and capacity. Names are globs, regexes are kept."""
        return [
            (
                pattern
                if hasattr(pattern, "match")
                else re.compile(fnmatch.translate(pattern)),
                capacity,
            )
            for pattern, capacity in channel_capacity.items()
        ]

    def get_capacity(self, channel: str) -> int:
        """Return the capacity of the first pattern that fits, or the default."""
        if isinstance(self.channel_capacity, dict):
            if not self.channel_capacity:
                return self.capacity
            self.channel_capacity = self.compile_capacities(self.channel_capacity)
        for pattern, capacity in self.channel_capacity:
            if pattern.match(channel):
                return int(capacity)
        return self.capacity

    # Names. `\d` and `\w` are Unicode and `$` allows a final newline: looser than
    # the message says, but a name that Channels accepts is accepted here.

    channel_name_regex = re.compile(r"^[a-zA-Z\d\-_.]+(\![\d\w\-_.]*)?$")
    group_name_regex = re.compile(r"^[a-zA-Z\d\-_.]+$")
    invalid_name_error = (
        "{} name must be a valid unicode string "
        f"with length < {MAX_NAME_LENGTH} "
        "containing only ASCII alphanumerics, hyphens, underscores, or periods."
    )

    def match_type_and_length(self, name: Any) -> bool:
        """Tell if *name* is a str that is short enough."""
        return isinstance(name, str) and len(name) < self.MAX_NAME_LENGTH

    def require_valid_channel_name(self, name: Any, receive: bool = False) -> bool:
        """
        Return True for a valid channel name.

        Raises:
            TypeError: The name is not valid, or *receive* is set and it names
                one process's part of a channel.
        """
        if not (
            self.match_type_and_length(name) and self.channel_name_regex.match(name)
        ):
            raise TypeError(self.invalid_name_error.format("Channel"))
        if receive and "!" in name and not name.endswith("!"):
            raise TypeError("Specific channel names in receive() must end at the !")
        return True

    def require_valid_group_name(self, name: Any) -> bool:
        """
        Return True for a valid group name.

        Raises:
            TypeError: The name is not valid.
        """
        if not (self.match_type_and_length(name) and self.group_name_regex.match(name)):
            raise TypeError(self.invalid_name_error.format("Group"))
        return True

    def valid_channel_names(self, names: Any, receive: bool = False) -> bool:
        """
        Return True for a list of valid channel names.

        Raises:
            AssertionError: *names* is empty or not a list.
            TypeError: A name is not valid.
        """
        assert names, "names must be a non-empty list"
        assert isinstance(names, list), "names must be a non-empty list"
        for name in names:
            self.require_valid_channel_name(name, receive=receive)
        return True

    def non_local_name(self, name: str) -> str:
        """Return *name* up to its "!", or the whole of a name without one."""
        head, mark, _ = name.partition("!")
        return head + mark

    def valid_channel_name(self, channel_name: Any, receive: bool = False) -> bool:
        """Deprecated name of ``require_valid_channel_name()``."""
        warnings.warn(
            "valid_channel_name is deprecated, use require_valid_channel_name instead.",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.require_valid_channel_name(channel_name, receive=receive)

    def valid_group_name(self, group_name: Any) -> bool:
        """Deprecated name of ``require_valid_group_name()``."""
        warnings.warn(
            "valid_group_name is deprecated, use require_valid_group_name instead.",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.require_valid_group_name(group_name)

    # The API of a layer. "groups" and "flush" are extensions.

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        """Send *message* to one channel."""
        raise NotImplementedError("send() should be implemented in a channel layer")

    async def receive(self, channel: str) -> dict[str, Any]:
        """Return the next message of a channel; wait if there is none."""
        raise NotImplementedError("receive() should be implemented in a channel layer")

    async def new_channel(self) -> str:
        """Return a channel name that nobody else has."""
        raise NotImplementedError(
            "new_channel() should be implemented in a channel layer"
        )

    async def flush(self) -> None:
        """Drop all messages and groups."""
        raise NotImplementedError("flush() not implemented (flush extension)")

    async def group_add(self, group: str, channel: str) -> None:
        """Make a channel a member of a group."""
        raise NotImplementedError("group_add() not implemented (groups extension)")

    async def group_discard(self, group: str, channel: str) -> None:
        """End the membership of a channel."""
        raise NotImplementedError("group_discard() not implemented (groups extension)")

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send *message* to every member of a group."""
        raise NotImplementedError("group_send() not implemented (groups extension)")


# A value of one of these types is its own copy.
_IMMUTABLE = frozenset(
    {
        str,
        int,
        float,
        bool,
        bytes,
        type(None),
        uuid.UUID,
        decimal.Decimal,
        datetime.date,
        datetime.datetime,
        datetime.timedelta,
    }
)


def _is_flat(message: dict[str, Any]) -> bool:
    """Tell if a shallow copy of *message* is as good as a deep one."""
    return (
        type(message) is dict
        and _IMMUTABLE.issuperset(map(type, message.values()))
        and _IMMUTABLE.issuperset(map(type, message))
    )


def _is_plain(value: Any, levels: int = 20) -> bool:
    """
    Tell if *value* is made of dicts, lists and immutable values only.

    A value with more than *levels* levels is not, which ends loops as well.
    """
    kind = type(value)
    if kind in _IMMUTABLE:
        return True
    if not levels or kind not in (dict, list):
        return False
    if kind is dict and not _IMMUTABLE.issuperset(map(type, value)):
        return False
    return all(
        _is_plain(item, levels - 1)
        for item in (value.values() if kind is dict else value)
    )


def _copier(message: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """Return a function that gives a copy of *message* to each receiver."""
    if _is_flat(message):
        return message.copy
    if _is_plain(message):
        # PERF: `deepcopy` is Python code, unpickling is not. For plain values
        # both give the same.
        return functools.partial(pickle.loads, pickle.dumps(message, -1))
    return functools.partial(deepcopy, message)


_TO_LETTERS = bytes.maketrans(b"0123456789+/", b"abcdefghijkl")


class InMemoryChannelLayer(BaseChannelLayer):
    """
    A channel layer inside one process, for development and tests.

    Args:
        expiry: Seconds after which an unread message is dropped. Its channel
            leaves all groups then.
        group_expiry: Seconds after which a membership ends.
        capacity: Messages that a channel holds before it is full.
        channel_capacity: Other capacities, by channel name, glob or regex.
    """

    extensions = ["groups", "flush"]

    def __init__(
        self,
        expiry: float = 60,
        group_expiry: float = 86400,
        capacity: int = 100,
        channel_capacity: CapacityMap | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            expiry=expiry,
            capacity=capacity,
            channel_capacity=channel_capacity,
            **kwargs,
        )
        self.group_expiry = group_expiry
        self._reset()

    def _reset(self) -> None:
        self.channels: dict[str, ChannelQueue] = {}
        self.groups: dict[str, dict[str, float]] = {}
        # When to look at which channel. A channel with messages has an entry
        # that is due no later than its first message. So cleaning up takes the
        # head of a heap, and need not walk all channels.
        self._due: list[tuple[float, str]] = []
        # The earliest entry of each channel. Entries without a place here are
        # out of date and count for nothing.
        self._watched: dict[str, float] = {}
        # No member of any group joined before this.
        self._first_join = math.inf

    async def new_channel(self, prefix: str = "specific.") -> str:
        """Return a channel name that nobody else has."""
        # PERF: base64 makes twelve characters at a fifth of the price of twelve
        # choices. What is no letter in it becomes one.
        noise = random.getrandbits(72).to_bytes(9, "big")
        letters = b2a_base64(noise, newline=False).translate(_TO_LETTERS).decode()
        return f"{prefix}.inmemory!{letters}"

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        """
        Send a copy of *message* to one channel.

        Raises:
            ChannelFull: The channel holds as many messages as it may.
            TypeError: The name is not valid.
            AssertionError: *message* is not a dict, or has a reserved key.
        """
        assert isinstance(message, dict), "message is not a dict"
        self.require_valid_channel_name(channel)
        assert "__asgi_channel__" not in message
        self._put(channel, time.time() + self.expiry, _copier(message)())

    def _put(self, channel: str, expires: float, message: dict[str, Any]) -> None:
        queue = self.channels.get(channel) or self._queue(channel)
        try:
            queue.put_nowait((expires, message))
        except asyncio.QueueFull:
            raise ChannelFull(channel) from None
        # A consumer that waits has taken it already.
        if queue._queue:
            self._watch(channel, expires)

    def _queue(self, channel: str, used: ChannelQueue | None = None) -> ChannelQueue:
        """Return the queue of a channel. A new one may be one that was *used*."""
        queue = self.channels.get(channel)
        if queue is None:
            capacity = self.get_capacity(channel)
            if used is None or not used.unused() or used.maxsize != capacity:
                used = ChannelQueue(maxsize=capacity)
            queue = self.channels[channel] = used
        return queue

    async def receive(self, channel: str) -> dict[str, Any]:
        """
        Return the next message of a channel; wait if there is none.

        If several wait on one channel, each message goes to one of them.

        Raises:
            TypeError: The name is not valid.
        """
        self.require_valid_channel_name(channel)
        self._clean_expired()
        queue = self._queue(channel)
        try:
            _, message = await queue.get()
        finally:
            self._drop_if_unused(channel, queue)
        return message  # type: ignore[no-any-return] # a queue of pairs

    def _drop_if_unused(self, channel: str, queue: ChannelQueue) -> None:
        # After a flush the channel may have another queue with messages in it.
        if queue.unused() and self.channels.get(channel) is queue:
            del self.channels[channel]

    # Expiry

    def _watch(self, channel: str, expires: float) -> None:
        """See that the channel is looked at when a message of it expires."""
        due = self._watched.get(channel)
        if due is None or expires < due:
            self._watched[channel] = expires
            heapq.heappush(self._due, (expires, channel))

    def _clean_expired(self) -> None:
        """
        Drop expired messages and memberships.

        A channel that had an expired message leaves all groups.
        """
        now = time.time()
        if self._due and self._due[0][0] < now:
            self._expire_messages(now)
        # Full seconds, so members are walked at most once a second.
        joined_before = int(now) - self.group_expiry
        if self._first_join < joined_before:
            self._expire_memberships(joined_before)

    def _expire_messages(self, now: float) -> None:
        unread = set()
        while self._due and self._due[0][0] < now:
            due, channel = heapq.heappop(self._due)
            if self._watched.get(channel) != due:
                continue
            del self._watched[channel]
            queue = self.channels.get(channel)
            if queue is None:
                continue
            while not queue.empty() and _head(queue) < now:
                queue.get_nowait()
                unread.add(channel)
            if not queue.empty():
                self._watch(channel, _head(queue))
            self._drop_if_unused(channel, queue)
        if unread:
            self._leave_groups(unread)

    def _expire_memberships(self, joined_before: float) -> None:
        first = math.inf
        for group, members in list(self.groups.items()):
            for channel, joined in list(members.items()):
                # A false value means a membership without end.
                if joined and joined < joined_before:
                    del members[channel]
                elif joined:
                    first = min(first, joined)
            if not members:
                del self.groups[group]
        self._first_join = first

    def _leave_groups(self, channels: set[str]) -> None:
        for group, members in list(self.groups.items()):
            for channel in channels & members.keys():
                del members[channel]
            if not members:
                del self.groups[group]

    def _remove_from_groups(self, channel: str) -> None:
        """End all memberships of a channel."""
        self._leave_groups({channel})

    # Extensions

    async def flush(self) -> None:
        """Drop all messages and groups."""
        self._reset()

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""

    async def group_add(self, group: str, channel: str) -> None:
        """
        Make a channel a member of a group, or renew its membership.

        Raises:
            TypeError: A name is not valid.
        """
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        now = time.time()
        self.groups.setdefault(group, {})[channel] = now
        self._first_join = min(self._first_join, now)

    async def group_discard(self, group: str, channel: str) -> None:
        """
        End the membership of a channel, if there is one.

        Raises:
            TypeError: A name is not valid.
        """
        self.require_valid_channel_name(channel)
        self.require_valid_group_name(group)
        members = self.groups.get(group)
        if members is not None:
            members.pop(channel, None)
            if not members:
                del self.groups[group]

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """
        Send a copy of *message* to every member; members that are full miss it.

        Raises:
            TypeError: The name is not valid.
            AssertionError: *message* is not a dict, or has a reserved key.
        """
        assert isinstance(message, dict), "Message is not a dict"
        self.require_valid_group_name(group)
        self._clean_expired()
        members = self.groups.get(group)
        if not members:
            return
        if getattr(self.send, "__func__", None) is not _own_send:
            # A subclass or a test has its own idea of sending.
            for channel in list(members):
                with contextlib.suppress(ChannelFull):
                    await self.send(channel, message)
            return
        assert "__asgi_channel__" not in message
        expires = time.time() + self.expiry
        copy = _copier(message)
        for channel in members:
            # PERF: `suppress` costs a third of what sending to one member does.
            try:
                self._put(channel, expires, copy())
            except ChannelFull:
                continue
        # Whoever sends in a loop must let the members read.
        await asyncio.sleep(0)


_own_send = InMemoryChannelLayer.send


def _head(queue: ChannelQueue) -> float:
    """Return when the first message of a queue that is not empty expires."""
    return queue._queue[0][0]


def get_channel_layer(alias: str = DEFAULT_CHANNEL_LAYER) -> BaseChannelLayer | None:
    """Return the layer of *alias*, or None if it is not configured."""
    # PERF: consumers come here for each connection. In a project without layers the
    # error on the way would cost more than all the rest.
    if type(channel_layers) is ChannelLayerManager:
        layer = channel_layers.backends.get(alias)
        if layer is not None or alias not in channel_layers.configs:
            return layer
    try:
        return channel_layers[alias]
    except KeyError:
        return None


channel_layers = ChannelLayerManager()
