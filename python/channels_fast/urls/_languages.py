"""
One table of names for all languages, where no route depends on the language.

Django makes the tables of a resolver anew in each language. Each look at one of them
asks which language is active, and a name in a namespace takes three looks.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from django.urls.resolvers import RegexPattern, RoutePattern, URLPattern, URLResolver

#: Under this name a resolver keeps whether it has one table.
_KNOWN = "_channels_fast_one_table"

#: The resolvers that have tables of all languages.
_with_tables: WeakSet[Any] = WeakSet()


class Table:
    """
    In the place of a property of ``URLResolver`` that is a table by language.

    It is no data descriptor: what a resolver keeps under this name is found before it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        #: Django's own property, from when this is installed.
        self.__wrapped__: Any = None

    def __get__(self, resolver: Any, owner: Any = None) -> Any:
        if resolver is None:
            return self
        found = self.__wrapped__.__get__(resolver, owner)
        if type(resolver) is URLResolver and _KNOWN not in vars(resolver):
            _keep(resolver)
        return found

    def fget(self, resolver: Any) -> Any:
        """Return the table, as the ``fget`` of the property that this was."""
        return self.__get__(resolver)


TABLES = {name: Table(name) for name in ("reverse_dict", "namespace_dict", "app_dict")}


def populate(self: Any) -> None:
    """Make the tables as Django does. The last ones count, in all languages."""
    populate.__wrapped__(self)  # type: ignore[attr-defined] # set where it is installed
    if type(self) is URLResolver:
        _keep(self)


def _keep(resolver: Any) -> None:
    _forget(resolver)
    if _has_one(resolver, ()):
        _with_tables.add(resolver)
        for table in TABLES.values():
            vars(resolver)[table.name] = table.__wrapped__.__get__(resolver)


def _forget(resolver: Any) -> None:
    for name in (_KNOWN, *TABLES):
        vars(resolver).pop(name, None)


def forget_all() -> None:
    """Leave all tables to Django."""
    while _with_tables:
        _forget(_with_tables.pop())


def _has_one(resolver: Any, above: tuple[Any, ...]) -> bool:
    """Say whether the tables of *resolver*, which are made, suit any language."""
    kept = vars(resolver)
    known: bool | None = kept.get(_KNOWN)
    if known is None:
        routes = kept.get("url_patterns")
        known = kept[_KNOWN] = (
            type(routes) in (list, tuple)
            and resolver not in above
            and all(_suits_any(route, (*above, resolver)) for route in routes)
        )
    return known


def _suits_any(route: Any, above: tuple[Any, ...]) -> bool:
    """Say whether *route* means the same to a table in any language."""
    pattern = route.pattern
    if type(pattern) not in (RoutePattern, RegexPattern):
        return False
    # Django puts the regex there only if its text is no lazy one.
    if "regex" not in vars(pattern):
        return False
    if type(route) is URLPattern:
        return _is_text(route.name)
    return (
        type(route) is URLResolver
        and _is_text(route.app_name)
        and _is_text(route.namespace)
        and _has_one(route, above)
        # To namespaces within Django adds the converters of what is around them, each
        # time that it makes a table.
        and bool(route.app_name or not pattern.converters or not route.namespace_dict)
    )


def _is_text(name: Any) -> bool:
    return name is None or type(name) is str
