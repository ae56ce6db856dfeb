"""Statements about Starlette and Litestar in the table of README.md."""

from __future__ import annotations

import re
from importlib.metadata import requires

import trio
from benches.arms import litestar_echo

from tests.packaging.clients import events_of, status_of
from tests.packaging.statements_of_channels import compiled_files, sources_of
from tests.support.redis_server import running_redis

LARGE = "x" * 100_000


def kinds(events):
    return [event["type"].partition(".")[2] for event in events]


# Starlette


async def _echo(socket):
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text)


def _starlette(path, endpoint=_echo, **options):
    from starlette.applications import Starlette
    from starlette.routing import Mount, WebSocketRoute

    route = WebSocketRoute(path, endpoint, name="page")
    return Starlette(routes=[Mount("/a", routes=[route], name="a")], **options)


async def starlette_has_routes_of_its_own():
    application = _starlette("/ws/{year:int}")
    assert kinds(await events_of(application, "/a/ws/7")) == ["accept"]
    assert kinds(await events_of(application, "/a/ws/seven")) == ["close"]


def starlette_includes_and_reverses():
    assert _starlette("/ws/{year:int}").url_path_for("a:page", year=7) == "/a/ws/7"


async def starlette_takes_paths_for_text():
    application = _starlette("/(x|y)+")
    assert kinds(await events_of(application, "/a/(x|y)+")) == ["accept"]
    assert kinds(await events_of(application, "/a/xy")) == ["close"]


def starlette_has_no_groups():
    texts = [*sources_of("starlette")]
    assert texts
    assert not any(re.search(r"group_send|publish|[Bb]roadcast", it) for it in texts)


async def starlette_lets_a_stranger_in():
    from starlette.middleware import Middleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    middleware = [
        Middleware(CORSMiddleware, allow_origins=["https://friend.example"]),
        Middleware(TrustedHostMiddleware, allowed_hosts=["testserver"]),
    ]
    application = _starlette("/ws", middleware=middleware)
    assert kinds(await events_of(application, "/a/ws")) == ["accept"]


async def starlette_takes_what_a_client_sends():
    from starlette.middleware import Middleware
    from starlette.middleware.body_limit import RequestBodyLimitMiddleware

    middleware = [Middleware(RequestBodyLimitMiddleware, max_body_size=10)]
    application = _starlette("/ws", middleware=middleware)
    sent = await events_of(application, "/a/ws", *[LARGE] * 20)
    assert kinds(sent) == ["accept"] + ["send"] * 20


async def starlette_refuses_with_a_response():
    from starlette.responses import PlainTextResponse

    async def refuse(socket):
        await socket.send_denial_response(PlainTextResponse("log in", 401))

    sent = await events_of(_starlette("/ws", refuse), "/a/ws")
    assert kinds(sent) == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 401


async def starlette_passes_on_what_comes():
    async def show(socket):
        await socket.accept()
        await socket.send_json(await socket.receive_json())

    sent = await events_of(_starlette("/ws", show), "/a/ws", '["no number"]')
    assert kinds(sent)[:2] == ["accept", "send"]


# Litestar


def _litestar(path, **options):
    from litestar import Litestar, Router

    router = Router("/a", route_handlers=[litestar_echo(path, name="page")])
    return Litestar([router], **options)


async def litestar_has_routes_of_its_own():
    application = _litestar("/ws/{year:int}")
    assert kinds(await events_of(application, "/a/ws/7")) == ["accept"]
    assert kinds(await events_of(application, "/a/ws/seven")) == ["close"]


def litestar_includes_and_reverses():
    assert _litestar("/ws/{year:int}").route_reverse("page", year=7) == "/a/ws/7"


async def litestar_takes_paths_for_text():
    application = _litestar("/(x|y)+")
    assert kinds(await events_of(application, "/a/(x|y)+")) == ["accept"]
    assert kinds(await events_of(application, "/a/xy")) == ["close"]


async def litestar_has_groups():
    """Two processes have a plugin each, and the Redis between them."""
    from litestar.channels import ChannelsPlugin
    from litestar.channels.backends.redis import RedisChannelsPubSubBackend
    from redis.asyncio import Redis

    def plugin(client):
        backend = RedisChannelsPubSubBackend(redis=client)
        return ChannelsPlugin(backend, channels=["news"])

    with running_redis() as port:
        async with (
            Redis(port=port) as here,
            Redis(port=port) as there,
            plugin(here) as one,
            plugin(there) as two,
            two.start_subscription("news") as subscriber,
        ):
            await one.wait_published("hello", ["news"])
            async for event in subscriber.iter_events():
                assert event == b"hello"
                break


async def litestar_lets_a_stranger_in():
    from litestar.config.allowed_hosts import AllowedHostsConfig
    from litestar.config.cors import CORSConfig

    application = _litestar(
        "/ws",
        cors_config=CORSConfig(allow_origins=["https://friend.example"]),
        allowed_hosts=AllowedHostsConfig(["testserver"]),
    )
    assert kinds(await events_of(application, "/a/ws")) == ["accept"]


async def litestar_limits_no_socket():
    from litestar.middleware.rate_limit import RateLimitConfig

    limit = RateLimitConfig(rate_limit=("minute", 1)).middleware
    application = _litestar("/ws", middleware=[limit], request_max_body_size=10)
    sent = await events_of(application, "/a/ws", *[LARGE] * 20)
    assert kinds(sent) == ["accept"] + ["send"] * 20


async def litestar_refuses_with_a_close():
    from litestar import Litestar, WebSocket, websocket
    from litestar.exceptions import NotAuthorizedException

    @websocket("/ws")
    async def refuse(socket: WebSocket) -> None:
        raise NotAuthorizedException("log in")

    assert kinds(await events_of(Litestar([refuse]), "/ws")) == ["close"]


async def litestar_validates():
    from litestar import Litestar, websocket_listener

    @websocket_listener("/ws")
    async def total(data: list[int]) -> int:
        return sum(data)

    application = Litestar([total])
    sent = await events_of(application, "/ws", "[1, 2]")
    assert [event.get("text") for event in sent[:2]] == [None, "3"]
    sent = await events_of(application, "/ws", '["no number"]')
    assert kinds(sent) == ["accept", "close"]


def litestar_hides_its_router():
    kind = type(_litestar("/ws").asgi_router)
    assert kind.__module__.startswith("litestar._")


def litestar_needs_compiled_code():
    assert any(it.startswith("msgspec") for it in requires("litestar"))
    assert compiled_files("msgspec")


# Both


def they_know_no_django():
    for name in ("starlette", "litestar"):
        assert not any("import django" in it.lower() for it in requires(name))
        found = [it for it in sources_of(name) if re.search("(from|import) django", it)]
        assert found == []


async def their_applications_take_each_protocol():
    for application in (_starlette("/ws"), _litestar("/ws")):
        assert kinds(await events_of(application, "/a/ws")) == ["accept"]
        assert await status_of(application, "/a/page") == 404


def they_do_not_drain():
    for name in ("starlette", "litestar"):
        assert not any("SIGTERM" in text for text in sources_of(name))


def starlette_and_what_it_needs_is_python():
    for name in ("starlette", "anyio", "idna", "typing-extensions"):
        assert not compiled_files(name)


def _under_trio(application):
    sent = trio.run(events_of, application, "/a/ws", "hello")
    assert [event.get("text") for event in sent] == [None, "hello"]


def starlette_runs_on_trio():
    _under_trio(_starlette("/ws"))


def litestar_runs_on_trio():
    _under_trio(_litestar("/ws"))
