"""Lists of routes, and what is said of one path, as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from .describe import of_its_own

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .resolve import Asked


def shown(pattern: Any) -> str:
    """Return the text of *pattern* as it is, if it can stand in a line of text."""
    text = str(pattern)
    return text if text.isprintable() and text.strip() == text != "" else repr(text)


def with_reason(engine: str, reason: str) -> str:
    """Return what matches a route, with the reason where it is one of its own."""
    return f"{engine} {of_its_own(reason)}".rstrip()


def table_lines(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return *rows*, the first of which has the titles, in columns."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows)]
    return [
        "  ".join(f"{text:<{width}}" for text, width in zip(row, widths)).rstrip()
        for row in rows
    ]


def tree_line(
    label: str, width: int, engine: str, names: Iterable[str], reason: str
) -> str:
    """Return the line of a tree for what *label* leads to."""
    name = " > ".join(names)
    if not label.strip():
        return label + name
    text = f"{label:<{width}}  "
    if engine:
        text += f"{engine:<6}  "
    return f"{text}{name}  {of_its_own(reason)}".rstrip()


def asked_lines(asked: Iterable[Asked]) -> list[str]:
    """Return a line for each route that was asked for a path."""
    asked = list(asked)
    labels = ["  " * one.depth + shown(one.pattern) for one in asked]
    width = max(map(len, labels), default=0)
    return [
        f"{'no' if one.reason else 'yes':<3}  {label:<{width}}  {one.reason}".rstrip()
        for one, label in zip(asked, labels)
    ]


def known_lines(name: str, known: Mapping[str, Any]) -> list[str]:
    """Return *name*, and below it what is *known* of it."""
    lines = [
        f"  {key:<10}  {value}"
        for key, value in known.items()
        if value not in ("", None)
    ]
    return [name, *lines]


def path_of(address: str) -> str:
    """
    Return the path of an address as a server passes it on.

    Raises:
        ValueError: It is none.
    """
    path = urlparse(address).path if "://" in address else address
    # A server decodes it, and takes the query off.
    path = unquote(path.partition("?")[0])
    return path if path.startswith("/") else f"/{path}"
