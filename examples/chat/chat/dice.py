"""
What answers "/roll".

With one process it runs where the message came in. With several (``CHAT_REDIS``) the
message goes over the channel "dice" to a process that does such work and nothing else:
``python manage.py runworker dice``.
"""

from __future__ import annotations

import random
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model

from channels_fast.consumer import AsyncConsumer
from channels_fast.db import database_sync_to_async
from channels_fast.layers import get_channel_layer

from .models import Message

CHANNEL = "dice"


async def ask(room: str, group: str, user: Any) -> None:
    """Have the dice rolled, here or by the worker."""
    event = {"type": "dice.roll", "room": room, "group": group, "user": user.pk}
    if settings.CHAT_REDIS:
        await get_channel_layer().send(CHANNEL, event)
    else:
        await roll(event)


async def roll(event: dict[str, Any]) -> None:
    message = await database_sync_to_async(_post)(event["room"], event["user"])
    await get_channel_layer().group_send(
        event["group"], {"type": "chat.message", "message": message}
    )


def _post(room: str, user: int) -> dict[str, object]:
    author = get_user_model().objects.get(pk=user)
    number = random.randint(1, 6)  # noqa: S311 # not a secret
    return Message.post(room, author, f"🎲 {number}")


class DiceConsumer(AsyncConsumer):
    """The worker's part. It has no client, only the messages of its channel."""

    async def dice_roll(self, event: dict[str, Any]) -> None:
        await roll(event)
