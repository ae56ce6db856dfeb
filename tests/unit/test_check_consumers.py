"""The system checks of consumers."""

from __future__ import annotations

import pytest
from django.urls import path

from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer

from ..support.checks import application_checks, websocket  # noqa: F401


def test_groups_without_a_layer_are_an_error(found, settings):
    class InGroups(AsyncWebsocketConsumer):
        groups = ["all"]
        channel_layer_alias = "other"

    application = websocket(path("a/", InGroups.as_asgi()))
    message = found(application)["E008"]
    assert message.msg.endswith(
        "InGroups.groups is set, but CHANNEL_LAYERS has no 'other'."
    )
    settings.CHANNEL_LAYERS = {
        "other": {"BACKEND": "channels_fast.layers.InMemoryChannelLayer"}
    }
    assert found(application) == {}


@pytest.mark.parametrize("method", ["connect", "disconnect", "receive"])
def test_an_async_method_of_a_sync_consumer_is_a_warning(found, method):
    async def handler(self, *args, **kwargs): ...

    consumer = type("Mixed", (WebsocketConsumer,), {method: handler})
    message = found(websocket(path("a/", consumer.as_asgi())))["W017"]
    assert f"Mixed.{method}() is `async def`" in message.msg
    # The other kind awaits it.
    consumer = type("Right", (AsyncWebsocketConsumer,), {method: handler})
    assert found(websocket(path("a/", consumer.as_asgi()))) == {}
