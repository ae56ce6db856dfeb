"""The application of the soak: a full stack, and a page with what it holds."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import threading
from typing import Any

# ruff: noqa: E402  what follows needs the settings
import django

django.setup()

from asgiref.sync import async_to_sync
from django.urls import path

from benches.memory import resident
from channels_fast.auth import AuthMiddlewareStack
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels_fast.layers import get_channel_layer
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import AllowedHostsOriginValidator

# A message is "echo:x", which comes back; "tell:x", which every member of the room
# gets; or "move:room", which changes the room.


class LeavesAnyway:
    """
    Leaves the room however the consumer ends.

    uvicorn's `send()` raises if the client has vanished. The consumer ends with that
    error then, as it does with channels, and `disconnect()` is not called.
    """

    room = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)  # type: ignore[misc]
        finally:
            if self.room:
                await self.channel_layer.group_discard(self.room, self.channel_name)


class Member(LeavesAnyway, AsyncWebsocketConsumer):
    """A member of one room at a time."""

    async def connect(self) -> None:
        await self._join(self.scope["url_route"]["kwargs"]["room"])
        await self.accept()

    async def _join(self, room: str) -> None:
        self.room = room
        await self.channel_layer.group_add(room, self.channel_name)

    async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
        verb, _, rest = text_data.partition(":")
        if verb == "tell":
            event = {"type": "room.message", "text": text_data}
            await self.channel_layer.group_send(self.room, event)
            return
        if verb == "move":
            await self.channel_layer.group_discard(self.room, self.channel_name)
            await self._join(rest)
        await self.send(text_data)

    async def room_message(self, event: Any) -> None:
        await self.send(event["text"])


class SyncMember(LeavesAnyway, WebsocketConsumer):
    """The same in the thread for synchronous code."""

    def connect(self) -> None:
        self._join(self.scope["url_route"]["kwargs"]["room"])
        self.accept()

    def _join(self, room: str) -> None:
        self.room = room
        async_to_sync(self.channel_layer.group_add)(room, self.channel_name)

    def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
        verb, _, rest = text_data.partition(":")
        if verb == "tell":
            event = {"type": "room.message", "text": text_data}
            async_to_sync(self.channel_layer.group_send)(self.room, event)
            return
        if verb == "move":
            discard = async_to_sync(self.channel_layer.group_discard)
            discard(self.room, self.channel_name)
            self._join(rest)
        self.send(text_data)

    def room_message(self, event: Any) -> None:
        self.send(event["text"])


class Figures(AsyncHttpConsumer):
    """Answer with what this process holds now."""

    async def handle(self, body: bytes) -> None:
        layer: Any = get_channel_layer()
        collect = self.scope["query_string"] == b"collect"
        if collect:
            # A layer that is used drops what has expired.
            await layer.group_send("nobody", {"type": "nothing"})
            gc.collect()
        figures = {
            "bytes": resident(),
            "tasks": len(asyncio.all_tasks()),
            "threads": threading.active_count(),
            "files": len(os.listdir("/proc/self/fd")),
            "groups": len(getattr(layer, "groups", ())),
            "members": sum(map(len, getattr(layer, "groups", {}).values())),
            "channels": len(getattr(layer, "channels", ())),
        }
        if collect:
            kinds = (Member, SyncMember)
            figures["consumers"] = sum(isinstance(o, kinds) for o in gc.get_objects())
        answer = json.dumps(figures).encode()
        # Without it, the answer would come in chunks.
        headers = [(b"content-length", str(len(answer)).encode())]
        await self.send_response(200, answer, headers=headers)


application = ProtocolTypeRouter(
    {
        "http": URLRouter([path("figures/", Figures.as_asgi())], on_miss="deny"),
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(
                URLRouter(
                    [
                        path("async/<str:room>/", Member.as_asgi()),
                        path("sync/<str:room>/", SyncMember.as_asgi()),
                    ],
                    on_miss="deny",
                )
            )
        ),
    }
)
