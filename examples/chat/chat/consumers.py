"""The consumers: a class for each thing that a socket can do here."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import ValidationError

from channels_fast.db import database_sync_to_async
from channels_fast.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    AsyncWebsocketConsumer,
)

from . import dice, presence
from .models import Message, clean_room, clean_text

LOBBY = "presence"
"""The group of everyone who watches the list of rooms."""


def group_of(room: str) -> str:
    """Hash the name: that of a group is ASCII and short, that of a room need not be."""
    return "room." + hashlib.sha256(room.encode()).hexdigest()[:32]


async def count_rooms() -> dict[str, Any]:
    rooms = await database_sync_to_async(presence.counts)()
    return {"type": "rooms.changed", "rooms": rooms}


class ChatConsumer(AsyncJsonWebsocketConsumer):
    """One tab of one person in one room."""

    group = None  # set when the connection has joined its room

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # Not in disconnect(): a server may raise from send() when the other side has
        # vanished, and that ends the consumer without another event.
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.group is not None:
                await self.leave()

    async def connect(self) -> None:
        self.user = self.scope["user"]
        try:
            room = clean_room(self.scope["url_route"]["kwargs"]["room"])
        except ValidationError:
            room = None
        if room is None or not self.user.is_authenticated:
            # Closed before it is accepted: the client sees HTTP 403.
            await self.close()
            return
        await self.accept()
        await self.join(room)
        # The history is read after joining. A message that is sent in between comes
        # twice, with the same id; in the other order it would be lost.
        messages = await database_sync_to_async(Message.history)(room)
        await self.send_json({"type": "history", "messages": messages})

    async def join(self, room: str) -> None:
        self.room, self.group = room, group_of(room)
        await database_sync_to_async(presence.join)(
            room, self.user.get_username(), self.channel_name
        )
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.announce()

    async def leave(self) -> None:
        await database_sync_to_async(presence.leave)(self.channel_name)
        await self.channel_layer.group_discard(self.group, self.channel_name)
        await self.announce()

    async def receive_json(self, content: Any) -> None:
        if content == {"type": "here"}:
            await database_sync_to_async(presence.stay)(self.channel_name)
            return
        try:
            text = clean_text(
                content.get("text") if isinstance(content, dict) else None
            )
        except ValidationError as error:
            await self.send_json({"type": "error", "text": error.message})
            return
        if text == "/roll":
            await dice.ask(self.room, self.group, self.user)
            return
        save = database_sync_to_async(Message.post)
        message = await save(self.room, self.user, text)
        await self.channel_layer.group_send(
            self.group, {"type": "chat.message", "message": message}
        )

    async def announce(self) -> None:
        """Tell the room who is in it, and the list of rooms how many people are."""
        people = await database_sync_to_async(presence.people)(self.room)
        await self.channel_layer.group_send(
            self.group, {"type": "people.changed", "people": people}
        )
        await self.channel_layer.group_send(LOBBY, await count_rooms())

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send_json({"type": "message", "message": event["message"]})

    async def people_changed(self, event: dict[str, Any]) -> None:
        await self.send_json({"type": "people", "people": event["people"]})


class PresenceConsumer(AsyncJsonWebsocketConsumer):
    """How many people are in each room, live, for the list of rooms."""

    groups = [LOBBY]

    async def connect(self) -> None:
        if not self.scope["user"].is_authenticated:
            await self.close()
            return
        await self.accept()
        await self.rooms_changed(await count_rooms())

    async def rooms_changed(self, event: dict[str, Any]) -> None:
        await self.send_json({"type": "rooms", "rooms": event["rooms"]})


class EchoConsumer(AsyncWebsocketConsumer):
    """Send each text back, as often as the address says: ten times at most."""

    async def receive(self, text_data: str | None = None, **kwargs: Any) -> None:
        # Five digits are enough to compare with ten, and are never slow to convert.
        times = int(self.scope["url_route"]["kwargs"].get("times", "1")[:5])
        for _ in range(min(times, 10)):
            await self.send(text_data=text_data)
