"""Puts the compiled tables in the place of Django's ``URLResolver.resolve``."""

from __future__ import annotations

import logging
from typing import Any

from django.urls.resolvers import URLResolver

from .._routes import compile as compiling
from .._routes.djangos_own import is_djangos_own, why_none_is_made, why_not_own
from .._routes.urls import HAS_TRIED, is_root
from ._compare import comparison, mode
from ._matches import around, install_tried, tried_of_match
from ._tables import clear, drop, make, note, tables

logger = logging.getLogger("channels_fast.urls")

#: Django's own function, from when this is installed.
STOCK: Any = URLResolver.__dict__["resolve"]

#: Why Django resolves although it was asked not to, or an empty string.
reason = ""

# What stands in the place of Django's function. Others may have wrapped it.
_placed: Any = None
_is_on = False
# Whether `uninstall()` has left it in a wrapper, which goes on calling it.
_is_left = False


def resolve(self: Any, path: Any) -> Any:
    """
    Return the ``ResolverMatch`` for *path*, as Django's own function does.

    Raises:
        Resolver404: No URL accepts the path.
    """
    try:
        table = tables[id(self.__dict__["url_patterns"])]
    except KeyError:
        table = None
    if table is None:
        return _resolve_without(self, path)
    match = table.resolve(self, path)
    return match or _resolve_otherwise(self, path, match)


def _resolve_without(resolver: Any, path: Any) -> Any:
    if _is_left:
        return STOCK(resolver, path)
    if make(resolver):
        return resolve(resolver, path)
    try:
        return STOCK(resolver, path)
    finally:
        note(resolver)


def _resolve_otherwise(resolver: Any, path: Any, match: Any) -> Any:
    """Resolve where a table has said that the list has changed, or does not answer."""
    patterns = vars(resolver)["url_patterns"]
    if match is False:
        drop(patterns)
        return _resolve_without(resolver, path)
    table = tables.get(id(patterns))
    pattern = resolver.pattern
    if type(resolver) is not URLResolver or table is None or is_root(pattern):
        return STOCK(resolver, path)
    # The resolver is one within others, or of a project, with a pattern that says more.
    found = pattern.match(str(path))
    if found and type(found) is tuple and type(found[0]) is str:
        left, args, kwargs = found
        match = table.resolve_rest(left)
        if match:
            tried = tried_of_match(match)
            match = around(resolver, args, kwargs, "", match)
            if HAS_TRIED:
                match.tried = tried
            return match
        if match is False:
            drop(patterns)
    # The pattern has been asked, and is not asked twice.
    return STOCK(_as_matched(resolver, patterns, found), path)


class _Matched:
    """Stands for a pattern that has been asked."""

    def __init__(self, found: Any) -> None:
        self.found = found

    def match(self, path: str) -> Any:
        return self.found


def _as_matched(resolver: Any, patterns: Any, found: Any) -> Any:
    pattern: Any = _Matched(found)
    names = resolver.app_name, resolver.namespace
    return URLResolver(pattern, patterns, resolver.default_kwargs, *names)


def install() -> None:
    """Put `resolve` in the place of Django's own function, if that is there."""
    global reason, STOCK, _placed, _is_on, _is_left  # noqa: PLW0603 # there is one process
    if is_installed():
        return
    uninstall()
    reason = compiling.WHY_NOT_COMPILED or why_not_own(URLResolver, "resolve")
    if reason:
        logger.warning("Django resolves its URLs itself: %s.", reason)
        return
    install_tried()
    STOCK = vars(URLResolver)["resolve"]
    vars(resolve)["__wrapped__"] = STOCK
    _placed = resolve
    if mode() == "check":
        _placed = comparison.of(STOCK, resolve, "URLResolver.resolve()")
    _is_on, _is_left = True, False
    URLResolver.resolve = _placed  # type: ignore[method-assign] # that is the point


def uninstall() -> None:
    """Put Django's own function back, unless somebody has wrapped this one."""
    global reason, _is_on, _is_left  # noqa: PLW0603 # as above
    reason = ""
    if _placed is not None and vars(URLResolver).get("resolve") is _placed:
        URLResolver.resolve = STOCK  # type: ignore[method-assign] # as above
    is_wrapped = not is_djangos_own(vars(URLResolver).get("resolve"))
    _is_left = (_is_on or _is_left) and is_wrapped
    _is_on = False
    clear()


def is_installed() -> bool:
    """Return whether `resolve` is called, if only to be compared or by a wrapper."""
    return _is_on and not is_djangos_own(vars(URLResolver).get("resolve"))


def answers() -> bool:
    """Return whether compiled tables answer."""
    return is_installed() and _placed is resolve and not why_none_is_made()


def why_django() -> str:
    """Say why Django resolves although it was asked not to; an empty string if not."""
    return reason or (why_none_is_made() if is_installed() else "")


def describe() -> str:
    """Say in a sentence whether compiled tables answer, and why if they do not."""
    why = why_django()
    if why:
        return f"Django resolves its URLs itself: {why}."
    if not is_installed():
        return "Django resolves its URLs itself: channels_fast.urls is not installed."
    if _placed is not resolve:
        return comparison.describe()
    if vars(URLResolver).get("resolve") is not _placed:
        wrapper = why_not_own(URLResolver, "resolve")
        return f"Compiled tables answer behind a wrapper: {wrapper}."
    return "Compiled tables answer for Django's URLs."
