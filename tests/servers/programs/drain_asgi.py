"""An application that closes its WebSockets before the server ends."""

import os
from pathlib import Path

from django.conf import settings

settings.configure(
    SECRET_KEY="not a secret",
    INSTALLED_APPS=["channels_fast"],
    CHANNEL_LAYERS={
        "default": {"BACKEND": "channels_fast.layers.InMemoryChannelLayer"}
    },
)

import django

django.setup()

from django.urls import path

from channels_fast.draining import Drain
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.routing import ProtocolTypeRouter, URLRouter

LEFT = Path(os.environ["LEFT"])


def note(code):
    with LEFT.open("a") as left:
        left.write(f"{code}\n")


class Consumer(AsyncWebsocketConsumer):
    async def disconnect(self, code):
        if self.scope["path"] == "/hangs/":
            await self.channel_layer.new_channel()
            while True:
                await self.channel_receive()
        note(code)


async def nothing(scope, receive, send):
    """Answer no HTTP."""


routes = [path("ws/", Consumer.as_asgi()), path("hangs/", Consumer.as_asgi())]
seconds = float(os.environ["SECONDS_TO_DRAIN"])
application = ProtocolTypeRouter(
    {
        "http": nothing,
        "websocket": Drain(URLRouter(routes), batch=20, seconds=seconds),
    }
)
