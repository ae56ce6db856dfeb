"""
What `layers` is made of: the base class here, the in-memory layer, its queues.

The base is what layers have in common: rules for names, capacities, and the API.
"""

from __future__ import annotations

import fnmatch
import re
import warnings
from collections.abc import Mapping
from typing import Any, Optional

CapacityMap = Mapping[Any, int]
CompiledCapacities = list[tuple[re.Pattern[str], int]]


class BaseChannelLayer:
    """
    What channel layers have in common: rules for names, and capacities.

    Not every layer of another package calls ``__init__``, so no method may rely
    on attributes that only ``__init__`` sets.
    """

    MAX_NAME_LENGTH = 100

    def __init__(
        self,
        expiry: float = 60,
        capacity: int = 100,
        channel_capacity: Optional[CapacityMap] = None,
    ) -> None:
        self.expiry = expiry
        self.capacity = capacity
        self.channel_capacity: Any = channel_capacity or {}

    def compile_capacities(self, channel_capacity: CapacityMap) -> CompiledCapacities:
        """Return pairs of regex and capacity. Names are globs, regexes are kept."""
        compiled: CompiledCapacities = []
        for name, capacity in channel_capacity.items():
            is_regex = hasattr(name, "match")
            regex = name if is_regex else re.compile(fnmatch.translate(name))
            compiled.append((regex, capacity))
        return compiled

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
        """Return whether *name* is a str that is short enough."""
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
        """Do the same as ``require_valid_channel_name()``, by a deprecated name."""
        warnings.warn(
            "valid_channel_name is deprecated, use require_valid_channel_name instead.",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.require_valid_channel_name(channel_name, receive=receive)

    def valid_group_name(self, group_name: Any) -> bool:
        """Do the same as ``require_valid_group_name()``, by a deprecated name."""
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
        """Return a new channel name, for one consumer."""
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
