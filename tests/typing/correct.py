"""An ``asgi.py`` with all that is in use. Every checker has to accept it."""

from __future__ import annotations

import os
from collections.abc import Awaitable, MutableMapping
from typing import Any, Callable

from asgiref.sync import async_to_sync
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable
from asgiref.typing import Scope as ASGIScope
from django.contrib.auth import get_user_model
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

from channels_fast.auth import AuthMiddleware, AuthMiddlewareStack, get_user, login
from channels_fast.consumer import AsyncConsumer, SyncConsumer
from channels_fast.db import aclose_old_connections, database_sync_to_async
from channels_fast.exceptions import ChannelFull, DenyConnection, StopConsumer
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    AsyncWebsocketConsumer,
    JsonWebsocketConsumer,
    WebsocketConsumer,
)
from channels_fast.layers import (
    BaseChannelLayer,
    InMemoryChannelLayer,
    channel_layers,
    get_channel_layer,
)
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import (
    ChannelNameRouter,
    ProtocolTypeRouter,
    URLRouter,
    get_default_application,
)
from channels_fast.security.websocket import (
    AllowedHostsOriginValidator,
    OriginValidator,
)
from channels_fast.sessions import (
    CookieMiddleware,
    SessionMiddleware,
    SessionMiddlewareStack,
)
from channels_fast.testing import (
    HttpCommunicator,
    WebsocketCommunicator,
    connect,
    shared_transaction,
)
from channels_fast.worker import Worker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
http = get_asgi_application()


# --- Work with the database ---------------------------------------------------


@database_sync_to_async
def count_users(active: bool, *, at_most: int = 100) -> int:
    return min(get_user_model().objects.filter(is_active=active).count(), at_most)


def names(prefix: str) -> list[str]:
    return [prefix]


# --- Consumers ----------------------------------------------------------------


class Echo(WebsocketConsumer):
    groups = ["everybody"]

    def connect(self) -> None:
        if "chat" in self.scope["subprotocols"]:
            self.accept("chat", headers=[(b"x-chat", b"1")])
        else:
            self.close(code=4000, reason="only chat")

    def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        self.send(text_data=text_data)
        self.send(bytes_data=bytes_data, close=True)

    def chat_message(self, event: dict[str, Any]) -> None:
        self.send(event["text"])

    def disconnect(self, code: int) -> None:
        raise StopConsumer


class Chat(AsyncWebsocketConsumer):
    channel_layer_alias = "chat"
    disconnect_policy = "cancel"
    max_concurrency = 4
    room: str

    async def connect(self) -> None:
        self.room = self.scope["url_route"]["kwargs"]["room"]
        if self.scope["user"].is_anonymous:
            raise DenyConnection
        if self.room == "closed":
            await self.deny(404, "closed", {"retry-after": "60"})
            return
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        number: int = await count_users(True, at_most=3) + await self.count("a")
        found: list[str] = await database_sync_to_async(names)("a")
        await aclose_old_connections()
        await self.channel_layer.group_send(
            self.room, {"type": "chat.message", "text": f"{number} {found}"}
        )

    @database_sync_to_async
    def count(self, prefix: str) -> int:
        return len([*names(prefix), self.room])

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["text"])
        await self.close(4001)

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.room, self.channel_name)


class Tutorial(WebsocketConsumer):
    def connect(self) -> None:
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        async_to_sync(self.channel_layer.group_add)(self.room_name, self.channel_name)
        self.accept()

    def receive(self, text_data: str) -> None:
        self.send(text_data=text_data)

    def disconnect(self, close_code: int) -> None:
        pass


class AsyncTutorial(AsyncWebsocketConsumer):
    async def receive(self, text_data: str) -> None:
        await self.send(text_data=text_data)

    async def disconnect(self, close_code: int) -> None:
        pass


class JsonTutorial(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content: dict[str, Any]) -> None:
        await self.send_json(content)


