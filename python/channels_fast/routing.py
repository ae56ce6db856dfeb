"""
Routers: applications that choose another application by the scope.

Every router is an ASGI 3 application itself, so whatever stands at the top of
``asgi.py`` is what the server calls.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import traceback
import warnings
from collections.abc import MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RegexPattern, RoutePattern, URLResolver

from ._routes.applications import (
    is_around_router,
    is_url_router,
    layers_of,
    single_callable,
)
from ._routes.compile import ScopeTable, compile_routes
from ._routes.included import is_include, lead_to_router
from ._routes.patterns import as_prefix
from ._routes.router import OnMiss, Router
from ._routes.uncompiled import check_root_path, next_in_python
from ._typing import Application, Receive, Scope, Send

# What `import *` gives: the names of Channels, none that could hide a project's own.
__all__ = [
    "DEPRECATION_MSG",
    "ChannelNameRouter",
    "ImproperlyConfigured",
    "ProtocolTypeRouter",
    "RegexPattern",
    "Resolver404",
    "RoutePattern",
    "URLResolver",
    "URLRouter",
    "get_default_application",
    "importlib",
    "route_pattern_match",
    "settings",
]

if TYPE_CHECKING:
    from ._routes.describe import RouteDescription
else:
    RouteDescription = Any  # for those who evaluate annotations

# An error names no more of them.
_MOST_KEYS = 10


def get_default_application() -> Application:
    """
    Return the application that the ``ASGI_APPLICATION`` setting names.

    Raises:
        ImproperlyConfigured: The setting is missing or has no dot, its module
            cannot be imported, or the module has no such attribute.
    """
    try:
        path, name = settings.ASGI_APPLICATION.rsplit(".", 1)
    except (ValueError, AttributeError):
        raise ImproperlyConfigured("Cannot find ASGI_APPLICATION setting.") from None
    try:
        module = importlib.import_module(path)
    except ImportError as error:
        raise ImproperlyConfigured(
            f"Cannot import ASGI_APPLICATION module {path!r}"
        ) from error
    try:
        return getattr(module, name)  # type: ignore[no-any-return] # what the setting names
    except AttributeError:
        raise ImproperlyConfigured(
            f"Cannot find {name!r} in ASGI_APPLICATION module {path}"
        ) from None


def route_pattern_match(route: Any, path: str) -> Any:
    """
    Return what the pattern of *route* makes of *path*, with the route's defaults.

    A function of Channels 3, for projects that call it. The routers do not use it.
    """
    found = route.pattern.match(path)
    if found:
        found[2].update(route.default_args)
    return found


class ProtocolTypeRouter(Router):
    """
    Route a connection by ``scope["type"]``, its protocol type.

    The mapping is read at every call, so a change of it counts from the next
    connection on. Without an "http" key, HTTP connections go to the deprecated
    ``AsgiHandler``; without a "lifespan" key, servers are told that there is nothing
    to start.
    """

    _counterpart = "ProtocolTypeRouter"

    def __init__(self, application_mapping: MutableMapping[str, Any]) -> None:
        self.application_mapping = application_mapping
        if "http" not in application_mapping:
            warnings.warn(DEPRECATION_MSG, DeprecationWarning, stacklevel=2)
            _add_http_handler(application_mapping)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """
        Pass the connection on to the application of its protocol type.

        Raises:
            ValueError: There is none.
        """
        table = self._compiled or _compile_mapping(self, "type")
        application = table.dispatch(self.application_mapping, scope)
        if application is None and scope["type"] not in self.application_mapping:
            if scope["type"] == "lifespan":
                # Every server asks for it first, and nearly no project has one.
                from .lifespan import Lifespan  # noqa: PLC0415 # commands do not

                return await Lifespan()(scope, receive, send)
            # With `%` a tuple fails as it does upstream.
            text = "No application configured for scope type %r"
            keys = _sentence_about_keys(self.application_mapping)
            raise ValueError(text % scope["type"] + keys)
        return await application(scope, receive, send)


class ChannelNameRouter(Router):
    """
    Route the messages of a worker by ``scope["channel"]``, the channel's name.

    The mapping is read at every call, so a change of it counts from the next one on.
    """

    _counterpart = "ChannelNameRouter"

    def __init__(self, application_mapping: MutableMapping[str, Any]) -> None:
        self.application_mapping = application_mapping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """
        Pass the message on to the application of its channel.

        Raises:
            ValueError: There is none, or the scope names no channel.
        """
        if "channel" not in scope:
            raise ValueError(
                "ChannelNameRouter got a scope without a 'channel' key. "
                "Did you make sure it's only being used for 'channel' type messages?"
            )
        table = self._compiled or _compile_mapping(self, "channel")
        application = table.dispatch(self.application_mapping, scope)
        if application is None and scope["channel"] not in self.application_mapping:
            text = "No application configured for channel name %r"
            raise ValueError(text % scope["channel"])
        return await application(scope, receive, send)


def _sentence_about_keys(mapping: Any) -> str:
    """Return a sentence about the keys of *mapping*: one may be misspelled."""
    keys = ""
    with contextlib.suppress(Exception):  # it may be of any kind
        keys = ", ".join(map(repr, itertools.islice(mapping, _MOST_KEYS)))
    return f". The router has the keys {keys}." if keys else ""


def _compile_mapping(router: Any, key: str) -> Any:
    """Return a table for a router by *key*, and give it to the router."""
    name = type(router).__name__

    def adapt(application: Any, value: Any) -> Application:
        return single_callable(application, f"{name}, key {value!r}")

    router._compiled = ScopeTable(key, adapt)
    return router._compiled


#: Projects filter the warning by its first line, which is that of Channels 3.0.
DEPRECATION_MSG = """
Using ProtocolTypeRouter without an explicit "http" key is deprecated.
Name the application that answers HTTP connections. Django has one:

    from django.core.asgi import get_asgi_application

    application = ProtocolTypeRouter({
        "http": get_asgi_application(),
        # ... the protocol types that are there already
    })
