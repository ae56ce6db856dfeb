"""
Channel layers: how consumers reach each other, by channel and by group.

The names of channels and groups, and the promises about capacity and expiry,
are those of the channel layer specification of Channels.
"""

from __future__ import annotations

import time  # tests of projects patch "channels.layers.time.time"
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Optional

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from . import DEFAULT_CHANNEL_LAYER
from ._layers import BaseChannelLayer
from .exceptions import ChannelFull, InvalidChannelLayerError

if TYPE_CHECKING:
    from ._layers.memory import InMemoryChannelLayer

__all__ = [
    "DEFAULT_CHANNEL_LAYER",
    "BaseChannelLayer",
    "ChannelFull",
    "ChannelLayerManager",
    "InMemoryChannelLayer",
    "InvalidChannelLayerError",
    "channel_layers",
    "get_channel_layer",
    "import_string",
    "setting_changed",
    "settings",
    "time",
]

# This is where it is imported from. What is pickled or shown has to say so.
BaseChannelLayer.__module__ = __name__


if not TYPE_CHECKING:  # a type checker would believe any name

    def __getattr__(name: str) -> Any:
        if name == "InMemoryChannelLayer":
            # Projects with more than one process have another layer.
            from ._layers.memory import InMemoryChannelLayer  # noqa: PLC0415 # see above

            return InMemoryChannelLayer
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


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
        return getattr(settings, "CHANNEL_LAYERS", {})

    def make_backend(self, name: str) -> BaseChannelLayer:
        """
        Return a new layer for the alias *name*.

        Raises:
            InvalidChannelLayerError: The entry cannot be used.
            KeyError: There is no such alias.
        """
        return self._make_backend(name, self.configs[name].get("CONFIG", {}))

    def make_test_backend(self, name: str) -> BaseChannelLayer:
        """Return a new layer for the alias *name*, with its ``TEST_CONFIG``."""
        try:
            config = self.configs[name]["TEST_CONFIG"]
        except KeyError:
            text = f"No TEST_CONFIG specified for {name}"
            raise InvalidChannelLayerError(text) from None
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
            # Another thread may have made it meanwhile. All have to use the same one.
            return self.backends.setdefault(key, self.make_backend(key))
        return self.backends[key]

    def __contains__(self, key: object) -> bool:
        return key in self.configs

    def set(self, key: str, layer: BaseChannelLayer) -> Optional[BaseChannelLayer]:
        """Put *layer* under an alias and return what was there, or None."""
        old = self.backends.get(key)
        self.backends[key] = layer
        return old


def get_channel_layer(alias: str = DEFAULT_CHANNEL_LAYER) -> Optional[BaseChannelLayer]:
    """Return the layer of *alias*, or None if it is not configured."""
    try:
        return channel_layers[alias]
    except KeyError:
        return None


channel_layers = ChannelLayerManager()
