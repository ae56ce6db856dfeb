"""
Turn Django's URL objects into what the Rust table understands.

This module and ``rust/python/src/django.rs`` read private attributes of
``django.urls``. When Django changes them, these change and nothing else does. What
is not known here in every detail is left to the pattern object itself, with the
reason.

The Rust side reads what ``path()`` and ``re_path()`` make of plain texts itself. For
any other route it asks for a plan, the tuple ``(plain, pattern, source, names,
converters, reason)``; ``rust/python/src/plan.rs`` reads it:

* ``plain``: whether the route is a ``URLPattern`` and no object of another class.
* ``source``: ``(regex text, parameters)`` for a ``path()`` route with Django's own
  converters, ``(tree, whole path?)`` for any other pattern that was read, ``None``
  for a pattern that only Python matches.
* ``names``: of the captures, or ``None`` if they are positional.
* ``converters``: ``"str"``, ``"int"``, ``"uuid"`` or the converter object, in order.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import converters as django_converters
from django.urls import resolvers
from django.urls.resolvers import RegexPattern, RoutePattern, URLPattern

from . import _fallback, _regex
from ._fallback import NoTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._root_path import RootPathTable
    from ._rust import RouteTable

#: Why there is no compiled table in this process, or an empty string.
WHY_NOT_COMPILED = ""

if os.environ.get("CHANNELS_FAST_DISABLE", "0") not in ("", "0"):
    WHY_NOT_COMPILED = "CHANNELS_FAST_DISABLE is set"
else:
    try:
        from . import _rust
    except ImportError as error:
        # No wheel for this interpreter, or a second sub-interpreter, where PyO3
        # refuses to be imported.
        WHY_NOT_COMPILED = f"the extension cannot be imported: {error}"

#: The compiled one, or the one in Python.
ScopeTable: Any = _fallback.ScopeTable if WHY_NOT_COMPILED else _rust.ScopeTable

Plan = tuple[Any, ...]

_BUILT_IN: dict[type[Any], tuple[str, str, str]] = {
    django_converters.IntConverter: ("int", "[0-9]+", "[0-9]"),
    django_converters.StringConverter: ("str", "[^/]+", "[^/]"),
    django_converters.SlugConverter: ("str", "[-a-zA-Z0-9_]+", "[-a-zA-Z0-9_]"),
    django_converters.PathConverter: ("str", ".+", "."),
    django_converters.UUIDConverter: (
        "uuid",
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "[0-9a-f]",
    ),
}
# What the classes look like before a project changes them.
_TO_PYTHON = {cls: cls.to_python for cls in _BUILT_IN}


_ROUTE_MATCH = RoutePattern.match
_REGEX_MATCH = RegexPattern.match

# Private, and so not in the type stubs.
_route_to_regex: Any = vars(resolvers)["_route_to_regex"]


def _probe(regex: str, path: str, *, is_endpoint: bool) -> Any:
    return RegexPattern(regex, is_endpoint=is_endpoint).match(path)


# Django began to use `fullmatch` in patch releases (2.2.25, 3.1.14, 3.2.10), and
# to drop groups that took no part in 3.0. So both are tried out.
_FULL_MATCH = _probe("a$", "a\n", is_endpoint=True) is None
_KEEP_NONE = bool(_probe("(?P<a>a)?", "", is_endpoint=False)[2])


def compile_routes(routes: Sequence[Any], router_class: type) -> RouteTable | NoTable:
    """Compile *routes*, with the nested *router_class* objects that they lead to."""
    if WHY_NOT_COMPILED:
        return NoTable(routes, WHY_NOT_COMPILED)
    if type(routes) not in (list, tuple):
        return NoTable(routes, f"the routes are in a {type(routes).__qualname__}")
    try:
        return _rust.RouteTable(routes, _Compiler(router_class), _KEEP_NONE)
    except Exception as error:  # Python answers as it always did
        return NoTable(routes, f"{type(error).__name__}: {error}")


class _Compiler:
    """Answers what the Rust side asks while it reads the routes of one table."""

    #: What the Rust side has to know to read Django's own objects itself.
    django = (
        URLPattern,
        RoutePattern,
        _ROUTE_MATCH,
        RegexPattern,
        _REGEX_MATCH,
        _route_to_regex,
        _FULL_MATCH,
    )

    def __init__(self, router_class: type) -> None:
        #: What a callback has to be for its routes to become part of the table.
        self.router_class = router_class
        self._classes = _regex.Classes()
        #: The character classes so far, by their number.
        self.classes = self._classes.list
        #: Returns the tree of what stands in a group.
        self.group = self._classes.group
        self.converters: dict[int, tuple[Any, tuple[str, str, int] | None]] = {}

    def plan(self, route: Any) -> Plan:
        """Return the plan of any route."""
        if not isinstance(route, URLPattern):
            reason = f"a route of class {type(route).__qualname__}"
            return False, None, None, None, (), reason
        pattern = route.pattern
        source, names, converters, why = self.pattern(pattern)
        plain = type(route) is URLPattern
        return plain, pattern, source, names, converters, why

    def pattern(self, pattern: Any) -> tuple[Any, Any, Sequence[Any], str | None]:
        try:
            match = getattr(pattern.match, "__func__", None)
            if type(pattern) is RoutePattern and match is _ROUTE_MATCH:
                return self.route_pattern(pattern)
            if type(pattern) is RegexPattern and match is _REGEX_MATCH:
                return self.regex_pattern(pattern)
        except Exception as error:  # Django reports it when it is reached
            return _python(f"{type(error).__name__}: {error}")
        if type(pattern) in (RoutePattern, RegexPattern):
            return _python("a match() of its own")
        return _python(f"a pattern of class {type(pattern).__qualname__}")

    def regex_pattern(self, pattern: Any) -> tuple[Any, Any, Sequence[Any], str | None]:
        text = pattern._regex
        if type(text) is not str:
            return _python("a translated route")
        full = bool(pattern._is_endpoint and _FULL_MATCH and text.endswith("$"))
        regex = _regex.read(text, self._classes)
        source = (regex.tree, full)
        return source, regex.names, ["str"] * regex.groups, regex.reason

    def route_pattern(self, pattern: Any) -> tuple[Any, Any, Sequence[Any], str | None]:
        if type(pattern._route) is not str:
            return _python("a translated route")
        text = getattr(pattern, "_regex", None)
        if type(text) is not str:  # Django before 5.1
            text = _route_to_regex(pattern._route, pattern._is_endpoint)[0]
        names = tuple(pattern.converters)
        parameters = []
        converters: list[Any] = []
        for name, converter in pattern.converters.items():
            built_in = self.built_in(converter)
            if built_in is None:
                converters.append(converter)
            else:
                kind, regex, members = built_in
                converters.append(kind)
                parameters.append((name, regex, members, kind == "uuid"))
        if len(parameters) == len(names):
            return (text, tuple(parameters)), names, converters, None
        regex_of_text = _regex.read(text, self._classes)
        if regex_of_text.names != names:
            return _python("a group in a converter")
        return (regex_of_text.tree, False), names, converters, regex_of_text.reason

    def built_in(self, converter: Any) -> tuple[str, str, int] | None:
        """
        Return kind, regex and character class of one of Django's own converters.

        ``None`` for any other, and for one that somebody has changed.
        """
        key = id(converter)
        if key not in self.converters:
            cls = type(converter)
            # The converter is kept, so that its id stays its own.
            self.converters[key] = (converter, None)
            if cls in _BUILT_IN and _is_untouched(converter):
                kind, regex, members = _BUILT_IN[cls]
                found = (kind, regex, self._classes.of(members))
                self.converters[key] = (converter, found)
        return self.converters[key][1]


def _python(reason: str) -> tuple[None, None, Sequence[Any], str]:
    return None, None, (), reason


def _is_untouched(converter: Any) -> bool:
    """Say whether nobody has changed one of Django's converters."""
    cls = type(converter)
    return (
        cls.to_python is _TO_PYTHON[cls]
        and cls.regex == _BUILT_IN[cls][1]
        and not vars(converter)
    )


