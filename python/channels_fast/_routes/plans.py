"""
What Python tells the Rust side about the routes of a router.

``rust/python/src/read/plan.rs`` reads these by the names of their attributes, and a
route by the places in its tuple. A plan in the wrong form is an error of this package;
it raises ``TypeError``, ``ValueError`` or ``AttributeError`` there, and the router goes
on without a table.

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
``("prefix", 0)``                                alone: text number 0 of each search
``None``                                         a construct that only Python matches
===============================================  ==================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union

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


#: A route, without names since a table has thousands:
#:
#: * the object with ``pattern``, ``callback`` and ``default_args``;
#: * the pattern that was read, ``None`` if the route is asked each time;
#: * what stands behind the anchors that the meaning begins with, often nothing;
#: * the number of the meaning, which routes that end alike share;
#: * the callback, ``None`` if the route is asked each time;
#: * the callback as an application of ASGI 3;
#: * the text of the pattern, behind those of the routes that lead to it, ``None`` if it
#:   is asked for that each time;
#: * the name of the route;
#: * the `RouterPlan` of a router that becomes part of the table, or ``None``.
RoutePlan = tuple[Any, Any, str, int, Any, Any, Optional[str], Any, Any]


class RouterPlan(NamedTuple):
    """A router."""

    #: Its list or tuple of routes, which may change later.
    live: Sequence[Any]
    #: The routes in it.
    routes: list[RoutePlan]


class TablePlan(NamedTuple):
    """Everything about a table."""

    router: RouterPlan
    #: By their numbers.
    meanings: list[Meaning]
    classes: list[ClassPlan]
    #: Whether a named group that took no part is passed on as ``None`` (Django 2.2).
    keep_none: bool
    #: Whether a nested list gets the slashes in front of its path, as in a URLconf.
    keep_slashes: bool = False
