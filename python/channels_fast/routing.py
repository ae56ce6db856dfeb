"""
Routers: applications that choose another application by the scope.

Every router is an ASGI 3 application itself, so whatever stands at the top of
``asgi.py`` is what the server calls.
"""

from __future__ import annotations

import contextlib
import importlib
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RegexPattern, RoutePattern, URLResolver

from ._root_path import RootPathTable, check_root_path
from ._routes.applications import as_single_callable, is_around_router
from ._routes.compile import ScopeTable, compile_routes
from ._routes.describe import RouteDescription, describe_routes
from ._routes.patterns import as_prefix
from .middleware import go_inside, own_steps

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence
    from typing import Union

    from ._routes.uncompiled import NoTable
    from ._rust import RouteTable
    from ._typing import Application, Receive, Scope, Send

    AnyTable = Union[RouteTable, NoTable, RootPathTable]


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

    A function of Channels 3, for the projects that call it. No router asks it.
    """
    found = route.pattern.match(path)
    if found:
        found[2].update(route.default_args)
    return found


class _MappingRouter:
    """A router that reads one key of the scope and a mapping of applications."""

    _key: str
    _applications: Any
    _mapping: MutableMapping[str, Any]

    def __init__(self, application_mapping: MutableMapping[str, Any]) -> None:
        self.application_mapping = application_mapping

    @property
    def application_mapping(self) -> MutableMapping[str, Any]:
        """
        The applications. It is read at every call, so one that is added later
        counts from the next connection on.
        """
        return self._mapping

    @application_mapping.setter
    def application_mapping(self, mapping: MutableMapping[str, Any]) -> None:
        self._mapping = mapping
        self._applications = ScopeTable(self._key, mapping)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        try:
            application = self._applications[scope]
        except KeyError:
            self._explain(scope)
            raise
        if type(application) in own_steps:
            # No application of ASGI 2, and so nothing to find out about an error.
            step: Any = go_inside((application, scope, send))
            if type(step) is not tuple:
                step = await step
            application, scope, send = step
            inner = application(scope, receive, send)
            # PERF: this frame lives as long as its connection.
            del scope, step
            return await inner
        try:
            return await application(scope, receive, send)
        except TypeError as error:
            # PERF: no lambda, since what one refers to is slower to reach.
            older = as_single_callable(application, error, partial(self._place, scope))
            if older is None:
                raise
        return await older(scope, receive, send)

    def _explain(self, scope: Scope) -> None:
        """Raise a better error for a scope without the key, if there is one."""

    def _place(self, scope: Scope) -> str:
        """Name the entry that *scope* leads to, for an error."""
        return f"{type(self).__name__}, {self._key} {scope[self._key]!r}"

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        state.pop("_applications", None)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if "_mapping" in state:
            self.application_mapping = state["_mapping"]


class ProtocolTypeRouter(_MappingRouter):
    """
    Route a connection by ``scope["type"]``, its protocol type.

    Without an "http" key, HTTP connections go to the deprecated ``AsgiHandler``.
    """

    _key = "type"

    def __init__(self, application_mapping: MutableMapping[str, Any]) -> None:
        super().__init__(application_mapping)
        if "http" not in application_mapping:
            warnings.warn(DEPRECATION_MSG, DeprecationWarning, stacklevel=2)
            _add_http_handler(application_mapping)


class ChannelNameRouter(_MappingRouter):
    """Route the messages of a worker by ``scope["channel"]``, the channel's name."""

    _key = "channel"

    def _explain(self, scope: Scope) -> None:
        if "channel" not in scope:
            raise ValueError(
                "ChannelNameRouter got a scope without a 'channel' key. "
                "Did you make sure it's only being used for 'channel' type messages?"
            ) from None


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
    from .http import AsgiHandler  # noqa: PLC0415 # only who needs it pays for it

    # It loads Django's middleware. Projects written for Channels 4 may make their
    # routers before the settings are ready; there an HTTP connection is an error,
    # as in Channels 4.
    with contextlib.suppress(ImproperlyConfigured, AppRegistryNotReady):
        application_mapping["http"] = AsgiHandler()