@dataclass(frozen=True)
class RouteDescription:
    """A route as a person wants to see it."""

    #: Its number, in the order of matching.
    index: int
    #: The route string or the regex, behind those of the routers around it.
    pattern: str
    #: ``"segmented"`` (the trie alone), ``"program"`` (a compiled regular
    #: expression) or ``"python"`` (the pattern object itself).
    engine: str
    #: Why Python matches it, or an empty string.
    reason: str
    #: What it leads to.
    application: str

    def __str__(self) -> str:
        line = f"{self.index:>4}  {self.engine:<9}  {self.pattern!r}"
        return f"{line}  {self.reason}" if self.reason else line


def describe_routes(
    routes: Sequence[Any], table: RouteTable | NoTable | RootPathTable
) -> list[RouteDescription]:
    """Describe *routes*, as *table* serves them."""
    described = []
    for index, (trail, engine, reason) in enumerate(table.rows()):
        texts = []
        level = routes
        application: Any = None
        for position in trail:
            route = level[position]
            texts.append(str(route.pattern))
            application = route.callback
            level = getattr(application, "routes", ())
        described.append(
            RouteDescription(
                index, "".join(texts), engine, reason or "", name_of(application)
            )
        )
    return described


def captures_of(pattern: Any) -> list[str]:
    """Return the names under which *pattern* passes what it captures."""
    if isinstance(pattern, RoutePattern):
        return list(pattern.converters)
    if isinstance(pattern, RegexPattern):
        try:
            return list(pattern.regex.groupindex)
        except ImproperlyConfigured:
            return []
    return []


def is_full_match(pattern: RegexPattern) -> bool:
    """Say whether Django compares the whole path with *pattern*."""
    return bool(
        _FULL_MATCH
        and pattern._is_endpoint  # type: ignore[attr-defined] # private
        and str(pattern).endswith("$")
    )


def name_of(application: Any) -> str:
    """Return the dotted name of what stands behind a route."""
    application = getattr(application, "consumer_class", application)
    named = application if hasattr(application, "__qualname__") else type(application)
    return f"{named.__module__}.{named.__qualname__}"
