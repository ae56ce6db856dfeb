"""
One table of names for all languages, where nothing in it depends on the language.

Django makes the tables of a resolver anew in each language. Each look at one of them
asks which language is active, and a name in a namespace takes three looks. Where routes
depend on the language, the table of applications is the same all the same: it has their
names and those of their namespaces.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from django.urls.resolvers import RegexPattern, RoutePattern, URLPattern, URLResolver

#: Under this name a resolver keeps which of its tables are those of all languages.
_KNOWN = "_channels_fast_one_table"

#: The resolvers in which something is kept.
_known: WeakSet[Any] = WeakSet()


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
_ALL = tuple(TABLES)
_APPLICATIONS = ("app_dict",)


def populate(self: Any) -> None:
    """Make the tables as Django does. The last ones count, in all languages."""
    populate.__wrapped__(self)  # type: ignore[attr-defined] # set where it is installed
    if type(self) is URLResolver:
        _keep(self)


def _keep(resolver: Any) -> None:
    _forget(resolver)
    for name in _of_all_languages(resolver, ()):
        vars(resolver)[name] = TABLES[name].__wrapped__.__get__(resolver)


def _forget(resolver: Any) -> None:
    for name in (_KNOWN, *TABLES):
        vars(resolver).pop(name, None)


def forget_all() -> None:
    """Leave all tables to Django."""
    while _known:
        _forget(_known.pop())


def _of_all_languages(resolver: Any, above: tuple[Any, ...]) -> tuple[str, ...]:
    """Return which tables of *resolver*, which are made, suit any language."""
    kept = vars(resolver)
    known: tuple[str, ...] | None = kept.get(_KNOWN)
    if known is None:
        known = ()
        routes = kept.get("url_patterns")
        if type(routes) in (list, tuple) and resolver not in above:
            inside = (*above, resolver)
            if all(_suits_any(route, inside) for route in routes):
                known = _ALL
            elif all(_names_suit_any(route, inside) for route in routes):
                known = _APPLICATIONS
        kept[_KNOWN] = known
        _known.add(resolver)
    return known


def _suits_any(route: Any, above: tuple[Any, ...]) -> bool:
    """Return whether *route* means the same to each table in any language."""
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
        and _names_suit_any(route, above)
        and _of_all_languages(route, above) == _ALL
        # To namespaces within Django adds the converters of what is around them, each
        # time that it makes a table.
        and bool(route.app_name or not pattern.converters or not route.namespace_dict)
    )


def _names_suit_any(route: Any, above: tuple[Any, ...]) -> bool:
    """Return whether *route* means the same to applications in any language."""
    if isinstance(route, URLPattern):
        return True
    return (
        type(route) is URLResolver
        and _is_text(route.app_name)
        and _is_text(route.namespace)
        # As far down as it goes: a list may include itself.
        and bool(_of_all_languages(route, above))
    )


def _is_text(name: Any) -> bool:
    return name is None or type(name) is str
