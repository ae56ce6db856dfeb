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

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Optional, Union

    Tree = Union[str, int, "list[Any]", "tuple[Any, ...]", None]

    #: A route, without names since a table has thousands:
    #:
    #: * the object with ``pattern``, ``callback`` and ``default_args``;
    #: * the pattern that was read, ``None`` if the route is asked each time;
    #: * what stands behind the anchors that the meaning begins with, often nothing;
    #: * the number of the meaning, which routes that end alike share;
    #: * the callback, ``None`` if the route is asked each time;
    #: * the callback as an application of ASGI 3;
    #: * the text of the pattern, behind those of the routes that lead to it, ``None``
    #:   if it is asked for that each time;
    #: * the name of the route;
    #: * the `RouterPlan` of a router that becomes part of the table, or ``None``.
    RoutePlan = tuple[Any, Any, str, int, Any, Any, Optional[str], Any, Any]

#: As the greatest number of rounds of a repeat: there is no limit.
UNLIMITED = 0xFFFFFFFF


class ClassPlan:
    """A class of characters."""

    def __init__(
        self, ascii: int, wide: str, members: Callable[[int], list[int]] | None
    ) -> None:
        #: A bit for each ASCII character that is a member.
        self.ascii = ascii
        #: Which characters beyond ASCII are: "never", "always", or "ask" Python.
        self.wide = wide
        #: Returns 256 bits, in four numbers, for a page of 256 characters.
        self.members = members


class Meaning:
    """What a pattern means, or what follows the literal that it begins with."""

    def __init__(
        self,
        tree: Tree,
        full: bool,
        names: Sequence[str] | None,
        converters: Sequence[Any],
        reason: str | None,
    ) -> None:
        #: The tree of its regular expression, ``None`` if only Python matches it.
        self.tree = tree
        #: Whether the whole path has to match, as with Django's ``fullmatch``.
        self.full = full
        #: The names of the captures, ``None`` if they are positional.
        self.names = names
        #: For each capture "str", "int", "uuid", or the converter object.
        self.converters = converters
        #: Why Python matches it.
        self.reason = reason


class RouterPlan:
    """A router."""

    def __init__(self, live: Sequence[Any], routes: list[RoutePlan]) -> None:
        #: Its list or tuple of routes, which may change later.
        self.live = live
        #: The routes in it.
        self.routes = routes


class TablePlan:
    """Everything about a table."""

    def __init__(
        self,
        router: RouterPlan,
        meanings: list[Meaning],
        classes: list[ClassPlan],
        keep_none: bool,
        keep_slashes: bool = False,
    ) -> None:
        self.router = router
        #: By their numbers.
        self.meanings = meanings
        self.classes = classes
        #: Whether a named group that took no part is passed on as ``None`` (Django
        #: 2.2).
        self.keep_none = keep_none
        #: Whether a nested list gets the slashes in front of its path, as in a URLconf.
        self.keep_slashes = keep_slashes
