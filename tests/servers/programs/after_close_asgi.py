"""Consumers that go on after close(), with the package that PACKAGE names."""

import importlib
import os

import django
from django.conf import settings

PACKAGE = os.environ["PACKAGE"]
settings.configure(
    SECRET_KEY="not a secret", INSTALLED_APPS=[PACKAGE], LOGGING_CONFIG=None
)
django.setup()

from django.urls import path

routing = importlib.import_module(f"{PACKAGE}.routing")
websocket = importlib.import_module(f"{PACKAGE}.generic.websocket")


class DisconnectNeedsConnect(websocket.AsyncWebsocketConsumer):
    async def connect(self):
        await self.close(code=4401)

    async def disconnect(self, code):
        print("left", self.room)


class SyncDisconnectNeedsConnect(websocket.WebsocketConsumer):
    def connect(self):
        self.close(code=4401)

    def disconnect(self, code):
        print("left", self.room)


class AcceptAfterClose(websocket.AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()
        await self.accept()


class CloseTwice(websocket.WebsocketConsumer):
    def connect(self):
        self.close()
        self.close()


class SendAfterClose(websocket.AsyncJsonWebsocketConsumer):
    async def connect(self):
        await self.accept()
        await self.close(code=4000)
        await self.send_json("late")


class CloseInDisconnect(websocket.AsyncWebsocketConsumer):
    async def disconnect(self, code):
        await self.close()


async def no_pages(scope, receive, send):
    """Stand for Django, which is not needed here."""


routes = [
    path(f"{consumer.__name__}/", consumer.as_asgi())
    for consumer in (
        DisconnectNeedsConnect,
        SyncDisconnectNeedsConnect,
        AcceptAfterClose,
        CloseTwice,
        SendAfterClose,
        CloseInDisconnect,
    )
]
application = routing.ProtocolTypeRouter(
    {"http": no_pages, "websocket": routing.URLRouter(routes)}
)
