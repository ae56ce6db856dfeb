"""Errors on the way to a handler, and the cause of an error about groups."""

from __future__ import annotations

import pytest

from channels_fast import consumer
from channels_fast.exceptions import InvalidChannelLayerError
from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer

from ..support.consumers import CONNECT, run


async def test_errors_of_properties_come_out():
    class Consumer(consumer.AsyncConsumer):
        @property
        def broken(self):
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await run(Consumer(), {"type": "broken"})


@pytest.mark.parametrize("base", [WebsocketConsumer, AsyncWebsocketConsumer])
async def test_the_cause_of_a_missing_layer_is_kept(base, settings):
    settings.CHANNEL_LAYERS = {}

    class Consumer(base):
        groups = ["g"]

    with pytest.raises(InvalidChannelLayerError) as caught:
        await run(Consumer(), CONNECT)
    assert isinstance(caught.value.__cause__, AttributeError)