class URLRouter:
    """
    Route a connection to the first application whose pattern accepts its path.

    Takes a list of ``path()`` and ``re_path()`` entries. They are compiled at the
    first connection. The list stays live: what is added to ``routes``, taken away
    or replaced counts from the next connection on.
    """

    #: Tells an outer URLRouter that its pattern is a prefix and not an endpoint.
    #: Middleware that wraps a router has to pass this flag on.
    _path_routing = True

    # On the class, since a subclass may never call `__init__`.
    _compiled: AnyTable | None = None
    # The routes that were met once and not compiled: see `_compile`.
    _met: tuple[Any, int] | None = None
    # Whether `root_path` is compared by whole segments.
    _whole_root_path = False

    def __init__(self, routes: Sequence[Any], *, whole_root_path: bool = False) -> None:
        """
        Keep *routes*, and make those that lead to a router the prefixes they are.

        *whole_root_path* compares the ``root_path`` of the scope by whole segments:
        with "/app", the path "/application/" is then none of this router's.

        Raises:
            ImproperlyConfigured: One of them is an ``include()``.
            ValueError: One that leads to a router has a pattern of another kind
                than those of ``path()`` and ``re_path()``.
        """
        self.routes = routes
        if whole_root_path:
            self._whole_root_path = True
        for route in self.routes:
            if getattr(route.callback, "_path_routing", False) is True:
                route.pattern = as_prefix(route.pattern)
            elif is_around_router(route.callback) and isinstance(
                route.pattern, (RegexPattern, RoutePattern)
            ):
                # Upstream leaves it an endpoint, which no longer path can match.
                route.pattern = as_prefix(route.pattern)
            if not route.callback and isinstance(route, URLResolver):
                raise ImproperlyConfigured(
                    f"{route}: include() is not supported in URLRouter. "
                    "Use nested URLRouter instances instead."
                )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        table = self._compiled
        if table is None:
            table = self._compile()
        start = 0
        while table is not None:
            found = table.dispatch(self.routes, scope, start)
            if found is None:
                break
            application, child_scope, start = found
            del found
            try:
                return await application(child_scope, receive, send)
            except Resolver404:
                # The application has no place for the rest of the path; a later
                # route may have one.
                continue
            except TypeError as error:
                older = as_single_callable(
                    application, error, partial(self._place_of_row, table, start - 1)
                )
                if older is None:
                    raise
            try:
                return await older(child_scope, receive, send)
            except Resolver404:
                continue
        after = table.rows()[start - 1][0] if table is not None and start else []
        return await self._route_in_python(scope, receive, send, after)

    async def _route_in_python(
        self, scope: Scope, receive: Receive, send: Send, after: Sequence[int] = ()
    ) -> Any:
        """
        Ask every pattern in turn, as upstream does: never wrong, only slower.

        ``after`` is the place of the route to go on behind: its position here,
        then its position in the router that is nested there, and so on.
        """
        table = self._compiled
        # A table without routes counts as false.
        if table is not None and not table.is_current(self.routes):
            self._compiled = None
        if self._whole_root_path:
            check_root_path(scope)
        path = _path_to_match(scope)
        for index, route in enumerate(self.routes):
            if after and index < after[0]:
                continue
            inner = after[1:] if after and index == after[0] else None
            if inner is not None and not inner:
                continue
            try:
                found = route.pattern.match(path)
                if found:
                    application = route.callback
                    if inner:
                        application = partial(application._route_in_python, after=inner)
                    remaining, args, kwargs = found
                    child_scope = _child_scope(scope, route, remaining, args, kwargs)
                    try:
                        return await application(child_scope, receive, send)
                    except TypeError as error:
                        older = as_single_callable(
                            application,
                            error,
                            lambda: self._place(route.pattern),  # noqa: B023
                        )
                        if older is None:
                            raise
                    return await older(child_scope, receive, send)
            except Resolver404:
                continue
        raise _no_route(scope, path)

    def _compile(self) -> AnyTable | None:
        """
        Return a table of the routes, or ``None`` if Python has to route for now.

        Routes that replace compiled ones are compiled when they are met for the
        second time. So a subclass that makes its routes for each connection does
        not pay for tables that are used once.
        """
        routes = self.routes
        length = len(routes) if hasattr(routes, "__len__") else 0
        met, self._met = self._met, (routes, length)
        if met is not None and (met[0] is not routes or met[1] != length):
            return None
        table = compile_routes(routes, URLRouter)
        self._compiled = RootPathTable(table) if self._whole_root_path else table
        return self._compiled

    def _place_of_row(self, table: AnyTable, number: int) -> str:
        return self._place(describe_routes(self.routes, table)[number].pattern)

    def _place(self, pattern: object) -> str:
        """Name the route with *pattern*, for an error."""
        return f"{type(self).__name__}, route {str(pattern)!r}"

    def refresh(self) -> None:
        """
        Compile the routes anew at the next connection.

        Changes to the list, to a route and to the callback behind it are noticed.
        Call this after a change inside a pattern or a converter object.
        """
        self._compiled = self._met = None

    def __getstate__(self) -> dict[str, Any]:
        # A copy of a router compiles its own routes.
        state = dict(self.__dict__)
        state.pop("_compiled", None)
        state.pop("_met", None)
        return state

    def describe(self) -> list[RouteDescription]:
        """Return what the router knows about each route, in the order of matching."""
        table = self._compiled
        if table is None or not table.is_current(self.routes):
            table = compile_routes(self.routes, URLRouter)
        return describe_routes(self.routes, table)

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__}({len(self.routes)} routes)"]
        lines.extend(str(description) for description in self.describe())
        return "\n".join(lines)


def _path_to_match(scope: Scope) -> Any:
    """
    Return the part of the path that this router has to match.

    An outer router leaves ``path_remaining`` behind. Only the outermost one
    looks at ``root_path`` (ASGI, HTTP & WebSocket scope), which it cuts off.
    """
    path = scope.get("path_remaining", scope.get("path", None))
    if path is None:
        raise ValueError("No 'path' key in connection scope, cannot route URLs")
    if "path_remaining" not in scope:
        root_path = scope.get("root_path", "")
        if root_path and not path.startswith(root_path):
            raise ValueError(f"No route found for path {path!r}.")
        path = path[len(root_path) :]
    return path.lstrip("/")


def _child_scope(
    scope: Scope, route: Any, remaining: str, args: tuple[Any, ...], kwargs: Any
) -> dict[str, Any]:
    """Return a copy of *scope* that tells the application how it was reached."""
    kwargs.update(route.default_args)
    outer = scope.get("url_route", {})
    return dict(
        scope,
        path_remaining=remaining,
        url_route={
            "args": outer.get("args", ()) + args,
            "kwargs": {**outer.get("kwargs", {}), **kwargs},
        },
    )


def _no_route(scope: Scope, path: Any) -> Exception:
    """Return the error of a router that no route accepted *path* for."""
    text = f"No route found for path {path!r}."
    # An outer router takes Resolver404 as "go on with the next route".
    return Resolver404(text) if "path_remaining" in scope else ValueError(text)
