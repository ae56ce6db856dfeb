"""
What is compared: the same applications on ``channels``, on ``channels_fast``, and
written by hand as a bare ASGI application. An echo also as other frameworks have it.
"""

from __future__ import annotations

import importlib
import json
from typing import Any

from django.urls import path

UPSTREAM, OURS, BARE = "channels", "channels_fast", "bare"
STARLETTE, LITESTAR = "starlette", "litestar"
PACKAGES = {"upstream": UPSTREAM, "ours": OURS}
#: They know nothing of Django: an echo behind routes is all that can be compared.
FRAMEWORKS = {"starlette": STARLETTE, "litestar": LITESTAR}
ARMS = {**PACKAGES, "bare": BARE, **FRAMEWORKS}
#: How the arms are called where people read.
TITLES = {
    "upstream": "channels",
    "ours": "channels_fast",
    "bare": "bare ASGI",
    "starlette": "Starlette",
    "litestar": "Litestar",
}

#: The route that the benchmarks ask for is the last one of its table.
PATH = "/ws/chat/42/stream/"


def part(package: str, module: str) -> Any:
    """Import a module of one of the packages."""
    return importlib.import_module(f"{package}.{module}")


def alias(package: str, layer: bool) -> str:
    """Return the alias of a layer; one that is not configured means none."""
    return package if layer else "no such layer"


def echo(package: str, layer: bool = False) -> Any:
    """Return a consumer that sends back what it gets."""
    if package == BARE:
        return bare_echo
    if package == STARLETTE:
        return starlette_echo()
    if package == LITESTAR:
        return litestar_stack(1)  # its handlers are served by an application only

    class Echo(part(package, "generic.websocket").AsyncWebsocketConsumer):
        channel_layer_alias = alias(package, layer)

        async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
            await self.send(text_data=text_data)

    return Echo.as_asgi()


def json_echo(package: str) -> Any:
    """Return a consumer that decodes and encodes what it gets."""
    if package == BARE:
        return bare_json_echo

    class Echo(part(package, "generic.websocket").AsyncJsonWebsocketConsumer):
        channel_layer_alias = alias(package, layer=False)

        async def receive_json(self, content: Any, **kwargs: Any) -> None:
            await self.send_json(content)

    return Echo.as_asgi()


def sync_echo(package: str) -> Any:
    """Return a consumer whose handlers run in a thread."""
    if package == BARE:
        return bare_echo

    class Echo(part(package, "generic.websocket").WebsocketConsumer):
        channel_layer_alias = alias(package, layer=False)

        def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
            self.send(text_data=text_data)

    return Echo.as_asgi()


def member(package: str) -> Any:
    """Return a consumer that is in the group ``room`` and sends what comes there."""
    if package == BARE:
        return bare_member

    class Member(part(package, "generic.websocket").AsyncWebsocketConsumer):
        channel_layer_alias = alias(package, layer=True)
        groups = ["room"]

        async def chat_message(self, event: Any) -> None:
            await self.send(text_data=event["text"])

    return Member.as_asgi()


def stack(package: str, routes: int, origin: bool = True) -> Any:
    """Return an echo behind the usual middleware, the last of *routes* routes."""
    if package == BARE:
        return bare_echo
    if package == STARLETTE:
        return starlette_stack(routes)
    if package == LITESTAR:
        return litestar_stack(routes)
    application = echo(package)
    table = [path(f"ws/app{n}/<int:id>/stream/", application) for n in range(routes)]
    table[-1] = path("ws/chat/<int:id>/stream/", application)
    routing = part(package, "routing")
    inner = part(package, "auth").AuthMiddlewareStack(routing.URLRouter(table))
    if origin:
        inner = part(package, "security.websocket").AllowedHostsOriginValidator(inner)
    return routing.ProtocolTypeRouter({"websocket": inner, "http": bare_echo})


def paths(routes: int) -> list[str]:
    """Return the routes of `stack()` in the language of both frameworks."""
    names = [f"app{number}" for number in range(routes - 1)]
    return [f"/ws/{name}/{{id:int}}/stream/" for name in [*names, "chat"]]


def starlette_echo() -> Any:
    """Return an endpoint of Starlette, which is an ASGI application by itself."""
    from starlette.endpoints import WebSocketEndpoint

    class Echo(WebSocketEndpoint):
        encoding = "text"

        async def on_receive(self, websocket: Any, data: str) -> None:
            await websocket.send_text(data)

    return Echo


def starlette_stack(routes: int) -> Any:
    """Return an application of Starlette, without middleware of its own choice."""
    from starlette.applications import Starlette
    from starlette.routing import WebSocketRoute

    endpoint = starlette_echo()
    return Starlette(routes=[WebSocketRoute(text, endpoint) for text in paths(routes)])


def litestar_stack(routes: int) -> Any:
    """Return an application of Litestar, likewise."""
    from litestar import Litestar

    return Litestar([litestar_echo(paths(routes))])


def litestar_echo(path: Any, **options: Any) -> Any:
    """Return a handler of Litestar that sends back what it gets."""
    from litestar import WebSocket, websocket
    from litestar.exceptions import WebSocketDisconnect

    @websocket(path, **options)
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except WebSocketDisconnect:
            pass

    return echo


def part_alone(package: str, name: str) -> Any:
    """Return a router or middleware in front of an application that does nothing."""
    if package == BARE:
        return bare_nothing
    if name in {"ProtocolTypeRouter", "ChannelNameRouter"}:
        key = "websocket" if name == "ProtocolTypeRouter" else "jobs"
        mapping = {key: bare_nothing, "http": bare_nothing}
        return getattr(part(package, "routing"), name)(mapping)
    if name == "OriginValidator":
        module = part(package, "security.websocket")
        return module.OriginValidator(bare_nothing, [".example.org", "127.0.0.1"])
    module = part(package, "auth" if name.startswith("Auth") else "sessions")
    return getattr(module, name)(bare_nothing)


async def bare_nothing(scope: Any, receive: Any, send: Any) -> None:
    """Return at once."""


async def bare_echo(scope: Any, receive: Any, send: Any) -> None:
    """Echo as the least that ASGI asks for."""
    while True:
        message = await receive()
        kind = message["type"]
        if kind == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})
        elif kind == "websocket.connect":
            await send({"type": "websocket.accept"})
        else:
            return


async def bare_json_echo(scope: Any, receive: Any, send: Any) -> None:
    """Decode and encode, and nothing else."""
    while True:
        message = await receive()
        kind = message["type"]
        if kind == "websocket.receive":
            text = json.dumps(json.loads(message["text"]))
            await send({"type": "websocket.send", "text": text})
        elif kind == "websocket.connect":
            await send({"type": "websocket.accept"})
        else:
            return


async def bare_member(scope: Any, receive: Any, send: Any) -> None:
    """Send what comes from a group, which reaches it through `receive()` as well."""
    while True:
        message = await receive()
        kind = message["type"]
        if kind == "chat.message":
            await send({"type": "websocket.send", "text": message["text"]})
        elif kind == "websocket.connect":
            await send({"type": "websocket.accept"})
        else:
            return


def make_scope(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    """Return the scope of a WebSocket as a server makes it for a browser."""
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "root_path": "",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": [
            (b"host", b"127.0.0.1:8000"),
            (b"connection", b"Upgrade"),
            (b"upgrade", b"websocket"),
            (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0)"),
            (b"origin", b"http://127.0.0.1:8000"),
            (b"sec-websocket-version", b"13"),
            (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=="),
            (b"accept-language", b"en-US,en;q=0.9"),
            *headers,
        ],
        "subprotocols": [],
    }
