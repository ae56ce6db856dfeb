"""
Use an installed channels_fast: its application, layer, groups and a real server.

    python smoke.py compiled|python

The argument is what has to match routes: the extension, or Python.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["channels_fast"],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    SECRET_KEY="of a smoke test",
)
django.setup()

import uvicorn
import websockets
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.testing import WebsocketCommunicator
from channels_fast._routes.compile import WHY_NOT_COMPILED
from django.core.asgi import get_asgi_application
from django.urls import path


class Room(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        self.room = f"room-{self.scope['url_route']['kwargs']['number']}"
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        await self.channel_layer.group_send(
            self.room, {"type": "room.said", "text": content}
        )

    async def room_said(self, event: dict[str, Any]) -> None:
        await self.send_json({self.room: event["text"]})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.room, self.channel_name)


application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": URLRouter([path("ws/<int:number>/", Room.as_asgi())]),
    }
)


async def by_communicator() -> None:
    visitors = [WebsocketCommunicator(application, "/ws/7/") for _ in range(2)]
    for visitor in visitors:
        assert (await visitor.connect())[0]
    await visitors[0].send_json_to("hello")
    for visitor in visitors:
        assert await visitor.receive_json_from() == {"room-7": "hello"}
        await visitor.disconnect()


async def by_server() -> None:
    config = uvicorn.Config(application, port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server.serve())
    while not server.started:  # noqa: ASYNC110 # uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with websockets.connect(f"ws://127.0.0.1:{port}/ws/42/") as socket:
        await socket.send('"hello"')
        assert await socket.recv() == '{"room-42": "hello"}'
    server.should_exit = True
    await serving


async def main() -> None:
    await asyncio.wait_for(by_communicator(), 30)
    await asyncio.wait_for(by_server(), 30)


wanted = sys.argv[1]
found = "python" if WHY_NOT_COMPILED else "compiled"
if found != wanted:
    sys.exit(f"routes are matched by {found}, not {wanted}. {WHY_NOT_COMPILED}")
asyncio.run(main())
