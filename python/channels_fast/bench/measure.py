"""Measure one router of the project, upstream's way and ours, turn by turn."""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from django.urls.exceptions import Resolver404
from django.urls.resolvers import LocalePrefixPattern, URLPattern

from .._routes.applications import is_url_router
from .._routes.samples import samples
from .._routes.uncompiled import next_in_python
from ..routing import URLRouter
from .turns import in_turns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._routes.describe import RouteDescription
    from .._routes.walk import Visited
    from ..urls._listing import HttpRoute
    from .turns import Times

#: A path that no route takes.
MISS = "/no-such-path-here/at/all"

#: An application that returns the number of the route which it stands behind.
Dispatch = Callable[[Any, Any, Any], Any]


def patterns_in_turn(routes: Any) -> Dispatch:
    """Return a router that does what that of ``channels`` does where it is missing."""

    # A plain function: a nested router is not inspected again for each connection.
    async def router(scope: Any, receive: Any, send: Any) -> Any:
        rest = iter(tuple(routes))
        while True:
            application, child = next_in_python(rest, URLRouter, scope)
            with contextlib.suppress(Resolver404):
                return await application(child, receive, send)

    return router


def upstream() -> tuple[str, Any]:
    """Return the name of the router to compare with, and what makes it of routes."""
    try:
        distribution = importlib.metadata.distribution("channels")
        # By its file: the name `channels` may be ours in this process.
        file = str(distribution.locate_file("channels/routing.py"))
        spec: Any = importlib.util.spec_from_file_location("_channels_routing", file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except (importlib.metadata.PackageNotFoundError, ImportError, OSError):
        return "patterns in turn", patterns_in_turn
    return f"channels {distribution.version}", module.URLRouter


@dataclass
class Table:
    """The figures of one router."""

    where: str
    upstream: str
    #: What is known of its routes.
    routes: Sequence[Union[RouteDescription, HttpRoute]]
    #: How many routes there are, with those of the routers inside.
    count: int
    #: A path to each route that was measured.
    paths: list[str]
    #: The routes to which no path was found.
    left_out: list[str]
    #: Of all *paths* together, each as often as any other.
    mean: Optional[Times] = None
    #: ``None`` if a route accepts every path.
    miss: Optional[Times] = None
    #: Of *paths* with a wrong end, as far as no route accepts those.
    near_miss: Optional[Times] = None
    #: What takes the time.
    what: str = "a connection"


def measure(
    found: Visited, name: str, router: Any, *, seconds: float, most: int
) -> Table:
    """Measure *found* against what *router*, called *name*, makes of its routes."""
    routes = found.application.routes
    chains: list[tuple[Any, ...]] = []
    ways = copied(URLRouter, routes, chains), copied(router, routes, [])
    paths = [path_to(number, chain, ways) for number, chain in enumerate(chains)]
    reachable = [path for path in paths if path]
    table = Table(
        found.location,
        name,
        ways[0].describe(),
        len(chains),
        spread(reachable, most),
        ["".join(map(str, chain)) for chain, path in zip(chains, paths) if not path],
    )
    if table.paths:
        table.mean = _measured(ways, table.paths, seconds / 2)
    if all(reached(way, MISS) is None for way in ways):
        table.miss = _measured(ways, [MISS], seconds / 2)
    return table


def spread(values: list[Any], most: int) -> list[Any]:
    """Return at most about so many of *values*, from all parts of the list."""
    return values[:: -(-len(values) // most) or 1]


def numbered(number: int, original: Any) -> Dispatch:
    """Return an application that stands for *original* and returns its *number*."""

    async def application(scope: Any, receive: Any, send: Any) -> int:
        return number

    # The router describes it by the name of the original.
    vars(application)["consumer_class"] = getattr(original, "consumer_class", original)
    return application


def copied(
    router: Any,
    routes: Any,
    chains: list[Any],
    outer: Any = (),
    *,
    endpoint: Callable[[int, Any], Dispatch] = numbered,
    around: tuple[Any, ...] = (),
) -> Any:
    """
    Return a *router* of copies of *routes*, each leading to an *endpoint*.

    The patterns of each, with those of the routers around it, are added to *chains*.
    A list of routes that is inside itself, in the lists *around*, is an endpoint there.
    """
    around = (*around, routes)
    copies = []
    for route in routes:
        if isinstance(route.pattern, LocalePrefixPattern):
            continue  # `channels` has nothing to compare with i18n_patterns()
        chain = (*outer, route.pattern)
        inner = route.callback.routes if is_url_router(route.callback) else None
        if inner is not None and all(inner is not other for other in around):
            application = copied(
                router, inner, chains, chain, endpoint=endpoint, around=around
            )
        else:
            application = endpoint(len(chains), route.callback)
            chains.append(chain)
        copies.append(URLPattern(route.pattern, application, route.default_args))
    return router(copies)


def path_to(number: int, chain: Any, ways: tuple[Dispatch, ...]) -> Optional[str]:
    """Return a path that leads to the route by all *ways*, if one is found."""
    try:
        regexes = [pattern.regex.pattern for pattern in chain]
        for texts in samples(regexes):
            # An inner router drops the slashes in front of what is left for it.
            path = "/" + "".join(text.lstrip("/") for text in texts)
            if all(reached(way, path) == number for way in ways):
                return path
    except Exception:  # whatever a pattern of the project raises
        return None
    return None


def reached(dispatch: Dispatch, path: str) -> Optional[int]:
    """Return the number of the route that answers *path*, or ``None``."""
    try:
        dispatch(_scope(path), None, None).send(None)
    except StopIteration as stop:
        return int(stop.value)
    except Exception:  # no route accepts it, or a converter of the project raises
        return None
    return None


def _scope(path: str) -> dict[str, Any]:
    """Return the scope of a WebSocket, with as many keys as servers put in it."""
    keys = ("asgi", "http_version", "scheme", "server", "client", "raw_path")
    more = ("query_string", "headers", "subprotocols")
    scope: dict[str, Any] = dict.fromkeys((*keys, *more))
    return {**scope, "type": "websocket", "root_path": "", "path": path}


def _measured(ways: tuple[Dispatch, ...], paths: list[str], seconds: float) -> Times:
    """Measure a connection by both *ways*, ours first."""
    scopes = [_scope(path) for path in paths]
    ours, upstream = (
        lambda count, way=way: _block(way, scopes * count) for way in ways
    )
    return in_turns(ours, upstream, len(scopes), seconds)


def _block(dispatch: Dispatch, scopes: list[Any]) -> float:
    """Return the seconds that connections with *scopes* take, one after the other."""

    async def drive() -> None:
        for scope in scopes:
            try:  # noqa: SIM105 # suppress() would be timed with every dispatch
                await dispatch(scope, None, None)
            except (ValueError, Resolver404):
                pass

    coroutine = drive()
    started = time.perf_counter()
    try:
        coroutine.send(None)
    except StopIteration:
        return time.perf_counter() - started
    raise AssertionError("the router waited for something")
