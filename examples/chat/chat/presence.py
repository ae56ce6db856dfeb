"""
Who is in which room.

It lives in the memory of this process, as the messages of the in-memory channel
layer do. All consumers run in one event loop, so no lock is needed.
"""

from __future__ import annotations

from collections import Counter, defaultdict

_rooms: defaultdict[str, Counter[str]] = defaultdict(Counter)


def join(room: str, name: str) -> None:
    _rooms[room][name] += 1


def leave(room: str, name: str) -> None:
    """Take away one of the connections of *name*; another tab may still be open."""
    _rooms[room][name] -= 1
    _rooms[room] += Counter()  # keeps what is above zero
    if not _rooms[room]:
        del _rooms[room]


def people(room: str) -> list[str]:
    return sorted(_rooms[room]) if room in _rooms else []


def counts() -> dict[str, int]:
    """How many people are in each room that is not empty."""
    return {room: len(names) for room, names in _rooms.items()}
