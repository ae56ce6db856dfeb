"""What a checker takes the entry points for. PACKAGE is put in by the test."""

from typing import Any

from PACKAGE.auth import AuthMiddleware, AuthMiddlewareStack, get_user, login, logout
from PACKAGE.consumer import AsyncConsumer, SyncConsumer, get_handler_name
from PACKAGE.db import aclose_old_connections, database_sync_to_async
from PACKAGE.generic.http import AsyncHttpConsumer
from PACKAGE.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    AsyncWebsocketConsumer,
    JsonWebsocketConsumer,
    WebsocketConsumer,
)
from PACKAGE.layers import InMemoryChannelLayer, channel_layers, get_channel_layer
from PACKAGE.middleware import BaseMiddleware
from PACKAGE.routing import (
    ChannelNameRouter,
    ProtocolTypeRouter,
    URLRouter,
    get_default_application,
)
from PACKAGE.security.websocket import AllowedHostsOriginValidator
from PACKAGE.sessions import CookieMiddleware, SessionMiddlewareStack
from PACKAGE.testing import HttpCommunicator, WebsocketCommunicator
from PACKAGE.utils import name_that_thing
from PACKAGE.worker import Worker

reveal_type(get_default_application())
reveal_type(ProtocolTypeRouter)
reveal_type(ProtocolTypeRouter({}).application_mapping)
reveal_type(URLRouter([]).routes)
reveal_type(ChannelNameRouter({}).application_mapping)
reveal_type(name_that_thing(1))
reveal_type(get_handler_name({"type": "a"}))
reveal_type(aclose_old_connections())


def count(name: str, at_most: int = 3) -> int:
    return len(name)


reveal_type(database_sync_to_async(count))
reveal_type(database_sync_to_async(count)("a", at_most=3))
reveal_type(database_sync_to_async(len)([]))


async def consumers(
    sync: WebsocketConsumer,
    asynchronous: AsyncWebsocketConsumer,
    sync_json: JsonWebsocketConsumer,
    json: AsyncJsonWebsocketConsumer,
    http: AsyncHttpConsumer,
    base: AsyncConsumer,
    sync_base: SyncConsumer,
) -> None:
    reveal_type(base.scope)
    reveal_type(base.channel_layer)
    reveal_type(base.channel_name)
    reveal_type(base.channel_layer_alias)
    reveal_type(base.dispatch({"type": "a"}))
    reveal_type(sync_base.dispatch({"type": "a"}))
    reveal_type(base.send({"type": "a"}))
    reveal_type(sync_base.send({"type": "a"}))
    reveal_type(type(base).as_asgi(a=1))
    reveal_type(sync.groups)
    reveal_type(sync.connect())
    reveal_type(sync.accept("a"))
    reveal_type(sync.close(1, "a"))
    reveal_type(sync.send("a"))
    reveal_type(asynchronous.connect())
    reveal_type(asynchronous.accept("a"))
    reveal_type(asynchronous.send("a"))
    reveal_type(asynchronous.disconnect(1))
    reveal_type(sync_json.encode_json({}))
    reveal_type(sync_json.send_json({}))
    reveal_type(json.encode_json({}))
    reveal_type(json.send_json({}))
    reveal_type(http.body)
    reveal_type(http.send_response(200, b""))
    reveal_type(http.handle(b""))


async def others(layer: InMemoryChannelLayer, scope: Any, application: Any) -> None:
    reveal_type(get_channel_layer())
    reveal_type(channel_layers["a"])
    reveal_type(channel_layers.configs)
    reveal_type(channel_layers.set("a", layer))
    reveal_type(layer.new_channel())
    reveal_type(layer.receive("a"))
    reveal_type(layer.group_send("a", {}))
    reveal_type(layer.require_valid_channel_name("a"))
    reveal_type(layer.groups)
    reveal_type(layer.get_capacity("a"))
    reveal_type(layer.compile_capacities({}))
    reveal_type(get_user(scope))
    reveal_type(login(scope, application))
    reveal_type(logout(scope))
    reveal_type(AuthMiddleware(application))
    reveal_type(AuthMiddlewareStack(application))
    reveal_type(SessionMiddlewareStack(application))
    reveal_type(CookieMiddleware(application).inner)
    reveal_type(CookieMiddleware.set_cookie({}, "a"))
    reveal_type(BaseMiddleware(application).inner)
    reveal_type(AllowedHostsOriginValidator(application))
    reveal_type(Worker(application, ["a"], layer).handle())


async def testing(websocket: WebsocketCommunicator, http: HttpCommunicator) -> None:
    reveal_type(websocket.connect())
    reveal_type(websocket.scope)
    reveal_type(websocket.response_headers)
    reveal_type(websocket.receive_from())
    reveal_type(websocket.receive_nothing())
    reveal_type(websocket.receive_output())
    reveal_type(websocket.send_json_to({}))
    reveal_type(websocket.disconnect())
    reveal_type(http.get_response())
    reveal_type(http.body)
