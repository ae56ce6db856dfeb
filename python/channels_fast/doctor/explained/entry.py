"""What an entry of the table has."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """An error, and what it means."""

    title: str
    #: What is to be seen, each on one line. Three dots stand for anything.
    texts: tuple[str, ...]
    cause: str
    cure: str
    #: Where there is more, below the directory docs/.
    page: str
