"""
Make the plan of a list of Django's URLs.

Nested resolvers become part of the table where nothing of the project takes part in
their match. Any other object in the list is asked through its own ``resolve()``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls.resolvers import LocalePrefixPattern, URLPattern, URLResolver

from .plans import Meaning, RouterPlan
from .reader import Reader
from .translated import as_translated
from .uncompiled import join_templates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .plans import RoutePlan

# A list in many places counts each time. Beyond this many URLs, and nested deeper than
# this, a resolver answers for itself.
_MOST_URLS = 100_000
_DEEPEST = 100

#: What resolvers around a list add to each match: their app names and namespaces, and
#: their routes.
Around = tuple[list[Any], list[Any], str]


class UrlPlanner:
    """Makes the plan of one table."""

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
        around: Around,
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
            if cls is URLPattern and "resolve" not in vars(route):
                pattern, view = route.pattern, route.callback
                literal, meaning, text = read(pattern)
                if text is None or meanings[meaning].reason is not None:
                    plans.append(self.asked(route, pattern, literal, meaning))
                    continue
                name = pattern.name
                plans.append(
                    (route, pattern, literal, meaning, view, around, text, name, None)
                )
            elif cls is URLResolver and "resolve" not in vars(route):
                plans.append(self.resolver(route, outer, around))
            else:
                # It may be any object with a `resolve()`, and do what it likes.
                reason = f"a route of class {cls.__qualname__}"
                literal, meaning, _ = self.reader.in_python(reason)
                plans.append(
                    (route, None, literal, meaning, None, None, None, None, None)
                )
        return RouterPlan(patterns, plans)

    def resolver(self, route: Any, outer: tuple[Any, ...], around: Around) -> RoutePlan:
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
