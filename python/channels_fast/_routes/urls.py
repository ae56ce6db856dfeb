"""
Make a table of a list of Django's URLs.

`UrlTable` answers for the ``URLResolver`` that has the list. ``url_plan`` says what
becomes part of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls.resolvers import RegexPattern, ResolverMatch, URLResolver

from . import compile as compiling
from .djangos_own import (
    ALWAYS,
    INT,
    LANGUAGE,
    TEXT,
    UUID,
    Place,
    ReplacedError,
    as_they_are,
    why_none_is_made,
)
from .patterns import KEEP_NONE
from .plans import TablePlan
from .uncompiled import join_templates
from .url_plan import UrlPlanner

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .._rust import UrlTable
    from .url_plan import Around

#: Stands for a list of what was tried. Nothing is one where nothing is compiled.
Tried: Any = None
if not compiling.WHY_NOT_COMPILED:
    from .. import _rust

    Tried = _rust.Tried

_ATTRIBUTES = vars(ResolverMatch(lambda: None, (), {}))

#: Whether a match of this version of Django says what was tried before (3.2).
HAS_TRIED = "tried" in _ATTRIBUTES
#: Whether it has ``captured_kwargs`` and ``extra_kwargs`` (4.2).
HAS_EXTRA = "extra_kwargs" in _ATTRIBUTES


_resolver: Any = URLResolver

#: Joins the routes of a resolver and of what is in it.
join_routes: Callable[[str, Any], Any] = _resolver._join_route


class Answers(NamedTuple):
    """What makes the answers that are not made in Rust."""

    #: Adds to the match of an object in the list what resolvers around it add.
    merge: Callable[[list[Any], Any, Any], Any]
    #: What a match, and a ``Resolver404``, say was tried.
    tried_of_match: Callable[[Any], Any]
    tried_of_error: Callable[[Any], Any]
    #: Makes the argument of a ``Resolver404``, a dict that is to be filled.
    missed: Callable[[], Any]


class _Nobody:
    """Stands for a resolver that adds nothing to a match."""

    default_kwargs: dict[str, Any] = {}
    app_name = namespace = None


NOBODY = _Nobody()


def _spread(arguments: Any) -> dict[str, Any]:
    return {**arguments}


_Own = tuple[Any, str, Any]


def attributes_of(view: Any, name: Any, around: Around, text: str) -> dict[str, Any]:
    """Return the attributes of a match without arguments."""
    app_names, namespaces, prefix = around
    route = join_templates(prefix, text)
    # Django makes one at each level, from the innermost on, and any of them may fail.
    for level in range(len(namespaces), -1, -1):
        names = app_names[level:], namespaces[level:]
        match = ResolverMatch(view, (), {}, name, *names, route)
    return dict(vars(match))


class Kit(NamedTuple):
    """What ``rust/python/src/url_kit.rs`` knows of Django."""

    prefix_of: list[int | None]
    languages: list[Any]
    #: The ``vars()`` of classes and modules, and names in them.
    always: list[_Own]
    is_root: Any
    merge: Any
    tried_of_match: Any
    tried_of_error: Any
    missed: Any
    text: list[_Own]
    int: list[_Own]
    uuid: list[_Own]
    has_tried: bool = HAS_TRIED
    has_extra: bool = HAS_EXTRA
    resolver: type = URLResolver
    regex_pattern: type = RegexPattern
    match_class: type = ResolverMatch
    new: Any = object.__new__
    attributes_of: Any = attributes_of
    nobody: Any = NOBODY
    spread: Any = _spread


def compile_urls(patterns: Sequence[Any], answers: Answers) -> tuple[UrlTable, bool]:
    """
    Compile *patterns*, a list or tuple of Django's URLs.

    Returns the table, and whether it is right for the active language only. Any error
    means that there is no table of them: Django answers as it always did.

    Raises:
        ReplacedError: What a table stands for is replaced. None is made meanwhile.
    """
    always, language = _in_their_places(ALWAYS), _in_their_places(LANGUAGE)
    kinds = as_they_are(TEXT), as_they_are(INT), as_they_are(UUID)
    why_not = why_none_is_made()
    if why_not:
        raise ReplacedError(why_not)
    planner = UrlPlanner()
    level = planner.level(patterns, (), ([], [], ""))
    reader = planner.reader
    plan = TablePlan(level, reader.meanings, reader.classes.list, KEEP_NONE, True)
    prefix_of: list[int | None] = [None] * len(reader.meanings)
    for number, meaning in enumerate(planner.prefixes):
        prefix_of[meaning] = number
    methods = always + language if planner.languages else always
    kit = Kit(prefix_of, planner.languages, methods, is_root, *answers, *kinds)
    return _rust.UrlTable(plan, kit), planner.is_translated


def _in_their_places(places: list[Place]) -> list[_Own]:
    return [(vars(place), name, own) for place, name, own in as_they_are(places)]


def is_root(pattern: Any) -> bool:
    """Return whether *pattern* is that of ``get_resolver()``: a slash, and no more."""
    if type(pattern) is not RegexPattern or "match" in (own := vars(pattern)):
        return False
    if own.get("_regex") != "^/" or own.get("_is_endpoint"):
        return False
    regex = own.get("regex")
    return regex is None or regex.pattern == "^/"
