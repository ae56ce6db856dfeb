"""Channel layers of a package, as settings, as objects and as fixtures."""

from __future__ import annotations

import asyncio

import pytest

from ..conftest import OURS


def memory_layer(channels, **config):
    """Return a CHANNEL_LAYERS setting with the in-memory layer of a package."""
    backend = f"{channels!r}.layers.InMemoryChannelLayer"
    return {"default": {"BACKEND": backend, "CONFIG": config}}


def make(channels, **config):
    """Return an in-memory layer of a package."""
    return channels.layers.InMemoryChannelLayer(**config)


async def pending(layer, channel):
    """Tell if a receiver would have to wait."""
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(layer.receive(channel), 0.01)
    return True


@pytest.fixture(name="layer", params=["no layer", "memory layer", "foreign layer"])
def any_layer(request, channels, settings):
    """Run a test without a layer, with the in-memory layer, and with a foreign one."""
    if request.param == "memory layer":
        settings.CHANNEL_LAYERS = memory_layer(channels)
    elif request.param == "foreign layer":
        use_layer(channels, settings, foreign(channels))
    return request.param


@pytest.fixture(name="two_sources", params=["memory layer", "foreign layer"])
def any_second_source(request, channels, settings):
    if request.param == "memory layer":
        settings.CHANNEL_LAYERS = memory_layer(channels)
    else:
        use_layer(channels, settings, foreign(channels))
    return channels.layers.get_channel_layer()


def foreign(channels):
    """Return a layer whose ``receive()`` waits in a way of its own."""

    class Foreign(channels.layers.InMemoryChannelLayer):
        async def receive(self, channel):
            await asyncio.sleep(0)
            return await super().receive(channel)

    return Foreign()


def use_layer(channels, settings, made):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    channels.layers.channel_layers.set("default", made)


@pytest.fixture(name="channels")
def ours():
    """Give the fixtures above this package alone, for tests without the reference."""
    return OURS
