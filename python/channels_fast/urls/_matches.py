"""
Matches and errors as Django makes them, where a table leaves something to do.

``tried``, which almost nobody reads, is a list of all URLs that were looked at before.
A table puts `Tried` in its place, and whoever looks at it gets the list.
"""

from __future__ import annotations

import functools
from typing import Any

from django.urls.resolvers import ResolverMatch, URLPattern

from .._routes.urls import HAS_EXTRA, HAS_TRIED, NOBODY, Answers, Tried, join_routes


def merge(levels: list[Any], asked: Any, match: Any) -> Any:
    """
    Add to *match* what the resolvers around the *asked* object do.

    Args:
        levels: Each resolver, the outermost first, and what its pattern captured.
        asked: The object in the list of the innermost one.
        match: What its ``resolve()`` has returned.
    """
    inner = asked
    for resolver, args, kwargs in reversed(levels):
        route = "" if isinstance(inner, URLPattern) else str(inner.pattern)
        match = around(resolver, args, kwargs, route, match)
        inner = resolver
    return match


def around(resolver: Any, args: Any, kwargs: Any, route: str, match: Any) -> Any:
    """Return the match of *resolver* for the one within, as Django makes it."""
    merged = {**kwargs, **resolver.default_kwargs}
    merged.update(match.kwargs)
    arguments = (
        match.func,
        # A pattern of a project may return a list, to which no tuple can be added.
        match.args if merged or resolver is NOBODY else args + match.args,
        merged,
        match.url_name,
        [resolver.app_name] + match.app_names,  # noqa: RUF005 # the error is Django's
        [resolver.namespace] + match.namespaces,  # noqa: RUF005 # as above
        join_routes(route, match.route),
    )
    if not HAS_EXTRA:
        return ResolverMatch(*arguments)
    more: Any = {
        "captured_kwargs": match.captured_kwargs,
        "extra_kwargs": {**resolver.default_kwargs, **match.extra_kwargs},
    }
    return ResolverMatch(*arguments, **more)


def tried_of_match(match: Any) -> Any:
    """Return what *match* says was tried, without making a list of it."""
    if not HAS_TRIED:
        return None
    return vars(match)["tried"] if type(match) is ResolverMatch else match.tried


def tried_of_error(error: Any) -> Any:
    """Return what a ``Resolver404`` says was tried, without making a list of it."""
    try:
        argument = error.args[0]
        if type(argument) is Missed:
            return dict.get(argument, "tried")
        return argument.get("tried")
    except Exception as another:
        # Django asks while it handles the first one.
        another.__context__ = error
        raise


class Missed(dict):  # type: ignore[type-arg] # evaluated by Python 3.9
    """
    The argument of a ``Resolver404``: a dict whose ``"tried"`` is made on first look.

    Only the dict may be of a class of its own. The default page of a 404 prints the
    class of the exception.
    """

    __slots__ = ()

    def __reduce_ex__(self, protocol: Any) -> Any:
        # A copy, or a pickle, is a plain one.
        return dict, (dict(self),)


def _looks(name: str) -> Any:
    """Return a method of dict that gets to see the list."""
    method = getattr(dict, name)

    @functools.wraps(method)
    def look(self: Missed, /, *args: Any, **kwargs: Any) -> Any:
        tried = dict.get(self, "tried")
        if tried is not None and type(tried) is Tried:
            dict.__setitem__(self, "tried", tried.list())
        return method(self, *args, **kwargs)

    return look


# With `__iter__` and `keys`, what copies a dict in C asks for the values one by one.
for _name in (
    *("__eq__", "__getitem__", "__ior__", "__iter__", "__ne__", "__or__", "__repr__"),
    *("__reversed__", "__ror__", "copy", "get", "items", "keys", "pop", "popitem"),
    *("setdefault", "values"),
):
    setattr(Missed, _name, _looks(_name))


class TriedAttribute:
    """``ResolverMatch.tried``, which is in the ``vars()`` of a match as ever."""

    def __get__(self, match: Any, owner: Any = None) -> Any:
        if match is None:
            return self
        attributes = vars(match)
        try:
            tried = attributes["tried"]
        except KeyError:
            text = f"{type(match).__name__!r} object has no attribute 'tried'"
            raise AttributeError(text) from None
        if type(tried) is Tried:
            tried = attributes["tried"] = tried.list()
        return tried

    def __set__(self, match: Any, tried: Any) -> None:
        vars(match)["tried"] = tried

    def __delete__(self, match: Any) -> None:
        try:
            del vars(match)["tried"]
        except KeyError:
            raise AttributeError("tried") from None


ANSWERS = Answers(merge, tried_of_match, tried_of_error, Missed)


def install_tried() -> None:
    """
    Let matches make the list ``tried`` on first look.

    It stays for good: matches of before outlive `uninstall()`.
    """
    if HAS_TRIED and "tried" not in vars(ResolverMatch):
        ResolverMatch.tried = TriedAttribute()
