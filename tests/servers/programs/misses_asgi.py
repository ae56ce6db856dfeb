"""Routers with on_miss, by the first segment of the path, and what is behind them."""

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="not a secret",
    INSTALLED_APPS=["channels_fast"],
    LOGGING_CONFIG=None,
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from channels.sessions import CookieMiddleware
from django.urls import path, re_path


class Echo(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data, bytes_data)


class Private(AsyncWebsocketConsumer):
    async def connect(self):
        await self.deny(401, "log in first", {"x-why": "a stranger"})


def routes(first):
    return [
        path(f"{first}/echo/", CookieMiddleware(Echo.as_asgi())),
        path(f"{first}/private/", Private.as_asgi()),
        re_path(rf"^{first}/(?P<number>[0-9]+)/$", Echo.as_asgi()),
    ]


denying = URLRouter(routes("deny"), on_miss="deny")
closing = URLRouter(routes("close"), on_miss="close")
guarded = OriginValidator(URLRouter(routes("guarded")), ["a.test", "http://b.test"])


async def by_first_segment(scope, receive, send):
    router = denying
    if scope["path"].startswith("/close/"):
        router = closing
    elif scope["path"].startswith("/guarded/"):
        router = guarded
    await router(scope, receive, send)


application = ProtocolTypeRouter(
    {"http": URLRouter([], on_miss="deny"), "websocket": by_first_segment}
)
