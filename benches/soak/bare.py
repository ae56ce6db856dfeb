"""The least that does the same without any framework, for comparison."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any


class Rooms:
    """What a layer would know: the rooms, and who is in them."""

    channels = ()
    dropped = 0

    def __init__(self) -> None:
        self.groups: dict[str, dict[Any, None]] = {}

    def queued(self) -> int:
        return 0

    async def group_send(self, room: str, message: Any) -> None:
        for send in list(self.groups.get(room, ())):
            with contextlib.suppress(Exception):  # that client has vanished
                await send({"type": "websocket.send", "text": message["text"]})

    def join(self, room: str, send: Any) -> None:
        self.groups.setdefault(room, {})[send] = None

    def leave(self, room: str, send: Any) -> None:
        members = self.groups[room]
        del members[send]
        if not members:
            del self.groups[room]


rooms = Rooms()


async def serve(scope: Any, receive: Any, send: Any) -> None:
    """Be a member of one room at a time."""
    room = scope["path"].split("/")[2]
    rooms.join(room, send)
    try:
        while (message := await receive())["type"] != "websocket.disconnect":
            if message["type"] == "websocket.connect":
                await send({"type": "websocket.accept"})
                continue
            verb, _, rest = message["text"].partition(":")
            if verb == "tell":
                await rooms.group_send(room, message)
                # A sender in a loop has to let the members read.
                await asyncio.sleep(0)
                continue
            if verb == "move":
                rooms.leave(room, send)
                room = rest
                rooms.join(room, send)
            await send({"type": "websocket.send", "text": message["text"]})
    finally:
        rooms.leave(room, send)
