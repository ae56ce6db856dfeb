"""The application of the soak: a full stack, and a page with what it holds."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import threading
from typing import Any

# ruff: noqa: E402  what follows needs the settings
import django

django.setup()

from asgiref.sync import async_to_sync
from django.urls import path

from benches import arms
from benches.memory import resident

# A message is "echo:x", which comes back; "tell:x", which every member of the room
# gets; or "move:room", which changes the room.

PACKAGE = os.environ["SOAK_PACKAGE"]


class LeavesAnyway:
    """
    Leaves the room however the consumer ends.

    uvicorn's `send()` raises if the client has vanished. The consumer ends with that
    error then, as it does with channels, and `disconnect()` is not called.
    """

    room = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)  # type: ignore[misc] # of either package
        finally:
            if self.room:
                await self.channel_layer.group_discard(self.room, self.channel_name)


def consumers(package: str) -> tuple[type, type]:
    """Return a consumer that is a member of one room at a time, and a sync one."""
    generic = arms.part(package, "generic.websocket")

    class Member(LeavesAnyway, generic.AsyncWebsocketConsumer):
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

    class SyncMember(LeavesAnyway, generic.WebsocketConsumer):
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

    return Member, SyncMember


def full_stack(package: str) -> Any:
    """Return what stands in front of the consumers in most projects."""
    member, sync_member = consumers(package)
    kinds.extend((member, sync_member))
    routing = arms.part(package, "routing")
    origins = arms.part(package, "security.websocket")
    router = routing.URLRouter(
        [
            path("async/<str:room>/", member.as_asgi()),  # type: ignore[attr-defined] # see above
            path("sync/<str:room>/", sync_member.as_asgi()),  # type: ignore[attr-defined] # see above
        ]
    )
    guarded = arms.part(package, "auth").AuthMiddlewareStack(router)
    return routing.ProtocolTypeRouter(
        {"http": figures, "websocket": origins.AllowedHostsOriginValidator(guarded)}
    )


async def figures(scope: Any, receive: Any, send: Any) -> None:
    """Answer with what this process holds now."""
    collect = scope["query_string"] == b"collect"
    if collect:
        # A layer that is used drops what has expired.
        await layer.group_send("nobody", {"type": "nothing"})
        gc.collect()
    found = {
        "bytes": resident(),
        "blocks": sys.getallocatedblocks(),
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
        "files": len(os.listdir("/proc/self/fd")),
        "groups": len(layer.groups),
        "members": sum(map(len, layer.groups.values())),
        "channels": len(layer.channels),
        "queued": layer.queued(),
        "dropped": layer.dropped,
    }
    if collect:
        found["consumers"] = sum(type(one) in kinds for one in gc.get_objects())
    answer = json.dumps(found).encode()
    # Without it, the answer would come in chunks.
    headers = [(b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


#: The classes whose objects are counted.
kinds: list[type] = []
if PACKAGE == arms.BARE:
    from benches.soak import bare

    layer: Any = bare.rooms

    async def application(scope: Any, receive: Any, send: Any) -> None:
        serve = bare.serve if scope["type"] == "websocket" else figures
        await serve(scope, receive, send)

else:
    layer = arms.part(PACKAGE, "layers").get_channel_layer()
    application = full_stack(PACKAGE)
