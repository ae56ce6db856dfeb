"""
The tables of Django's URLs, one for each list of them.

A table belongs to the list, by identity, because Django makes new resolvers for the
same list, after each ``clear_url_caches()`` for one. It is made when the list is used
for the second time: a list that is used once, for one request or one test, would not
be worth it.
"""

from __future__ import annotations

import logging
import weakref
from typing import Any

from django.urls import get_callable
from django.urls.resolvers import URLResolver

from .._routes.djangos_own import ReplacedError
from .._routes.translated import active_language
from .._routes.urls import compile_urls
from ._matches import ANSWERS

logger = logging.getLogger("channels_fast.urls")

# Whoever makes new lists all the time does not keep more than that many of them.
_MOST_LISTS = 256

#: By the ``id()`` of a list, which the table keeps, its `UrlTable` or `_Translated`.
tables: dict[int, Any] = {}
# By the same, for which resolver the table was made.
_users: dict[int, weakref.ref[Any]] = {}
# The lists that were used once.
_met: dict[int, Any] = {}
# The lists that cannot be compiled. The log says why.
_failed: dict[int, Any] = {}


def note(resolver: Any) -> None:
    """Note that Django has used the list of *resolver*."""
    patterns = _list_of(resolver)
    if patterns is not None:
        _watch()
        _make_room(_met)
        _met[id(patterns)] = patterns


def make(resolver: Any) -> bool:
    """Make the table of the list of *resolver* if that is its second use."""
    patterns = _list_of(resolver)
    key = id(patterns)
    if patterns is None or _met.pop(key, None) is not patterns:
        return False
    kept = _kept
    table: Any
    try:
        table, is_translated = compile_urls(patterns, ANSWERS)
    except ReplacedError:
        return False  # as long as that is so
    except Exception as error:  # Django answers as it always did
        _make_room(_failed)
        _failed[key] = patterns
        _warn(patterns, error)
        return False
    if is_translated:
        table = _Translated(patterns, table)
    _make_room_for_table()
    _users[key] = weakref.ref(resolver)
    tables[key] = table
    if kept is None or kept() is None:
        # Another thread has cleared Django's caches: the list was read before that.
        drop(patterns)
        return False
    return True


class _Translated:
    """The tables of a list that says something else in each language."""

    def __init__(self, patterns: Any, table: Any) -> None:
        self.patterns = patterns
        self.tables = {active_language(): table}

    def resolve(self, resolver: Any, path: Any) -> Any:
        table = self.table()
        return table and table.resolve(resolver, path)

    def resolve_rest(self, path: str) -> Any:
        table = self.table()
        return table and table.resolve_rest(path)

    def table(self) -> Any:
        """Return the table for the active language, ``None`` if there is none."""
        language = active_language()
        try:
            return self.tables[language]
        except KeyError:
            _make_room(self.tables)
        table = None
        try:
            table, _ = compile_urls(self.patterns, ANSWERS)
        except ReplacedError:
            return None
        except Exception as error:  # Django answers, as above
            _warn(self.patterns, error)
        self.tables[language] = table
        return table


def _warn(patterns: Any, error: Exception) -> None:
    logger.warning(
        "Django resolves a list of %d URLs itself, which cannot be compiled: %s: %s",
        len(patterns),
        type(error).__name__,
        error,
    )


def _list_of(resolver: Any) -> Any:
    """Return the list that may have a table, ``None`` if Django has not read it yet."""
    patterns: Any = vars(resolver).get("url_patterns")
    if (
        type(resolver) is not URLResolver
        or type(patterns) not in (list, tuple)
        or id(patterns) in _failed
    ):
        return None
    return patterns


def drop(patterns: Any) -> None:
    """Forget the table of a list that has changed."""
    _drop(id(patterns))


def _drop(key: int) -> None:
    for each in (tables, _users):
        each.pop(key, None)


def clear() -> None:
    """Forget all tables, and which lists were used."""
    for each in (tables, _users, _met, _failed):
        each.clear()


def _make_room(lists: dict[Any, Any]) -> None:
    while len(lists) >= _MOST_LISTS:
        try:
            del lists[next(iter(lists))]
        except (KeyError, RuntimeError, StopIteration):  # another thread has
            continue


def _make_room_for_table() -> None:
    while len(tables) >= _MOST_LISTS:
        try:
            # Django keeps the resolver of a URLconf. One for a request is gone with it,
            # and must not displace the others.
            unused = (key for key, user in _users.items() if user() is None)
            _drop(next(unused, None) or next(iter(tables)))
        except (RuntimeError, StopIteration):  # another thread has
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
    global _kept  # noqa: PLW0603 # there is one process
    if _kept is None or _kept() is None:
        kept = _Kept()
        _kept = weakref.ref(kept, _cleared)
        get_callable(kept)


def _cleared(_: Any) -> None:
    clear()