class Json(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        await self.send_json({"you said": content}, close=True)

    @classmethod
    async def encode_json(cls, content: Any) -> str:
        return repr(content)


class SyncJson(JsonWebsocketConsumer):
    def receive_json(self, content: Any, **kwargs: Any) -> None:
        self.send_json([content])

    @classmethod
    def decode_json(cls, text_data: str) -> Any:
        return text_data


class Page(AsyncHttpConsumer):
    def __init__(self, greeting: str = "hello") -> None:
        super().__init__()
        self.greeting = greeting

    async def handle(self, body: bytes) -> None:
        await self.send_headers(status=200, headers=[(b"a", b"b")])
        await self.send_body(b"part", more_body=True)
        await self.send_response(200, body, headers={b"a": b"b"})


class Thumbnails(SyncConsumer):
    def make(self, message: dict[str, Any]) -> None:
        self.send({"type": "done", "id": message["id"]})


class Cleaner(AsyncConsumer):
    async def clean(self, message: dict[str, Any]) -> None:
        await self.send({"type": "done"})


# --- Middleware ---------------------------------------------------------------


class Tenant(BaseMiddleware):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        scope = dict(scope, tenant="a")
        return await super().__call__(scope, receive, send)


async def described_by_asgiref(
    scope: ASGIScope, receive: ASGIReceiveCallable, send: ASGISendCallable
) -> None:
    await send({"type": "websocket.close", "code": 1000, "reason": None})


async def described_by_a_server(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    await send({"type": "websocket.close"})


class TokenAuth(AuthMiddleware):
    async def resolve_scope(self, scope: Any) -> None:
        scope["user"]._wrapped = await get_user(scope)
        await login(scope, scope["user"])


# --- Routes -------------------------------------------------------------------

rooms = URLRouter([path("<str:room>/", Chat.as_asgi(), name="room")])
websocket_urlpatterns = [
    path("echo/", Echo.as_asgi()),
    path("rooms/", rooms),
    path("tenant/", Tenant(Json.as_asgi())),
    re_path(r"^json/(?P<id>\d+)/$", AuthMiddlewareStack(SyncJson.as_asgi()), {"k": 1}),
]
application = ProtocolTypeRouter(
    {
        "http": http,
        "page": URLRouter([path("page/", Page.as_asgi(greeting="hi"))], on_miss="deny"),
        "websocket": AllowedHostsOriginValidator(
            CookieMiddleware(
                SessionMiddleware(TokenAuth(URLRouter(websocket_urlpatterns)))
            )
        ),
        "channel": ChannelNameRouter(
            {"thumbnails": Thumbnails.as_asgi(), "cleaner": Cleaner.as_asgi()}
        ),
    }
)
wrapped = [Tenant(described_by_asgiref), AuthMiddlewareStack(described_by_a_server)]
other = OriginValidator(SessionMiddlewareStack(rooms), ["https://a.test", "*"])
described: str = repr(rooms)


# --- A layer, and what uses one from outside ------------------------------------


class Counting(InMemoryChannelLayer):
    async def send(self, channel: str, message: dict[str, Any]) -> None:
        assert self.require_valid_channel_name(channel)
        await super().send(channel, message)


async def notify(room: str) -> None:
    layer = get_channel_layer()
    assert layer is not None
    try:
        await layer.group_send(room, {"type": "chat.message", "text": "hi"})
        await layer.send("cleaner", {"type": "clean"})
    except ChannelFull:
        return
    own = Counting(expiry=10, channel_capacity={"http.*": 5})
    base: BaseChannelLayer = own
    name: str = await own.new_channel("mine")
    await base.send(name, await base.receive(name))
    assert "default" in channel_layers


# --- Tests of it ----------------------------------------------------------------


async def test_it() -> None:
    communicator = WebsocketCommunicator(
        application, "/echo/", headers=[(b"origin", b"a")], subprotocols=["chat"]
    )
    connected, subprotocol = await communicator.connect(timeout=2)
    assert connected
    assert subprotocol == "chat"
    await communicator.send_to(text_data="hello")
    await communicator.send_json_to({"a": 1})
    answer: str | bytes = await communicator.receive_from()
    assert answer
    assert (await communicator.receive_json_from())["a"] == 1
    assert await communicator.receive_nothing(timeout=0.1)
    await communicator.disconnect(code=1001)
    response = await HttpCommunicator(
        Page.as_asgi(), "GET", "/page/", body=b""
    ).get_response()
    assert response["status"] == 200
    assert response["body"] == b"hi"
    worker = Worker(get_default_application(), ["cleaner"], get_channel_layer())
    await worker.handle()


async def test_it_as_a_visitor(user: object) -> None:
    async with shared_transaction():
        async with connect(
            application, "/echo/", user=user, session={"a": 1}, subprotocols=["chat"]
        ) as client:
            chosen: str | None = client.subprotocol
            assert chosen == "chat"
            await client.send_json_to({"a": 1})
            assert (await client.receive_json_from(timeout=2))["a"] == 1
        consumer = Chat.as_asgi()
        kwargs = {"room": "lobby"}
        async with connect(consumer, "/", path_kwargs=kwargs, refused=True) as client:
            code: int | None = client.refusal.code
            assert code == 4401
            assert client.refusal.status == 403
