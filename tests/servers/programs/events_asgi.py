"""The events of docs/events.md, and routes that send one and show what is left."""

import asyncio
import json

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="not a secret",
    INSTALLED_APPS=["channels_fast"],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    LOGGING_CONFIG=None,
)
django.setup()

from channels.generic.http import AsyncHttpConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path
from documented_events import Events


class Say(AsyncHttpConsumer):
    async def handle(self, body):
        message = {"type": "news.item", "text": body.decode()}
        await self.channel_layer.group_send("news", message)
        await self.send_response(200, b"said")


class Left(AsyncHttpConsumer):
    async def handle(self, body):
        left = {
            "members": len(self.channel_layer.groups.get("news", ())),
            "channels": len(self.channel_layer.channels),
            "tasks": len(asyncio.all_tasks()),
        }
        await self.send_response(200, json.dumps(left).encode())


application = ProtocolTypeRouter(
    {
        "http": URLRouter(
            [
                path("events/", Events.as_asgi()),
                path("say/", Say.as_asgi()),
                path("left/", Left.as_asgi()),
            ]
        ),
    }
)
