"""Copies of a project's table of routes, which lead to functions that do nothing."""

from __future__ import annotations

import copy
import importlib.metadata
import importlib.util
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from django.urls.exceptions import Resolver404
from django.urls.resolvers import URLPattern

from .._routes.compile import compile_routes
from .._routes.describe import name_of
from .._routes.uncompiled import route_in_python
from ..routing import URLRouter
from .find import is_url_router
from .samples import CannotSampleError, candidates

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How many paths are tried before a route is left out.
_TRIES = 60

Trail = tuple[int, ...]
Dispatch = Callable[[Any, Any, Any], Any]


class Engine(NamedTuple):
    """What matches a route, and why Python does where it does."""

    name: str
    reason: str


class Route(NamedTuple):
    """A route of the project, in the order of matching."""

    #: Its place in its router, behind the places of the routers around it.
    trail: Trail
    pattern: str
    engine: Engine
    application: str
    #: A path that comes to this route, or an empty string.
    path: str
    #: Why there is none.
    left_out: str


class Contender(NamedTuple):
    """A way to route."""

    name: str
    router: Any
    #: Whether the patterns are asked in turn by the path of ours that Python takes.
    in_python: bool = False


OURS = Contender("channels_fast", URLRouter)


def upstream() -> Contender:
    """Return the router of ``channels`` if it is installed, else ours in Python."""
    try:
        distribution = importlib.metadata.distribution("channels")
        # By its file: the name `channels` may be ours in this process.
        file = str(distribution.locate_file("channels/routing.py"))
        spec = importlib.util.spec_from_file_location("_channels_routing", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except (importlib.metadata.PackageNotFoundError, ImportError, OSError):
        return Contender("patterns in turn", URLRouter, in_python=True)
    return Contender(f"channels {distribution.version}", module.URLRouter)


def build(contender: Contender, routes: Any) -> Dispatch:
    """Return what to await for a connection, on a copy of *routes*."""
    return _entry(contender, contender.router(_copies(contender, routes, ())))


def _entry(contender: Contender, router: Any) -> Dispatch:
    entry: Dispatch = (
        partial(route_in_python, router.routes) if contender.in_python else router
    )
    return entry


def _copies(contender: Contender, routes: Any, trail: Trail) -> list[Any]:
    copies = []
    for place, route in enumerate(routes):
        here = (*trail, place)
        inner = _leads_to(route)
        application: Any = _nothing(here, route.callback)
        if inner is not None:
            application = contender.router(_copies(contender, inner, here))
            if contender.in_python:
                application = _Prefix(_entry(contender, application))
        pattern = _unused(route.pattern)
        copies.append(URLPattern(pattern, application, route.default_args, route.name))
    return copies


class _Prefix:
    """A nested router that is entered by another method than ``__call__``."""

    _path_routing = True

    def __init__(self, entry: Dispatch) -> None:
        self._entry = entry

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        return await self._entry(scope, receive, send)


def _leads_to(route: Any) -> Any:
    """Return the routes of the router that *route* leads to, or ``None``."""
    callback: Any = getattr(route, "callback", None)
    return callback.routes if is_url_router(callback) else None


def _nothing(trail: Trail, application: Any) -> Dispatch:
    """Return an application that only says which route it stands behind."""

    async def nothing(scope: Any, receive: Any, send: Any) -> Trail:
        return trail

    if getattr(application, "_path_routing", False) is True:
        nothing._path_routing = True  # type: ignore[attr-defined] # as the original
    return nothing


def _unused(pattern: Any) -> Any:
    """Return a copy of *pattern* whose regular expression is not compiled yet."""
    made = copy.copy(pattern)
    if hasattr(type(pattern), "regex"):
        # Django keeps the compiled one where the descriptor of the class was.
        getattr(made, "__dict__", {}).pop("regex", None)
    return made


def make_scope(path: str = "/") -> dict[str, Any]:
    """Return the scope of a WebSocket, as a server makes it."""
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8000"), (b"upgrade", b"websocket")],
        "subprotocols": [],
    }


def reached(dispatch: Dispatch, path: str) -> Trail | str:
    """Return the trail of the route that answers *path*, or what went wrong."""
    coroutine = dispatch(make_scope(path), None, None)
    try:
        coroutine.send(None)
    except StopIteration as stop:
        trail: Trail = stop.value
        return trail
    except (ValueError, Resolver404):
        return "no route accepts it"
    except Exception as error:  # a converter of the project may raise anything
        return f"{type(error).__name__}: {error}"
    coroutine.close()
    return "the pattern waits for something"


def survey(routes: Any, ways: list[Dispatch]) -> list[Route]:
    """
    Describe all routes, each with a path that comes to it by all *ways*.

    A path is taken only if every way leads to that route with it.
    """
    engines = _engines(routes)
    found = []
    for trail, patterns, route in _leaves(routes, (), ()):
        path, left_out = _path_to(trail, patterns, ways)
        found.append(
            Route(
                trail,
                "".join(map(str, patterns)),
                engines.get(trail, Engine("python", "not a route that Django made")),
                name_of(route.callback),
                path,
                left_out,
            )
        )
    return found


def _leaves(
    routes: Any, trail: Trail, patterns: tuple[Any, ...]
) -> Iterator[tuple[Trail, tuple[Any, ...], Any]]:
    """Yield each route that leads to no router, with the patterns on the way."""
    for place, route in enumerate(routes):
        here, chain = (*trail, place), (*patterns, route.pattern)
        inner = _leads_to(route)
        if inner is None:
            yield here, chain, route
        else:
            yield from _leaves(inner, here, chain)


def _engines(routes: Any) -> dict[Trail, Engine]:
    """Return what matches each route, as ``URLRouter.describe()`` says it."""
    engines = {}
    for positions, name, reason in compile_routes(routes, URLRouter).rows():
        trail = tuple(positions)
        level: Any = routes
        for position in trail:
            level = _leads_to(level[position])
        if level is None:
            engines[trail] = Engine(name, reason or "")
            continue
        # A router that is no part of this table, but has one of its own.
        for rest, inner in _engines(level).items():
            joined = name if name == inner.name else f"{name}, {inner.name}"
            engines[trail + rest] = Engine(joined, reason or inner.reason)
    return engines


def _path_to(
    trail: Trail, patterns: tuple[Any, ...], ways: list[Dispatch]
) -> tuple[str, str]:
    """Return a path that comes to the route at *trail*, or why there is none."""
    parts = []
    for pattern in patterns:
        expression = _expression(pattern)
        if expression is None:
            return "", f"{type(pattern).__name__} has no regular expression"
        parts.append(expression)
    left_out = "no path tried was accepted"
    try:
        for texts in zip(*(candidates(part, _TRIES) for part in parts)):
            # An inner router drops the slashes in front of what is left for it.
            path = "/" + "".join(text.lstrip("/") for text in texts)
            # Ours is asked first: it says quickly that a path leads elsewhere.
            for way in ways:
                end = reached(way, path)
                if end != trail:
                    break
            else:
                return path, ""
            left_out = f"{path} does not come here: " + (
                end if isinstance(end, str) else f"route {end} takes it"
            )
    except CannotSampleError as error:
        return "", str(error)
    return "", left_out


def _expression(pattern: Any) -> str | None:
    text = getattr(getattr(_unused(pattern), "regex", None), "pattern", None)
    return text if isinstance(text, str) else None
