"""
Which route of a URLconf answers a path, and why not an earlier one.

Each pattern is asked in turn, as Django's own ``URLResolver.resolve`` does.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any, Optional

from django.urls.exceptions import Resolver404
from django.urls.resolvers import URLResolver

from .._routes.resolve import Asked, why_not
from ._listing import Engines, HttpRoute, Place, described, ends

_REFUSED = "it raises Resolver404"


@dataclass
class Answer:
    """What becomes of a path."""

    #: The routes that were asked, in this order.
    asked: list[Asked]
    #: What ``resolve()`` returns, or ``None``.
    match: Any
    #: What is known of the route, or ``None``.
    route: Optional[HttpRoute]
    #: What ``resolve()`` raises otherwise.
    error: Optional[Exception]


def answer(resolver: Any, path: str) -> Answer:
    """Return what *resolver*, that of a URLconf, does with *path*."""
    asked: list[Asked] = []
    route = None
    try:
        match = resolver.resolve(path)
    except Exception as error:  # a request ends with the same
        _ask_root(resolver, path, asked)
        return Answer(asked, None, None, error)
    chain = _ask_root(resolver, path, asked)
    # Code of the project may answer otherwise the second time.
    for index, place in enumerate(ends(resolver) if chain else ()):
        if all(map(operator.is_, place.chain, chain or ())):
            route = described(index, place, Engines(resolver))
            break
    return Answer(asked, match, route, None)


def _ask_root(
    resolver: Any, path: str, asked: list[Asked]
) -> Optional[tuple[Any, ...]]:
    found = resolver.pattern.match(path)
    if not found:
        pattern = str(resolver.pattern)
        asked.append(Asked(0, pattern, path, why_not(resolver.pattern, path)))
        return None
    try:
        return _ask(resolver, found[0], asked, ())
    except Exception:  # it is told with the entry that raised it
        return None


def _ask(
    resolver: Any, path: str, asked: list[Asked], around: tuple[Any, ...]
) -> Optional[tuple[Any, ...]]:
    """Return the entries on the way to the one that answers, ``None`` if none does."""
    for entry in resolver.url_patterns:
        chain = (*around, entry)
        pattern: Any = getattr(entry, "pattern", None)
        one = Asked(len(around), Place(entry, around).route, path)
        asked.append(one)
        try:
            if getattr(type(entry), "resolve", None) is URLResolver.resolve:
                found = pattern.match(path)
                if found:
                    inner = _ask(entry, found[0], asked, chain)
                    if inner:
                        return inner
                    one.reason = "no route behind it takes the rest"
                    continue
            elif entry.resolve(path):
                return chain
            one.reason = why_not(pattern, path) if pattern else "it does not match"
        except Resolver404:
            one.reason = _REFUSED
        except Exception as error:
            one.reason = f"the request fails: {type(error).__name__}: {error}"
            raise
    return None
