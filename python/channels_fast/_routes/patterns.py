"""
What is known of Django's pattern objects, and what one of them says.

No module but this one and ``reader``, which reads them for a table, looks at private
attributes of ``django.urls``.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import converters
from django.urls.resolvers import RegexPattern, RoutePattern

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kind:
    """What is known of one of Django's converters."""

    def __init__(self, name: str, regex: str, characters: str, cls: Any) -> None:
        #: How the Rust side calls it.
        self.name = name
        #: The text of its regex, and how a class of its characters is written.
        self.regex, self.characters = regex, characters
        self.cls = cls
        #: The method as it is known here. A project may put another in its place.
        self.to_python = cls.to_python


_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KINDS = {
    kind.cls: kind
    for kind in (
        Kind("int", "[0-9]+", "[0-9]", converters.IntConverter),
        Kind("str", "[^/]+", "[^/]", converters.StringConverter),
        Kind("str", "[-a-zA-Z0-9_]+", "[-a-zA-Z0-9_]", converters.SlugConverter),
        Kind("str", ".+", ".", converters.PathConverter),
        Kind("uuid", _UUID, "[0-9a-f]", converters.UUIDConverter),
    )
}
#: Django's methods as they are known here.
MATCH: dict[type[Any], Any] = {cls: cls.match for cls in (RoutePattern, RegexPattern)}

#: The regex of a path that begins with a slash.
NEEDS_A_SLASH = r"(\^|\\A)\\?/(?![?*{|])[^|]*$"


def _probe(pattern: Any, path: str) -> Any:
    return pattern.match(path)


# Django began to use `fullmatch` and `\Z` in patch releases (2.2.25, 3.1.14, 3.2.10),
# and to drop groups that took no part in 3.0. So it is asked what it does.
#: Whether Django compares the whole path with a regex of an endpoint that ends in `$`.
FULL_MATCH = _probe(RegexPattern("a$", is_endpoint=True), "a\n") is None
#: Whether a named group that took no part in the match is passed on as ``None``.
KEEP_NONE = bool(_probe(RegexPattern("(?P<a>a)?", is_endpoint=False), "")[2])


def kind_of(converter: Any) -> Kind | None:
    """Return what is known of *converter*, ``None`` if it is not Django's own."""
    cls = type(converter)
    kind = _KINDS.get(cls)
    if (
        kind is None
        or cls.to_python is not kind.to_python
        or cls.regex != kind.regex
        or vars(converter)
    ):
        return None
    return kind


def as_prefix(pattern: Any) -> Any:
    """
    Return *pattern* made anew to accept the beginning of a path only.

    Raises:
        ValueError: It is of another kind than those of ``path()`` and
            ``re_path()``.
    """
    if isinstance(pattern, RegexPattern):
        source = pattern._regex  # type: ignore[attr-defined] # private
    elif isinstance(pattern, RoutePattern):
        source = pattern._route  # type: ignore[attr-defined] # private
    else:
        raise ValueError(f"Unsupported pattern type: {type(pattern)}")
    return pattern.__class__(source, pattern.name, is_endpoint=False)


def to_be_joined(pattern: Any) -> Any:
    """
    Return a copy of *pattern*, a prefix, for Django to join with what is behind it.

    A router takes the slashes off the rest of a path. So "a/<str:b>" in front of a
    router means "a/<str:b>/": without the slash, "b" would get more than is its own.
    """
    source = getattr(pattern, "_route", getattr(pattern, "_regex", None))
    ends_in = ">" if isinstance(pattern, RoutePattern) else ")"
    # A text that is not yet translated is of another class.
    if isinstance(source, str) and source.endswith(ends_in):
        return type(pattern)(f"{source}/", pattern.name, is_endpoint=False)
    joined = copy.copy(pattern)
    # Django adds those of other prefixes.
    joined.converters = dict(pattern.converters)
    return joined


def runs_converters(pattern: Any) -> bool:
    """Return whether a converter that is not one of Django's takes part in a match."""
    converters = getattr(pattern, "converters", {}).values()
    return not all(map(kind_of, converters))


def captures_of(pattern: Any) -> Sequence[str]:
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
    """Return whether Django compares the whole path with *pattern*."""
    return bool(
        FULL_MATCH
        and pattern._is_endpoint  # type: ignore[attr-defined] # private
        and str(pattern).endswith("$")
    )


def without_slash(pattern: Any) -> Any:
    """Return *pattern* without the slash that it needs in front, ``None`` if none."""
    cls = type(pattern)
    if cls not in MATCH:
        return None
    text = pattern._regex if cls is RegexPattern else pattern._route
    if type(text) is not str:
        return None
    if cls is RoutePattern:
        corrected = text.lstrip("/")
    elif re.match(NEEDS_A_SLASH, text):
        corrected = re.sub(r"\\?/+", "", text, count=1)
    else:
        return None
    if corrected == text:
        return None
    return cls(corrected, is_endpoint=pattern._is_endpoint)


def match_by_regex(pattern: Any, path: str) -> str | None:
    """
    Return what the regex of *pattern* leaves of *path*, ``None`` if it does not match.

    No code of a project runs: no converter, and no pattern of a class of its own.
    """
    if type(pattern) not in MATCH:
        return None
    try:
        regex = pattern.regex
    except ImproperlyConfigured:
        return None
    full = type(pattern) is RegexPattern and is_full_match(pattern)
    found = regex.fullmatch(path) if full else regex.search(path)
    return None if found is None else path[found.end() :]
