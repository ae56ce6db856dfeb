"""A full stack with a group, and a page that says what is left of connections."""

import asyncio
import json

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="not a secret",
    ALLOWED_HOSTS=["a.test"],
    INSTALLED_APPS=[
        "channels_fast",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            "CONFIG": {"expiry": 2},
        }
    },
    LOGGING_CONFIG=None,
)
django.setup()

from channels.auth import AuthMiddlewareStack
from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path


class Member(AsyncWebsocketConsumer):
    """Echoes, tells its room what begins with "tell ", closes if told to."""

    consumers = 0
    begun = 0
    groups = ["room"]

    async def __call__(self, scope, receive, send):
        Member.consumers += 1
        Member.begun += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            Member.consumers -= 1
            # uvicorn's send() raises if the client has vanished, and disconnect() is
            # not called then.
            await self.channel_layer.group_discard("room", self.channel_name)

    async def connect(self):
        await asyncio.sleep(self.scope["url_route"]["kwargs"]["milliseconds"] / 1000)
        await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        if text_data == "close":
            await self.close(4000)
        elif text_data and text_data.startswith("tell "):
            event = {"type": "room.message", "text": text_data}
            await self.channel_layer.group_send("room", event)
        else:
            await self.send(text_data, bytes_data)

    async def room_message(self, event):
        await self.send(event["text"])


class State(AsyncHttpConsumer):
    async def handle(self, body):
        layer = get_channel_layer()
        # A layer that is used drops what has expired.
        await layer.group_send("nobody", {"type": "nothing"})
        state = {
            "consumers": Member.consumers,
            "begun": Member.begun,
            "members": len(layer.groups.get("room", ())),
            # Its own is one.
            "channels": len(layer.channels) - (self.channel_name in layer.channels),
        }
        await self.send_response(200, json.dumps(state).encode())


application = ProtocolTypeRouter(
    {
        "http": URLRouter([path("state/", State.as_asgi())], on_miss="deny"),
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(
                URLRouter(
                    [path("member/<int:milliseconds>/", Member.as_asgi())],
                    on_miss="deny",
                )
            )
        ),
    }
)
