"""Consumers with limits, and requests that let their handlers end and show the log."""

import asyncio
import json

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="not a secret",
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["channels_fast"],
    LOGGING_CONFIG=None,
)
django.setup()

from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import (
    AsyncWebsocketConsumer,
    WebsocketConsumer,
)
from channels.limits import Limits
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

log: list[str] = []
go_on = asyncio.Event()


class Slow(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        log.append("begins")
        try:
            await go_on.wait()
        except asyncio.CancelledError:
            log.append("is cancelled")
            raise
        log.append("ends")

    async def disconnect(self, code):
        log.append(f"disconnect {code}")


class Echo(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send(text_data, bytes_data)

    def disconnect(self, code):
        log.append(f"disconnect {code}")


class SlowConnect(Slow):
    limits = Limits(handler_timeout=0.3)

    async def connect(self):
        await go_on.wait()


class ShowLog(AsyncHttpConsumer):
    async def handle(self, body):
        await self.send_response(200, json.dumps(log).encode())


class GoOn(AsyncHttpConsumer):
    async def handle(self, body):
        go_on.set()
        await self.send_response(200, b"")


class HangingRequest(AsyncHttpConsumer):
    limits = Limits(handler_timeout=0.3, max_message_size=10)

    async def handle(self, body):
        await go_on.wait()


def limited(name, base, **attributes):
    return path(f"{name}/", type(name, (base,), attributes).as_asgi())


application = ProtocolTypeRouter(
    {
        "http": URLRouter(
            [
                path("log/", ShowLog.as_asgi()),
                path("go-on/", GoOn.as_asgi()),
                path("hanging/", HangingRequest.as_asgi()),
            ]
        ),
        "websocket": URLRouter(
            [
                limited("queue", Slow),
                limited("cancel", Slow, disconnect_policy="cancel"),
                limited("concurrent", Slow, disconnect_policy="concurrent"),
                limited("parallel", Slow, max_concurrency=3),
                limited("size", Echo, limits=Limits(max_message_size=10)),
                limited(
                    "rate",
                    Echo,
                    limits=Limits(max_messages_per_second=0.01, message_burst=2),
                ),
                limited("idle", Echo, limits=Limits(idle_timeout=0.3)),
                limited("hanging", Slow, limits=Limits(handler_timeout=0.3)),
                path("slow-connect/", SlowConnect.as_asgi()),
            ]
        ),
    }
)
