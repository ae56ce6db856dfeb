"""
What Python tells the Rust side about the routes of a router.

``rust/python/src/read/plan.rs`` reads these by the names of their attributes. A
plan in the wrong form is an error of this package; it raises ``TypeError``,
``ValueError`` or ``AttributeError`` there, and the router goes on without a table.

The tree of a pattern is plain nested values, since a table has thousands of them:

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
    from collections.abc import Callable, Iterable, Sequence

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


class RoutePlan(NamedTuple):
    """A route of a router."""

    #: The object with ``pattern``, ``callback`` and ``default_args``.
    route: Any
    #: ``None`` if the route is asked each time.
    callback: Any
    #: The callback as an application of ASGI 3.
    application: Any
    #: The router behind it, if its routes become part of the table.
    nested: RouterPlan | None
    #: The pattern that was read, ``None`` if the route is asked each time.
    pattern: Any
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
    """A router."""

    #: Its list or tuple of routes, which may change later.
    routes: Sequence[Any]
    #: The plans of the routes that are there now, each made when it is asked for.
    plans: Iterable[RoutePlan]


class TablePlan(NamedTuple):
    """Everything about a table."""

    router: RouterPlan
    #: The classes by their number. It becomes longer while the plans are made.
    classes: list[ClassPlan]
    #: Whether a named group that took no part is passed on as ``None`` (Django 2.2).
    keep_none: bool
