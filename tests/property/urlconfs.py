"""
Random URLconfs of Django as plain data, and resolvers built of them.

What is random in a table of `URLRouter` is random here too. `Url` adds what only a
URLconf has: names, namespaces, prefixes of the language, and lists of other kinds.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from django.http import Http404
from django.urls import include, path, re_path
from django.urls.resolvers import (
    LocalePrefixPattern,
    RegexPattern,
    ResolverMatch,
    RoutePattern,
    URLResolver,
)

from .converters import CALLS, Noting, register
from .patterns import KINDS, make_route, translated
from .tables import Entry

LANGUAGES = ["en-us", "de", "nl"]
ROOTS = ["^/"] * 20 + ["/", "^", "", "^/(?P<root>x/)?", "^/(x/)?"]


@register("a", "room")
class Lost(Noting):
    """Takes what `str` takes, and ends the search for some of it."""

    regex = "[^/]+"

    def convert(self, value):
        if value in ("a", "room", "ab"):
            raise Http404(value)
        return value


class Url(NamedTuple):
    """One URL of a URLconf; ``inner`` makes it an include, ``kind`` says what else."""

    kind: str  # "path", "re_path", "prefix" of the language, or "object"
    text: str
    extra: dict[str, Any] = {}
    pattern: str = ""
    inner: Any = None
    name: str | None = None
    spaces: tuple[str | None, str | None] = (None, None)
    list_type: str = "list"
    #: Whether the prefix is there for the default language too, or the view's kind.
    variant: int = 0

    def __repr__(self) -> str:
        """Leave out what is default, and show odd characters as escapes."""
        parts = [repr(self.kind), ascii(self.text)]
        for name in self._fields[2:]:
            value = getattr(self, name)
            if value != self._field_defaults[name]:
                parts.append(f"{name}={value!a}")
        return f"Url({', '.join(parts)})"


def from_entries(rng: random.Random, entries: list[Entry], depth: int = 0) -> list[Url]:
    """Return URLs for the *entries* of a table, with what only URLs have."""
    made = [_url(rng, entry, depth) for entry in entries]
    if depth == 0 and rng.random() < 0.25:
        start = rng.randrange(len(made) + 1)
        end = rng.randint(start, len(made))
        variant = rng.randrange(2)
        made[start:end] = [Url("prefix", "", inner=made[start:end], variant=variant)]
    if rng.random() < 0.02:
        made.insert(rng.randrange(len(made) + 1), Url("object", ""))
    return made


def _url(rng: random.Random, entry: Entry, depth: int) -> Url:
    extra = dict(entry.extra)
    if entry.kind == "path" and rng.random() < 0.1:
        # Whoever makes the tables may have been loaded before this converter was.
        entry = entry._replace(text=entry.text.replace("<str:", "<p_lost:"))
    pattern = entry.pattern or ("lazy" if rng.random() < 0.05 else "")
    name = rng.choice([None, f"name{rng.randrange(5)}"])
    if entry.inner is None:
        variant = rng.randrange(5)
        return Url(entry.kind, entry.text, extra, pattern, name=name, variant=variant)
    app = rng.choice([None, None, "app", "other"])
    spaces = (app, rng.choice([app, "space"]) if app else None)
    list_type = rng.choice(["list"] * 8 + ["tuple", "subclass", "resolver"])
    inner = from_entries(rng, entry.inner, depth + 1)
    return Url(entry.kind, entry.text, extra, pattern, inner, None, spaces, list_type)


class _OwnList(list):
    """A list of a project's own class."""


class _OwnResolver(URLResolver):
    """A resolver of a project's own class, which notes what it is asked."""

    def resolve(self, path: str) -> Any:
        CALLS.append(("resolver", path))
        return super().resolve(path)


class _Object:
    """What is no URL of Django's, and can resolve."""

    def __init__(self) -> None:
        self.pattern = RoutePattern("object/")
        self.view = view(0, "object")

    def resolve(self, text: str) -> Any:
        if not text.startswith("object"):
            return None
        match = ResolverMatch(self.view, (), {"object": text}, route="object")
        if hasattr(match, "captured_kwargs"):
            match.captured_kwargs, match.extra_kwargs = {"object": text}, {}
        return match


class _View:
    """A view that is an instance."""

    def __call__(self, request: Any) -> None: ...


def view(variant: int, label: Any) -> Any:
    """Return a view of one of the kinds that a match names differently."""

    def function(request: Any) -> None: ...

    made: Any = _View() if variant == 1 else function
    if variant == 2:
        made.view_class = _View
    made.label = ("view", label)
    return made


def build(urls: list[Url], place: tuple[Any, ...] = ()) -> list[Any]:
    """Return fresh objects of Django's for *urls*; each has its place as its label."""
    return [build_one(url, (*place, number)) for number, url in enumerate(urls)]


def build_one(url: Url, place: tuple[Any, ...]) -> Any:
    """Return a fresh object of Django's for *url*."""
    made: Any
    if url.kind == "object":
        made = _Object()
    elif url.kind == "prefix":
        prefix = LocalePrefixPattern(prefix_default_language=bool(url.variant))
        made = URLResolver(prefix, build(url.inner, place))
    elif url.inner is None:
        callback = view(url.variant, place)
        made = make_route(url.kind, url.text, url.pattern, callback, dict(url.extra))
        made.name = made.pattern.name = url.name
    else:
        made = _build_include(url, place)
    made.label = place
    return made


def _build_include(url: Url, place: tuple[Any, ...]) -> Any:
    inner: Any = build(url.inner, place)
    if url.list_type == "tuple":
        inner = tuple(inner)
    elif url.list_type == "subclass":
        inner = _OwnList(inner)
    app, namespace = url.spaces
    included = include((inner, app), namespace) if app else include((inner, None))
    make = re_path if url.kind == "re_path" else path
    text = translated(url.text) if url.pattern == "lazy" else url.text
    made = make(text, included, dict(url.extra))
    if url.pattern not in ("prefix", "route class"):  # one is none, one has the other
        KINDS[url.pattern](made)
    if url.list_type == "resolver":
        made.__class__ = _OwnResolver
    return made


def resolver(urls: list[Url], root: str = "^/") -> URLResolver:
    """Return a fresh resolver of *urls*, as `get_resolver` makes one."""
    made = URLResolver(RegexPattern(root), build(urls))
    made.url_patterns  # noqa: B018 # a cached property
    return made


def lists_of(made: Any) -> list[tuple[Any, Any]]:
    """Return each resolver of Django's own that has a list, with the list."""
    found = [(made, made.url_patterns)] if type(made) is URLResolver else []
    for one in found[0][1] if found else []:
        if isinstance(one, URLResolver):
            found += lists_of(one)
    return found


def routes_of(made: Any) -> list[Any]:
    """Return each object in the lists of *made*."""
    return [one for _, them in lists_of(made) for one in them]
