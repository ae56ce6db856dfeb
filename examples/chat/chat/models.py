"""The tables of the chat: what was said, and who is there."""

from __future__ import annotations

import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

ROOM_LENGTH = 60
TEXT_LENGTH = 2000
HISTORY_LENGTH = 50


def clean_room(name: str) -> str:
    """
    Return the room that *name* means, in any script.

    Keyboards compose a letter such as "é" in different ways. The normal form makes
    them all name the same room.

    Raises:
        ValidationError: The name cannot be part of an address, or is too long.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not name or len(name) > ROOM_LENGTH:
        raise ValidationError(f"A room's name has 1 to {ROOM_LENGTH} characters.")
    if name in {".", ".."} or "/" in name:
        raise ValidationError("Choose a name without a slash, and not just dots.")
    # Control characters, and halves of surrogate pairs.
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        raise ValidationError("A room's name is made of visible characters.")
    return name


def clean_text(text: object) -> str:
    """
    Return *text* as it is kept and shown.

    Raises:
        ValidationError: It is not a text, it is empty, or it is too long.
    """
    if not isinstance(text, str) or not text.strip():
        raise ValidationError("Write something first.")
    if len(text) > TEXT_LENGTH:
        raise ValidationError(f"A message has at most {TEXT_LENGTH} characters.")
    # JSON can carry half of a surrogate pair, which no database stores.
    return text.strip().encode("utf-8", "replace").decode()


class Message(models.Model):
    room = models.CharField(max_length=ROOM_LENGTH, db_index=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.TextField(max_length=TEXT_LENGTH)
    sent = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.author} in {self.room}: {self.text}"

    def as_json(self) -> dict[str, object]:
        """What the page gets: plain values only, the time in ISO 8601."""
        return {
            "id": self.pk,
            "author": self.author.get_username(),
            "text": self.text,
            "sent": self.sent.isoformat(),
        }

    @classmethod
    def post(cls, room: str, author: object, text: str) -> dict[str, object]:
        return cls.objects.create(room=room, author=author, text=text).as_json()

    @classmethod
    def history(cls, room: str) -> list[dict[str, object]]:
        """The latest messages of *room*, the oldest of them first."""
        latest = cls.objects.filter(room=room).select_related("author").order_by("-pk")
        return [message.as_json() for message in reversed(latest[:HISTORY_LENGTH])]


class Tab(models.Model):
    """An open connection to a room, by the name of its channel. See ``presence.py``."""

    channel = models.CharField(max_length=100, primary_key=True)
    room = models.CharField(max_length=ROOM_LENGTH, db_index=True)
    name = models.CharField(max_length=150)
    seen = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} in {self.room}"
