"""
Who is in which room.

Each open tab has a row. Several processes share them, so they are in the database. A
tab says every 20 seconds that it is still there: where a process was killed, nobody
removed its rows, and after a minute they no longer count.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from .models import Tab

SILENT_FOR = timedelta(seconds=60)


def join(room: str, name: str, channel: str) -> None:
    Tab.objects.filter(seen__lt=timezone.now() - SILENT_FOR).delete()
    Tab.objects.create(room=room, name=name, channel=channel)


def stay(channel: str) -> None:
    Tab.objects.filter(channel=channel).update(seen=timezone.now())


def leave(channel: str) -> None:
    Tab.objects.filter(channel=channel).delete()


def people(room: str) -> list[str]:
    return sorted(set(_present().filter(room=room).values_list("name", flat=True)))


def counts() -> dict[str, int]:
    """How many people are in each room that is not empty."""
    rooms = defaultdict(set)
    for room, name in _present().values_list("room", "name"):
        rooms[room].add(name)
    return {room: len(names) for room, names in rooms.items()}


def _present() -> QuerySet[Tab]:
    return Tab.objects.filter(seen__gte=timezone.now() - SILENT_FOR)
