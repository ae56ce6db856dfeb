"""The routes of a URLconf as a person sees them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from django.urls.resolvers import URLResolver

from .._routes import compile as compiling
from .._routes.describe import ENGINES, slowest
from .._routes.lines import shown, tree_line
from .._routes.names import name_of
from .._routes.uncompiled import join_templates
from .._routes.urls import compile_urls
from ._matches import ANSWERS

if TYPE_CHECKING:
    from collections.abc import Iterator

# Django resolves on the stack of the thread, and nobody nests as deep by hand.
_DEEPEST = 100


class Place(NamedTuple):
    """An entry of a list of routes, and where it is."""

    entry: Any
    #: The ``URLResolver`` objects around it, but for the one of the URLconf.
    around: tuple[Any, ...]
    #: Where it stands in each of the lists on the way, from the outermost on.
    position: tuple[int, ...] = ()
    #: Whether its own routes are to be looked at, too.
    leads_on: bool = False

    @property
    def chain(self) -> tuple[Any, ...]:
        """The entries on the way to it, and itself."""
        return (*self.around, self.entry)

    @property
    def route(self) -> str:
        """The whole route, as in ``ResolverMatch.route``."""
        return functools.reduce(join_templates, map(_text_of, self.chain))


@dataclass(frozen=True)
class HttpRoute:
    """What there is to know about a route of a URLconf."""

    #: Its number, in the order of matching.
    index: int
    #: The whole route, as in ``ResolverMatch.route``.
    pattern: str
    #: The name with its namespaces, as ``reverse()`` takes it, or ``None``.
    name: Optional[str]
    #: The dotted name of the view.
    view: str
    #: ``"trie"``, ``"regex"`` or ``"Django"``: the slowest on the way.
    engine: str
    #: Why Django's pattern matches it, or an empty string.
    reason: str


def places(
    resolver: Any, around: tuple[Any, ...] = (), outer: tuple[int, ...] = ()
) -> Iterator[Place]:
    """Yield each entry behind *resolver*, those that lead on in front of the others."""
    # A project may compute the list.
    for number, entry in enumerate(tuple(resolver.url_patterns)):
        position = (*outer, number)
        leads_on = (
            hasattr(entry, "url_patterns")
            and all(entry is not other for other in around)
            and len(around) < _DEEPEST
        )
        yield Place(entry, around, position, leads_on)
        if leads_on:
            yield from places(entry, (*around, entry), position)


def ends(resolver: Any) -> list[Place]:
    """Return the entries behind *resolver* that lead to no others."""
    return [place for place in places(resolver) if not place.leads_on]


def list_routes(resolver: Any) -> list[HttpRoute]:
    """Describe each route behind *resolver*, in the order of matching."""
    engines = Engines(resolver)
    return [described(index, one, engines) for index, one in enumerate(ends(resolver))]


def described(index: int, place: Place, engines: Engines) -> HttpRoute:
    """Describe the route at *place*, which has the number *index*."""
    engine, reason = engines.on_the_way(place)
    return HttpRoute(
        index, place.route, _full_name(place), view_of(place.entry), engine, reason
    )


def tree(resolver: Any) -> list[str]:
    """Return a line for each entry behind *resolver*, inner ones further in."""
    found = list(places(resolver))
    labels = ["  " * len(one.around) + shown(_text_of(one.entry)) for one in found]
    width = max(map(len, labels), default=0)
    engines = Engines(resolver)
    lines = []
    for place, label in zip(found, labels):
        name = _included(place.entry) if place.leads_on else view_of(place.entry)
        engine, reason = engines.at(place)
        lines.append(tree_line(label, width, engine, [name], reason))
    return lines


class Engines:
    """What matches the entries behind a resolver, as the tables themselves say."""

    def __init__(self, resolver: Any) -> None:
        self._rows: dict[tuple[int, ...], tuple[str, str]] = {}
        if not compiling.WHY_NOT_COMPILED:
            self._read(resolver, ())

    def on_the_way(self, place: Place) -> tuple[str, str]:
        """Return the slowest on the way to *place*, and why it is Django."""
        if compiling.WHY_NOT_COMPILED:
            return "Django", compiling.WHY_NOT_COMPILED
        position = place.position
        ways = [position[:length] for length in range(len(position) + 1)]
        return slowest(self._rows[way] for way in ways if way in self._rows)

    def at(self, place: Place) -> tuple[str, str]:
        """Return what matches *place* alone, nothing for a part of another one."""
        if compiling.WHY_NOT_COMPILED:
            return "Django", compiling.WHY_NOT_COMPILED
        return self._rows.get(place.position, ("", ""))

    def _read(self, resolver: Any, outer: tuple[int, ...], around: Any = ()) -> None:
        patterns = resolver.url_patterns
        if type(patterns) not in (list, tuple):
            kind = type(patterns).__qualname__
            self._rows[outer] = "Django", f"the routes are in a {kind}"
            return
        try:
            table, _ = compile_urls(patterns, ANSWERS)
        except Exception as error:  # Django answers as it always did
            self._rows[outer] = "Django", f"{type(error).__name__}: {error}"
            return
        around = (*around, resolver)
        for inner, engine, reason in table.rows():
            position = (*outer, *inner)
            self._rows[position] = ENGINES[engine], reason or ""
            entry = resolver
            for number in inner:
                entry = entry.url_patterns[number]
            # What is no part of this table has one of its own.
            if type(entry) is URLResolver and all(entry is not one for one in around):
                self._read(entry, position, around)


def view_of(entry: Any) -> str:
    """Return the dotted name of the view that *entry* leads to."""
    try:
        return str(entry.lookup_str)
    except AttributeError:  # it is of a class of the project
        return name_of(getattr(entry, "callback", None) or entry)


def _included(resolver: Any) -> str:
    included = resolver.urlconf_name
    name = getattr(included, "__name__", None)
    if name is None:
        name = included if isinstance(included, str) else "a list"
    namespace = resolver.namespace
    return f"include({name})" + (f" as {namespace}" if namespace else "")


def _text_of(entry: Any) -> str:
    return str(getattr(entry, "pattern", ""))


def _full_name(place: Place) -> Optional[str]:
    name = getattr(place.entry, "name", None)
    if name is None:
        return None
    spaces = (getattr(entry, "namespace", None) for entry in place.around)
    return ":".join([*filter(None, spaces), str(name)])
