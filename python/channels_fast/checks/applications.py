"""System checks of what the routes lead to: consumers, middleware and the rest."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import checks

from .._routes.applications import mistake_in, takes_scope_only
from .._routes.names import name_of
from ..auth import AuthMiddleware
from ..consumer import AsyncConsumer
from ..generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from ..http import HandlerByDefault
from ..layers import channel_layers
from ..middleware import BaseMiddleware
from ..routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from ..security.websocket import OriginValidator
from ..sessions import CookieMiddleware, SessionMiddleware

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._routes.walk import Visited

_ROUTERS = (URLRouter, ProtocolTypeRouter, ChannelNameRouter)
_MIDDLEWARE = (BaseMiddleware, CookieMiddleware, SessionMiddleware, OriginValidator)
# Methods of WebsocketConsumer that projects override. It does not await them.
_NOT_AWAITED = (
    *("connect", "receive", "receive_json", "disconnect"),
    *("websocket_connect", "websocket_receive", "websocket_disconnect"),
)


def check_applications(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find what is not an application, or one of a kind that fails later."""
    for visited in visits:
        application = visited.application
        mistake = mistake_in(application)
        if mistake:
            outer = visited.ancestors[-1:]
            if outer and not isinstance(outer[0], (*_ROUTERS, *_MIDDLEWARE)):
                continue  # middleware of the project may ask for a class
            text, hint = mistake
            number = "E001" if inspect.isclass(application) else "E002"
            yield checks.Error(
                f"{visited.location}: {text}", hint=hint, id=f"channels_fast.{number}"
            )
        elif isinstance(application, AsyncConsumer):
            name = type(application).__name__
            yield checks.Warning(
                f"{visited.location}: one object of {name} serves all connections.",
                hint="Each connection overwrites what the others keep in it. "
                f"Write {name}.as_asgi(), which makes an object for each.",
                id="channels_fast.W015",
            )
        elif isinstance(application, HandlerByDefault):
            yield checks.Warning(
                f'{application.made_at}: a ProtocolTypeRouter without an "http" key. '
                "The views of Django answer HTTP.",
                hint='Write "http": get_asgi_application() to keep that. Channels 4 '
                "refuses HTTP without the key; an application that answers 404 does.",
                id="channels_fast.W006",
            )
        elif takes_scope_only(application):
            yield _of_asgi_2(visited)


def check_consumers(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find methods that are never awaited, and groups without a layer."""
    locations: dict[type[AsyncConsumer], str] = {}
    for visited in visits:
        consumer = getattr(visited.application, "consumer_class", None)
        if inspect.isclass(consumer) and issubclass(consumer, AsyncConsumer):
            locations.setdefault(consumer, visited.location)
    for consumer, location in locations.items():
        name = consumer.__qualname__
        if issubclass(consumer, WebsocketConsumer):
            for method in _NOT_AWAITED:
                if inspect.iscoroutinefunction(getattr(consumer, method, None)):
                    yield checks.Warning(
                        f"{location}: {name}.{method}() is `async def` in a consumer "
                        "that calls it and does not await it.",
                        hint="Write `def`, or derive the consumer from one that "
                        "begins with Async.",
                        id="channels_fast.W017",
                    )
        alias = consumer.channel_layer_alias
        if (
            issubclass(consumer, (WebsocketConsumer, AsyncWebsocketConsumer))
            and consumer.groups
            and alias not in channel_layers.configs
        ):
            yield checks.Error(
                f"{location}: {name}.groups is set, but CHANNEL_LAYERS has no "
                f"{alias!r}.",
                hint="Every connection fails. Add the layer to CHANNEL_LAYERS, or "
                f"name another in {name}.channel_layer_alias.",
                id="channels_fast.E008",
            )


def check_origins(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find allowed origins that cannot match."""
    for visited in visits:
        if type(visited.application) is not OriginValidator:
            continue  # a subclass may read them differently
        for pattern in visited.application.allowed_origins:
            scheme, _, host = str(pattern).rpartition("://")
            if not host.startswith("*."):
                continue
            right = f"{scheme}://{host[1:]}" if scheme else host[1:]
            setting = (
                "the setting ALLOWED_HOSTS"
                if pattern in settings.ALLOWED_HOSTS
                else "the allowed origins"
            )
            yield checks.Warning(
                f"{visited.location}: {pattern!r} in {setting} matches no origin.",
                hint=f"Write {right!r} for a host and all hosts below it.",
                id="channels_fast.W009",
            )


def check_origin_validators(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find sessions that pages of other sites can use over a WebSocket."""
    visits = list(visits)
    outer = {id(visited.ancestors[-1]) for visited in visits if visited.ancestors}
    reported: set[int] = set()
    for visited in visits:
        kinds = (SessionMiddleware, AuthMiddleware)
        sessions = [layer for layer in visited.ancestors if isinstance(layer, kinds)]
        if (
            not sessions
            or id(sessions[0]) in reported
            or isinstance(visited.application, (*_ROUTERS, OriginValidator))
            or id(visited.application) in outer
            or any(isinstance(layer, OriginValidator) for layer in visited.ancestors)
            or not _is_for_websockets(visited)
        ):
            continue
        reported.add(id(sessions[0]))
        yield checks.Warning(
            f"{visited.location}: pages of other sites can use the sessions of "
            "visitors.",
            hint="Browsers send cookies with every WebSocket. Put "
            "channels.security.websocket.AllowedHostsOriginValidator around "
            f"{type(sessions[0]).__name__}.",
            id="channels_fast.W008",
        )


def _is_for_websockets(visited: Visited) -> bool:
    """Return whether *visited* is below the key "websocket", or below no key at all."""
    path = (*visited.ancestors, visited.application)
    for router, inner in zip(path, path[1:]):
        if isinstance(router, ProtocolTypeRouter):
            return router.application_mapping.get("websocket") is inner
        if isinstance(router, ChannelNameRouter):
            return False
    return True


def _of_asgi_2(visited: Visited) -> checks.CheckMessage:
    name = name_of(visited.application)
    hint = (
        "Make it a single callable, `async def __call__(self, scope, receive, send)`, "
        "or pass `.as_asgi()` of a consumer."
    )
    outer = type(visited.ancestors[-1]) if visited.ancestors else None
    # Middleware of the project may call what it wraps differently.
    calls = {kind.__call__ for kind in (*_MIDDLEWARE, AuthMiddleware)}
    if getattr(outer, "__call__", None) not in calls:  # noqa: B004 # which, not whether
        return checks.Warning(
            f"{visited.location}: {name} is an application of ASGI 2, which is "
            "deprecated.",
            hint=hint,
            id="channels_fast.W014",
        )
    return checks.Error(
        f"{visited.location}: {name} is an application of ASGI 2, which middleware "
        "cannot call.",
        hint=hint,
        id="channels_fast.E004",
    )
