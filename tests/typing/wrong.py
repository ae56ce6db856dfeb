"""Mistakes. A checker has to report each line that is marked, and no other."""

from __future__ import annotations

from typing import Any

from django.urls import path

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.consumer import AsyncConsumer
from channels_fast.db import database_sync_to_async
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import (
    AsyncWebsocketConsumer,
    JsonWebsocketConsumer,
    WebsocketConsumer,
)
from channels_fast.layers import InMemoryChannelLayer, get_channel_layer
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import OriginValidator
from channels_fast.testing import HttpCommunicator, WebsocketCommunicator, connect


@database_sync_to_async
def count(name: str) -> int:
    return len(name)


class Chat(AsyncWebsocketConsumer):
    groups = [1]  # wrong: names are text
    max_concurrency = "4"  # wrong: no number

    async def connect(self) -> None:
        await self.accept(subprotocol=7)  # wrong: no number
        await self.close(code="4000")  # wrong: no text
        await self.deny("403")  # wrong: no text
        await self.deny(403, None)  # wrong: text or bytes
        await self.send(b"bytes")  # wrong: the first argument is text
        await self.send(text="hello")  # wrong: text_data
        await count(3)  # wrong: no number
        text: str = await count("a")  # wrong: it is a number
        number: int = count("a")  # wrong: not awaited
        print(text, number)
        await self.channel_layer.group_add("room")  # wrong: no channel
        await self.channel_layer.send("a", "text")  # wrong: no dict
        await self.channel_layer.nothing()  # wrong: no such method
        self.channel_name += 1  # wrong: it is text

    def disconnect(self, code: int) -> None:  # wrong: has to be a coroutine function
        pass


class Sync(WebsocketConsumer):
    async def connect(self) -> None:  # wrong: has to be a plain function
        pass

    async def receive(self, text_data: str) -> None:  # wrong: a plain function
        self.send(bytes_data="text")  # wrong: no bytes
        self.close(reason=b"why")  # wrong: no text


class Json(JsonWebsocketConsumer):
    def receive_json(self, content: Any, **kwargs: Any) -> None:
        self.send_json(content, close="no")  # wrong: a code or a truth value
        answer: int = self.encode_json(content)  # wrong: it is text
        print(answer)


class Page(AsyncHttpConsumer):
    async def handle(self, body: str) -> None:  # wrong: it gets bytes
        await self.send_response("200", b"")  # wrong: a number
        await self.send_response(200, "text")  # wrong: bytes
        await self.send_headers(200)  # wrong: by keyword only


def no_coroutine(scope: Any, receive: Any, send: Any) -> None: ...


async def two_arguments(scope: Any, receive: Any) -> None: ...


BaseMiddleware(no_coroutine)  # wrong: cannot be awaited
AuthMiddlewareStack(two_arguments)  # wrong: takes no send
AuthMiddlewareStack(Chat)  # wrong: the class, without as_asgi()
OriginValidator(URLRouter([]))  # wrong: no origins
URLRouter(path("a/", Chat.as_asgi()))  # wrong: no list
URLRouter([], on_miss="404")  # wrong: another word
ProtocolTypeRouter([("http", Page.as_asgi())])  # wrong: no mapping
path("a/", Chat)  # wrong: the class, without as_asgi()
AsyncConsumer.as_asgi("a")  # wrong: by keyword only
InMemoryChannelLayer(capacity="many")  # wrong: a number


async def use() -> None:
    await get_channel_layer().send("a", {})  # wrong: there may be none
    communicator = WebsocketCommunicator(Chat.as_asgi(), b"/")  # wrong: text
    await communicator.send_to(text_data=b"bytes")  # wrong: text
    text: str = await communicator.receive_from()  # wrong: may be bytes
    HttpCommunicator(Page.as_asgi(), "GET")  # wrong: no path
    print(text)
    connect(Chat.as_asgi(), "/", subprotocols=[1])  # wrong: texts
    connect(Chat.as_asgi(), "/", headers=[("a", "b")])  # wrong: bytes
    async with connect(Chat, "/") as client:  # wrong: the class, without as_asgi()
        status: str = client.refusal.status  # wrong: a number
    print(status)
