"""
Tables of routes as plain data.

A table is a list of `Entry`, so it can be printed, kept as a case, made smaller,
and built for two packages that must not share a route object.
"""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.urls import path, re_path
from django.urls.exceptions import Resolver404

# Applications are noted in the same list as converters, which come with the import.
from .converters import CALLS


class Entry(NamedTuple):
    """
    One route of a table.

    ``inner`` makes it a route to a nested router. ``role`` says what its
    application is: "answers" and "refuses" (raises Resolver404) for a plain one;
    "router", "subclass", "forwarding" and "hidden" (middleware with and without
    the flag that makes a prefix) for a nested router.
    """

    kind: str
    text: str
    extra: dict[str, Any] = {}
    role: str = "answers"
    inner: Any = None

    def __repr__(self) -> str:
        """Leave out what is default, and show odd characters as escapes."""
        parts = [repr(self.kind), ascii(self.text)]
        for name in ("extra", "role", "inner"):
            value = getattr(self, name)
            if value != self._field_defaults[name]:
                parts.append(f"{name}={value!a}")
        return f"Entry({', '.join(parts)})"


class Application:
    """An application that is known by the places of its route in the table."""

    def __init__(self, place: tuple[int, ...], refuses: bool) -> None:
        self.place = place
        self.refuses = refuses

    async def __call__(self, scope, receive, send):
        CALLS.append(("application", self.place))
        if self.refuses:
            raise Resolver404(f"refused at {self.place}")
        return self.place, scope


class Hidden:
    """
    Middleware that does not tell what it wraps.

    Under the name ``inner`` ours would find it: `docs/differences.md`.
    """

    def __init__(self, inner) -> None:
        self.hidden = inner

    async def __call__(self, scope, receive, send):
        return await self.hidden(dict(scope, wrapped=True), receive, send)


class Forwarding(Hidden):
    """Middleware that asks for a prefix, as a router does."""

    _path_routing = True


def build_route(entry: Entry, place: tuple[int, ...], router: Callable) -> Any:
    """
    Return a fresh route of Django's for *entry*.

    Raises:
        ImproperlyConfigured: Django refuses the text.
    """
    if entry.inner is None:
        application = Application(place, entry.role == "refuses")
    elif entry.role == "subclass":
        base = type(router([]))
        application = type("Subclass", (base,), {})(
            build_routes(entry.inner, router, place)
        )
    else:
        application = router(build_routes(entry.inner, router, place))
        if entry.role == "hidden":
            application = Hidden(application)
        elif entry.role == "forwarding":
            application = Forwarding(application)
    make = path if entry.kind == "path" else re_path
    return make(entry.text, application, dict(entry.extra))


def build_routes(table, router: Callable, place: tuple[int, ...] = ()) -> list[Any]:
    """Return fresh routes for *table*, with nested routers of the class *router*."""
    return [
        build_route(entry, (*place, number), router)
        for number, entry in enumerate(table)
    ]


def is_legal(entry: Entry) -> bool:
    """Tell whether Django makes a route of *entry* at all."""
    try:
        build_route(entry._replace(inner=None), (), Hidden)
    except ImproperlyConfigured:
        return False
    return True