"""


def _add_http_handler(application_mapping: MutableMapping[str, Any]) -> None:
    """Let Django's views answer HTTP connections, as Channels 3.0 does."""
    from .http import HandlerByDefault  # noqa: PLC0415 # few projects need it

    # Of who calls the router's constructor, the constructor, and this function.
    caller = traceback.extract_stack(limit=3)[0]
    where = f"{caller.filename}, line {caller.lineno}"
    # Channels 4 takes a mapping that cannot be changed. HTTP is an error there.
    with contextlib.suppress(TypeError):
        application_mapping["http"] = HandlerByDefault(where)


class _InPython:
    """Stands for the table in a search that it cannot answer."""

    def __init__(self, routes: Sequence[Any]) -> None:
        # A search ends in the routes that it began with.
        self._rest = iter(tuple(routes))

    def dispatch(
        self, routes: Sequence[Any], scope: Scope, start: int, /
    ) -> tuple[Application, dict[str, Any], int]:
        return *next_in_python(self._rest, URLRouter, scope), start + 1


class URLRouter(Router):
    """
    Route a connection to the first application whose pattern accepts its path.

    Takes a list of ``path()`` and ``re_path()`` entries, ``include()`` among them. They
    are compiled at the first connection. Each connection looks at the identity and
    length of the list and of those of the nested routers on its way, and at the route
    that answers: its place in its list, its pattern and its callback. Any other change
    counts after `refresh()`, which reaches nested routers too.

    A search ends in the routes that it began with: once a converter, a pattern in
    Python or an application has refused, changes no longer count for this connection.
    """

    #: Tells an outer URLRouter that its pattern is a prefix and not an endpoint.
    _path_routing = True

    _counterpart = "URLRouter"
    # The list that was compiled, or that the last connection found in its place.
    _last: Any = None
    # How often `refresh()` was called, for those who keep what they read of the routes.
    _refreshes = 0
    # Whether `root_path` is compared by whole segments.
    _whole_root_path = False
    # What becomes of a connection that no route accepts.
    _on_miss: OnMiss = "raise"

    def __init__(
        self,
        routes: Sequence[Any],
        *,
        whole_root_path: bool = False,
        on_miss: OnMiss = "raise",
    ) -> None:
        """
        Keep *routes*, and make those that lead to a router the prefixes they are.

        Args:
            routes: The entries, the first that accepts a path before the others.
            whole_root_path: Compare the ``root_path`` of the scope by whole segments.
                With "/app", this router then refuses the path "/application/".
            on_miss: What becomes of a path that no route accepts. "raise" is an
                error, "deny" a response with status 404. "close" accepts a WebSocket
                and closes it with code 4404, which JavaScript can read. The setting of
                the outermost router counts.

        Raises:
            ImproperlyConfigured: An ``include()`` has no list, or includes itself.
            ValueError: One that leads to a router has a pattern of another kind
                than those of ``path()`` and ``re_path()``, or *on_miss* is another
                word.
        """
        if on_miss != "raise":
            from ._misses import check_on_miss  # noqa: PLC0415 # few projects need it

            check_on_miss(on_miss)
        self.routes = routes
        self._whole_root_path = whole_root_path
        self._on_miss = on_miss
        for route in self.routes:
            if is_include(route):
                lead_to_router(route, URLRouter)
            elif is_around_router(route.callback) and (
                getattr(route.callback, "_path_routing", False) is True
                # Upstream leaves middleware around a router an endpoint, which no
                # longer path can match.
                or isinstance(route.pattern, (RegexPattern, RoutePattern))
            ):
                route.pattern = as_prefix(route.pattern)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """
        Pass the connection on to the first route that accepts its path.

        Raises:
            ValueError: No route does, or the scope has no path.
            Resolver404: No route does, and this router is inside another one.
        """
        routes = self.routes
        table: Any = self._compiled
        if table is None:
            table = self._compiled = compile_routes(routes, URLRouter)
            self._last = routes
        number = 0
        watched = None
        if self._on_miss != "raise":
            from . import _misses  # noqa: PLC0415 # few projects need it

            watched = _misses.Watched(send)
            send = watched.send
        while True:
            try:
                if self._whole_root_path:
                    check_root_path(scope)
                found = table.dispatch(routes, scope, number)
            except ValueError as error:
                from . import _misses  # noqa: PLC0415 # only for a miss

                unread = None if number else receive
                answer = _misses.answer_to_miss(self, error, scope, unread, watched)
                if answer is None:
                    raise
                return await answer
            if found is None:
                if self._compiled is table and not table.is_current(routes):
                    # PERF: a subclass may make a list for each connection. Another
                    # list is compiled when a second connection finds it.
                    if self._last is routes:
                        self._compiled = None
                    self._last = routes
                table = _InPython(routes)
                continue
            application, child_scope, number = found
            try:
                return await application(child_scope, receive, send)
            except Resolver404:
                # The application has no place for the rest of the path; a later
                # route may have one.
                continue

    def refresh(self) -> None:
        """Compile the routes anew, those of nested routers too, at the next call."""
        routers: list[Any] = [self]
        seen = set()
        while routers:
            router = routers.pop()
            if id(router) in seen:
                continue
            seen.add(id(router))
            if isinstance(router, URLRouter):
                router._compiled = None
                router._refreshes += 1
            for route in router.routes:
                if is_include(route):
                    lead_to_router(route, URLRouter)
                routers.extend(filter(is_url_router, layers_of(route.callback)))

    def describe(self) -> list[RouteDescription]:
        """Return what there is to know about each route, in the order of matching."""
        from ._routes.describe import describe  # noqa: PLC0415 # for people

        return describe(self)
