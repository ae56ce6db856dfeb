"""
Tables of routes as plain data.

A table is a list of `Entry`, so it can be printed, kept as a case, made smaller,
and built for two packages that must not share a route object.
"""

from __future__ import annotations

import asyncio
from typing import Any, Callable, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.urls import include, path, re_path
from django.urls.exceptions import Resolver404

from . import odd_converters as _converters  # noqa: F401 # it registers them
from .converters import CALLS, OwnError, Refusal, Stop, change_routes
from .patterns import make_route


class Entry(NamedTuple):
    """
    One route of a table.

    ``inner`` makes it a route to a nested router. ``role`` says what its
    application is: for a plain one "answers" or one of `ROLES`; "router",
    "subclass", "include" (of ours; upstream has a router in its place), "middleware"
    (in which ours finds the router), "forwarding" and "hidden" (in which it does not)
    for a nested router. ``pattern`` is one of
    `patterns.KINDS`.
    """

    kind: str
    text: str
    extra: dict[str, Any] = {}
    role: str = "answers"
    inner: Any = None
    pattern: str = ""

    def __repr__(self) -> str:
        """Leave out what is default, and show odd characters as escapes."""
        parts = [repr(self.kind), ascii(self.text)]
        for name in ("extra", "role", "inner", "pattern"):
            value = getattr(self, name)
            if value != self._field_defaults[name]:
                parts.append(f"{name}={value!a}")
        return f"Entry({', '.join(parts)})"


#: What an application does instead of answering: the error that it raises.
ROLES: dict[str, Callable[[], BaseException]] = {
    "refuses": lambda: Resolver404("refused"),
    "refuses in its own way": lambda: Refusal("refused"),
    # The routes change while it runs: `compare.Pair.difference_of_a_change`.
    "changes and refuses": lambda: Resolver404("refused"),
    "raises ValueError": lambda: OwnError("no route, it seems"),
    "raises KeyError": lambda: KeyError("path"),
    # As a call of an ASGI 2 application with three arguments does.
    "raises TypeError": lambda: TypeError(
        "__call__() missing 1 required positional argument: 'send'"
    ),
    "raises StopAsyncIteration": StopAsyncIteration,
    "is cancelled": asyncio.CancelledError,
    "stops": Stop,
}
PLAIN_ROLES = ["answers", "waits and refuses", *ROLES]


class Application:
    """An application that is known by the places of its route in the table."""

    def __init__(self, place: tuple[int, ...], role: str) -> None:
        self.place = place
        self.role = role

    async def __call__(self, scope, receive, send):
        CALLS.append(("application", self.place))
        if self.role == "changes and refuses":
            change_routes()
        if self.role == "waits and refuses":
            await Turn()
            raise Resolver404("refused")
        if self.role in ROLES:
            raise ROLES[self.role]()
        return self.place, scope


class Turn:
    """What an application waits for; whoever drives it goes on."""

    def __await__(self):
        yield


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


class Seen:
    """Middleware that keeps what it wraps under the usual name."""

    # Ours would make a prefix without it, and upstream's an endpoint.
    _path_routing = True

    def __init__(self, inner) -> None:
        self.inner = inner

    async def __call__(self, scope, receive, send):
        return await self.inner(dict(scope, seen=True), receive, send)


MIDDLEWARE = {"middleware": Seen, "forwarding": Forwarding, "hidden": Hidden}
NESTED_ROLES = ["router", "subclass", "include", *MIDDLEWARE]


def takes_include(router: Any) -> bool:
    """Tell whether *router* makes routers of ours, which take an `include()`."""
    return router.__module__ != "channels.routing"


def build_route(entry: Entry, place: tuple[int, ...], router: Callable) -> Any:
    """
    Return a fresh route of Django's for *entry*.

    Raises:
        ImproperlyConfigured: Django refuses the text.
    """
    if entry.role == "include" and entry.inner is not None and takes_include(router):
        included = include(build_routes(entry.inner, router, place))
        make = re_path if entry.kind == "re_path" else path
        return make(entry.text, included, dict(entry.extra))
    if entry.inner is None:
        application = Application(place, entry.role)
    elif entry.role == "subclass":
        inner = build_routes(entry.inner, router, place)
        base = type(router(inner))
        application = type("Subclass", (base,), {})(inner)
    else:
        application = router(build_routes(entry.inner, router, place))
        if entry.role in MIDDLEWARE:
            application = MIDDLEWARE[entry.role](application)
    extra = dict(entry.extra)
    return make_route(entry.kind, entry.text, entry.pattern, application, extra)


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
