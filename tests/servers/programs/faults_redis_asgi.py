"""Consumers on a Redis, with the package that PACKAGE and the layer that LAYER name."""

import asyncio
import importlib
import json
import os

import django
from django.conf import settings

PACKAGE = os.environ["PACKAGE"]
LAYERS = {
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}
if PACKAGE == "channels_fast":
    # channels_redis imports channels.
    importlib.import_module("channels_fast").install()
settings.configure(
    SECRET_KEY="not a secret",
    INSTALLED_APPS=["channels"],
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": LAYERS[os.environ["LAYER"]],
            "CONFIG": {
                "hosts": [
                    {
                        "address": f"redis://127.0.0.1:{os.environ['REDIS_PORT']}",
                        "socket_timeout": None,
                        "max_connections": 10_000,
                        **json.loads(os.environ["REDIS_SETTINGS"]),
                    }
                ]
            },
        }
    },
    LOGGING_CONFIG=None,
)
django.setup()

from channels.generic.websocket import (
    AsyncWebsocketConsumer,
)
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path


class Member(AsyncWebsocketConsumer):
    """Says to all what it is told, and to its client what goes wrong."""

    groups = ["all"]

    async def receive(self, text_data=None, bytes_data=None):
        try:
            await self.channel_layer.group_send(
                "all", {"type": "say", "text": text_data}
            )
        except Exception as error:
            await self.send(f"failed: {type(error).__name__}")

    async def say(self, event):
        await self.send(event["text"])

    async def disconnect(self, code):
        query = self.scope["query_string"].decode()
        print(f"disconnect {query}", flush=True)


class Echo(AsyncWebsocketConsumer):
    """Asks nothing of the layer in its handlers."""

    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data)


async def tasks(scope, receive, send):
    """Answer HTTP with the number of tasks, without this one."""
    body = str(len(asyncio.all_tasks()) - 1).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


application = ProtocolTypeRouter(
    {
        "http": tasks,
        "websocket": URLRouter(
            [path("member/", Member.as_asgi()), path("echo/", Echo.as_asgi())]
        ),
    }
)
