"""
What a table of Django's URLs stands for, and whether it is Django's own.

A function that somebody has wrapped is not: who traces calls would see none.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

from django.urls import converters, resolvers
from django.urls.resolvers import (
    LocalePrefixPattern,
    RegexPattern,
    ResolverMatch,
    RoutePattern,
    URLPattern,
    URLResolver,
)
from django.utils.functional import cached_property

#: A class or module, and a name in it.
Place = tuple[Any, str]

#: What counts for every path.
ALWAYS: list[Place] = [
    (URLPattern, "resolve"),
    (URLResolver, "url_patterns"),
    (RoutePattern, "match"),
    (RegexPattern, "match"),
    (ResolverMatch, "__init__"),
    # Django looks these up when it makes one.
    (resolvers, "ResolverMatch"),
    (resolvers, "Resolver404"),
]
#: What counts where a URLconf has prefixes of the language.
LANGUAGE: list[Place] = [(LocalePrefixPattern, "match")]
#: What counts where such a converter is used.
TEXT: list[Place] = [
    (converters.StringConverter, "to_python"),
    (converters.SlugConverter, "to_python"),
    (converters.PathConverter, "to_python"),
]
INT: list[Place] = [(converters.IntConverter, "to_python")]
UUID: list[Place] = [(converters.UUIDConverter, "to_python")]


class ReplacedError(Exception):
    """Somebody has replaced what a table stands for."""


def is_djangos_own(found: Any) -> bool:
    """Return whether Django wrote *found*: a function, a property or a class."""
    if issubclass(type(found), type):
        return str(found.__module__).startswith("django.urls.")
    function = _function_of(found)
    # A wrapper that takes over the attributes of what it wraps has other globals.
    return type(function) is FunctionType and any(
        function.__globals__ is vars(module) for module in (converters, resolvers)
    )


def why_not_own(place: Any, name: str) -> str:
    """Say that *name* is not Django's own in *place*; an empty string if it is."""
    found = _found_in(place, name)
    if is_djangos_own(found):
        return ""
    function = _function_of(found)
    # Wrappers have the attributes of what is inside: those of functools.wraps, and that
    # of New Relic, which is one of wrapt.
    if type(function) is FunctionType:
        module = function.__globals__.get("__name__")
    elif issubclass(type(function), type):
        module = function.__module__
    else:
        module = type(function).__module__
    return f"{place.__name__}.{name} is not Django's own but one of {module}"


def why_none_is_made() -> str:
    """Say what is not Django's own, for which reason no table is made as long."""
    places = (*ALWAYS, *LANGUAGE, *TEXT, *INT, *UUID)
    return next(filter(None, (why_not_own(*place) for place in places)), "")


def as_they_are(places: list[Place]) -> list[tuple[Any, str, Any]]:
    """Return the *places* with what is in them."""
    return [(place, name, _found_in(place, name)) for place, name in places]


def _found_in(place: Any, name: str) -> Any:
    # A slug's converter has its method from that of text.
    kinds = getattr(place, "__mro__", (place,))
    return next((vars(kind)[name] for kind in kinds if name in vars(kind)), None)


def _function_of(found: Any) -> Any:
    if type(found) is property:
        return found.fget
    return vars(found)["func"] if type(found) is cached_property else found
