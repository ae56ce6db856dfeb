"""The channel layers of the project, and whether a message gets through them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ..layers import channel_layers

#: What stands for an alias, if the whole setting is wrong.
SETTING = "CHANNEL_LAYERS"


@dataclass
class LayerReport:
    """What is known of one entry of ``CHANNEL_LAYERS``."""

    alias: str
    backend: str
    #: Why it cannot be made, or why no message got through.
    error: Optional[str] = None
    #: Whether a message was sent and received.
    connected: bool = False


def look_at_layers(seconds: Optional[float]) -> list[LayerReport]:
    """
    Make each layer; send a message through it, if *seconds* for that are given.

    Nothing that is in the layer is read or removed.
    """
    configs: Any = channel_layers.configs
    if not isinstance(configs, Mapping):
        # It may have a password in it, and reports are passed on.
        error = f"it is of type {type(configs).__name__} and no dict"
        return [LayerReport(SETTING, "", error)]
    reports = []
    for alias, entry in configs.items():
        backend = entry.get("BACKEND") if isinstance(entry, dict) else None
        report = LayerReport(alias, str(backend or ""))
        try:
            # Not that of the process, whose connections may be of another loop.
            layer = channel_layers.make_backend(alias)
            if seconds is not None:
                asyncio.run(_send_and_receive(layer, seconds))
                report.connected = True
        except asyncio.TimeoutError:
            report.error = f"no message came through within {seconds:g} seconds"
        except Exception as error:  # the settings may name any class
            report.error = f"{type(error).__name__}: {error}"
        reports.append(report)
    return reports


async def _send_and_receive(layer: Any, seconds: float) -> None:
    try:
        await asyncio.wait_for(_exchange(layer), seconds)
    finally:
        # channels_redis keeps connections for the next message.
        close = getattr(layer, "close_pools", None)
        if close is not None:
            await asyncio.wait_for(close(), seconds)


async def _exchange(layer: Any) -> None:
    channel = await layer.new_channel()
    message = {"type": "asgi.doctor", "text": channel}
    await layer.send(channel, message)
    received = await layer.receive(channel)
    if {**received, **message} != received:
        raise ValueError(f"sent {message!r}, received {received!r}")
