"""System checks of consumers."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from django.core import checks

from ..consumer import AsyncConsumer
from ..generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from ..layers import channel_layers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._routes.walk import Visited

# Methods of WebsocketConsumer that projects override. It does not await them.
_NOT_AWAITED = (
    *("connect", "receive", "receive_json", "disconnect"),
    *("websocket_connect", "websocket_receive", "websocket_disconnect"),
)


def check_consumers(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find methods that are never awaited, and groups without a layer."""
    locations: dict[type[AsyncConsumer], str] = {}
    for visited in visits:
        consumer = getattr(visited.application, "consumer_class", None)
        if inspect.isclass(consumer) and issubclass(consumer, AsyncConsumer):
            locations.setdefault(consumer, visited.location)
    for consumer, location in locations.items():
        name = consumer.__qualname__
        if issubclass(consumer, WebsocketConsumer):
            for method in _NOT_AWAITED:
                if inspect.iscoroutinefunction(getattr(consumer, method, None)):
                    yield checks.Warning(
                        f"{location}: {name}.{method}() is `async def` in a consumer "
                        "that calls it and does not await it.",
                        hint="Write `def`, or derive the consumer from one that "
                        "begins with Async.",
                        id="channels_fast.W017",
                    )
        alias = consumer.channel_layer_alias
        if (
            issubclass(consumer, (WebsocketConsumer, AsyncWebsocketConsumer))
            and consumer.groups
            and alias not in channel_layers.configs
        ):
            yield checks.Error(
                f"{location}: {name}.groups is set, but CHANNEL_LAYERS has no "
                f"{alias!r}.",
                hint="Every connection fails. Add the layer to CHANNEL_LAYERS, or "
                f"name another in {name}.channel_layer_alias.",
                id="channels_fast.E008",
            )
