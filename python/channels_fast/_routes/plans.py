"""
What Python tells the Rust side about the routes of a router.

``rust/python/src/read/plan.rs`` reads these by the names of their attributes. A plan in
the wrong form is an error of this package; it raises ``TypeError``, ``ValueError`` or
``AttributeError`` there, and the router goes on without a table.

The tree of a pattern is plain nested values:

===============================================  ==================================
``"text"``                                       the text as it stands
``7``                                            one character of class number 7
``[tree, ...]``                                  one after the other
``("alternatives", [tree, ...])``                the first that leads to a match
``("repeat", least, most, greedy, tree)``        ``most`` is `UNLIMITED` for no limit
``("group", slot, tree)``                        a wanted group, numbered from zero
``("uuid", 7)``                                  Django's UUID, of hex digits, class 7
``("start",)``, ``("end",)``                     the beginning and the end of the path
``("end_or_newline",)``                          the end, or before a newline there
``("line_start",)``, ``("line_end",)``           the same for a line
``("word_boundary", 7)``                         with the class of word characters
``None``                                         a construct that only Python matches
===============================================  ==================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Union

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Tree = Union[str, int, "list[Any]", "tuple[Any, ...]", None]

#: As the greatest number of rounds of a repeat: there is no limit.
UNLIMITED = 0xFFFFFFFF


class ClassPlan(NamedTuple):
    """A class of characters."""

    #: A bit for each ASCII character that is a member.
    ascii: int
    #: Which characters beyond ASCII are: "never", "always", or "ask" Python.
    wide: str
    #: Returns 256 bits, in four numbers, for a page of 256 characters.
    members: Callable[[int], list[int]] | None


class Meaning(NamedTuple):
    """What a pattern means, or what follows the literal that it begins with."""

    #: The tree of its regular expression, ``None`` if only Python matches it.
    tree: Tree
    #: Whether the whole path has to match, as with Django's ``fullmatch``.
    full: bool
    #: The names of the captures, ``None`` if they are positional.
    names: Sequence[str] | None
    #: For each capture "str", "int", "uuid", or the converter object.
    converters: Sequence[Any]
    #: Why Python matches it.
    reason: str | None


class RouterPlan(NamedTuple):
    """A router. Each list has an item for each route: a table has thousands."""

    #: Its list or tuple of routes, which may change later.
    live: Sequence[Any]
    #: The routes in it: objects with ``pattern``, ``callback`` and ``default_args``.
    routes: Sequence[Any]
    #: The pattern that was read, ``None`` if the route is asked each time.
    patterns: list[Any]
    #: What stands behind the anchors that the meaning begins with, often nothing.
    literals: list[str]
    #: The number of the meaning. Routes that end alike share it.
    meanings: list[int]
    #: ``None`` if the route is asked each time.
    callbacks: list[Any]
    #: The callback as an application of ASGI 3.
    applications: list[Any]
    #: The text of the pattern, behind those of the routes that lead to it. ``None`` if
    #: it is asked for each time.
    templates: list[str | None]
    names: list[Any]
    #: The routers that become part of the table, by the positions of their routes.
    nested: dict[int, RouterPlan]


class TablePlan(NamedTuple):
    """Everything about a table."""

    router: RouterPlan
    #: By their numbers.
    meanings: list[Meaning]
    classes: list[ClassPlan]
    #: Whether a named group that took no part is passed on as ``None`` (Django 2.2).
    keep_none: bool
