"""
Make a table of a list of Django's URLs.

`UrlTable` answers for the ``URLResolver`` that has the list. Nested resolvers become
part of the table where nothing of the project takes part in their match. Any other
object in the list is asked through its own ``resolve()``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls.resolvers import (
    LocalePrefixPattern,
    RegexPattern,
    ResolverMatch,
    URLPattern,
    URLResolver,
)

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
from .patterns import KEEP_NONE, Reader
from .plans import Meaning, RouterPlan, TablePlan
from .translated import as_translated
from .uncompiled import join_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .._rust import UrlTable
    from .plans import RoutePlan

#: Stands for a list of what was tried. Nothing is one where nothing is compiled.
Tried: Any = None
if not compiling.WHY_NOT_COMPILED:
    from .. import _rust

    Tried = _rust.Tried

# A list in many places counts each time. Beyond this many URLs, and nested deeper than
# this, a resolver answers for itself.
_MOST_URLS = 100_000
_DEEPEST = 100

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
# What resolvers around a list add to each match: their app names and namespaces, and
# their routes.
_Around = tuple[list[Any], list[Any], str]


def attributes_of(view: Any, name: Any, around: _Around, text: str) -> dict[str, Any]:
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
    planner = _Planner()
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
    """Say whether *pattern* is that of ``get_resolver()``: a slash, and no more."""
    if type(pattern) is not RegexPattern or "match" in (own := vars(pattern)):
        return False
    if own.get("_regex") != "^/" or own.get("_is_endpoint"):
        return False
    regex = own.get("regex")
    return regex is None or regex.pattern == "^/"


class _Planner:
    def __init__(self) -> None:
        self.reader = Reader(self.translated)
        self.count = 0
        #: The patterns that begin with the language, and the numbers of their meanings.
        self.languages: list[Any] = []
        self.prefixes: list[int] = []
        #: Whether a pattern was read as it is in the active language.
        self.is_translated = False

    def level(
        self,
        patterns: Sequence[Any],
        outer: tuple[Any, ...],
        around: _Around,
    ) -> RouterPlan:
        """
        Return the plan of a list.

        Args:
            patterns: The list, which may change while it is read.
            outer: The lists around it.
            around: What the resolvers that lead to it add to each match.
        """
        snapshot = tuple(patterns)
        self.count += len(snapshot)
        outer = (*outer, patterns)
        read, meanings = self.reader.read, self.reader.meanings
        plans: list[RoutePlan] = []
        for route in snapshot:
            cls = type(route)
            if cls is URLResolver and "resolve" not in vars(route):
                plans.append(self.resolver(route, outer, around))
                continue
            if cls is not URLPattern or "resolve" in vars(route):
                # It may be any object with a `resolve()`, and do what it likes.
                reason = f"a route of class {cls.__qualname__}"
                literal, meaning, _ = self.reader.in_python(reason)
                plans.append(
                    (route, None, literal, meaning, None, None, None, None, None)
                )
                continue
            pattern = route.pattern
            literal, meaning, text = read(pattern)
            if text is None or meanings[meaning].reason is not None:
                plans.append(self.asked(route, pattern, literal, meaning))
                continue
            view, name = route.callback, pattern.name
            plans.append(
                (route, pattern, literal, meaning, view, around, text, name, None)
            )
        return RouterPlan(patterns, plans)

    def resolver(
        self, route: Any, outer: tuple[Any, ...], around: _Around
    ) -> RoutePlan:
        pattern = route.pattern
        if type(pattern) is LocalePrefixPattern:
            literal, meaning = "", -1
            text: str | None = ""
            becomes_part = len(outer) == 1 and "match" not in vars(pattern)
        else:
            literal, meaning, text = self.reader.read(pattern)
            means = self.reader.meanings[meaning]
            becomes_part = (
                text is not None
                and means.reason is None
                # One of the project runs as soon as this pattern accepts the path,
                # and may raise whatever it likes.
                and all(isinstance(kind, str) for kind in means.converters)
            )
        patterns = _list_of(route) if becomes_part else None
        if (
            not patterns  # an empty one tells nothing of what was tried
            or type(patterns) not in (list, tuple)
            or len(outer) >= _DEEPEST
            or any(patterns is other for other in outer)
            or self.count + len(patterns) > _MOST_URLS
        ):
            if meaning < 0:
                literal, meaning, _ = self.reader.in_python("a prefix of the language")
            return self.asked(route, pattern, literal, meaning)
        if meaning < 0:
            meaning = self.language(pattern)
        its = (route.app_name, route.namespace)
        app_names, namespaces, prefix = around
        within = (
            [*app_names, its[0]],
            [*namespaces, its[1]],
            join_templates(prefix, text or ""),
        )
        inner = self.level(patterns, outer, within)
        return route, pattern, literal, meaning, None, None, None, its, inner

    def translated(self, pattern: Any) -> Any:
        """Return what *pattern* is in the active language, ``None`` if unknown."""
        try:
            plain = as_translated(pattern)
        except Exception:  # Django says so for each path
            return None
        self.is_translated = self.is_translated or plain is not None
        return plain

    def language(self, pattern: Any) -> int:
        """Return the number of a meaning for a prefix that each search is told."""
        tree = ("prefix", len(self.languages))
        self.languages.append(pattern)
        meanings = self.reader.meanings
        meanings.append(Meaning(tree, False, None, (), None))
        self.prefixes.append(len(meanings) - 1)
        return self.prefixes[-1]

    def asked(self, route: Any, pattern: Any, literal: str, meaning: int) -> RoutePlan:
        """Return the plan of a route that is asked if its pattern may accept a path."""
        meanings = self.reader.meanings
        known = meanings[meaning]
        if known.reason is None and isinstance(known.tree, list):
            # Another one may share its meaning.
            tree = [*known.tree, None]
            reason = "its match runs code of the project"
            meanings.append(
                Meaning(tree, known.full, known.names, known.converters, reason)
            )
            meaning = len(meanings) - 1
        elif known.tree is None:
            pattern = None  # what it is does not matter
        return route, pattern, literal, meaning, None, None, None, None, None


def _list_of(resolver: Any) -> Any:
    """Return the list of *resolver* if Django has it, and need not import it first."""
    name = vars(resolver).get("urlconf_name")
    if isinstance(name, str) and "urlconf_module" not in vars(resolver):
        return None
    try:
        return resolver.url_patterns
    except Exception:  # Django says so when a path leads there
        return None
