"""
The tables of Django's URLs, one for each list of them.

A table belongs to the list, by identity, because Django makes new resolvers for the
same list, after each ``clear_url_caches()`` for one. It is made when the list is used
for the second time: a list that is used once, for one request or one test, would not
be worth it.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from django.urls import get_callable
from django.urls.resolvers import URLResolver

from .._routes.urls import compile_urls
from ._matches import ANSWERS

if TYPE_CHECKING:
    from collections.abc import Callable

# Whoever makes new lists all the time does not keep more than that many of them.
_MOST_LISTS = 256

#: By the ``id()`` of a list, which the table keeps, what resolves it.
tables: dict[int, Callable[[Any, Any], Any]] = {}
#: By the same, `UrlTable.resolve_rest` of the table.
rests: dict[int, Callable[[str], Any]] = {}
# The lists that were used once.
_met: dict[int, Any] = {}
# Why Django resolves a list, by the same.
_reasons: dict[int, tuple[Any, str]] = {}


def meet(resolver: Any) -> bool:
    """
    Note that *resolver* was asked without a table. Make one at the second time.

    Returns whether there is a table now.
    """
    patterns = vars(resolver).get("url_patterns")
    # Django reads the list when a path leads there.
    if type(resolver) is not URLResolver or type(patterns) not in (list, tuple):
        return False
    key = id(patterns)
    if key in _reasons:
        return False
    if _met.get(key) is not patterns:
        _watch()
        _make_room(_met)
        _met[key] = patterns
        return False
    _met.pop(key, None)
    try:
        table = compile_urls(patterns, ANSWERS)  # type: ignore[arg-type] # a list
    except Exception as error:  # Django answers as it always did
        _make_room(_reasons)
        _reasons[key] = patterns, f"{type(error).__name__}: {error}"
        return False
    _make_room(rests)
    _make_room(tables)
    rests[key] = table.resolve_rest
    tables[key] = table.resolve
    return True


def drop(patterns: Any) -> None:
    """Forget the table of a list that has changed."""
    tables.pop(id(patterns), None)
    rests.pop(id(patterns), None)


def clear() -> None:
    """Forget all tables, and which lists were used."""
    for each in (tables, rests, _met, _reasons):
        each.clear()


def _make_room(lists: dict[int, Any]) -> None:
    while len(lists) >= _MOST_LISTS:
        try:
            del lists[next(iter(lists))]
        except (KeyError, RuntimeError, StopIteration):  # another thread has
            continue


class _Kept:
    """Lives as long as what Django keeps of its URLs."""

    def __call__(self) -> None:
        """Be what ``get_callable()`` takes."""


_kept: Any = None


def _watch() -> None:
    """Have `clear()` called by the next ``clear_url_caches()``."""
    # That empties the cache of `get_callable()`, and nothing else does. Under whatever
    # name it is called, what only that cache keeps is gone then.
    global _kept  # noqa: PLW0603  there is one process
    if _kept is None or _kept() is None:
        kept = _Kept()
        _kept = weakref.ref(kept, _cleared)
        get_callable(kept)


def _cleared(_: Any) -> None:
    clear()
