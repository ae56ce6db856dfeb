"""Connections that run at the same time never see each other."""

from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie

import pytest
from django.contrib.sessions.backends.cache import SessionStore
from django.urls import path

from ..support.middleware import (
    call,
    http_scope,
    responding,
    set_cookies,
    websocket_scope,
)


async def _interleave(middleware, scopes):
    """
    Run one connection per scope through one instance, and return what each saw.

    Every connection marks its scope and then waits until all of them have.
    """
    inside, everybody = [], asyncio.Event()

    async def application(scope, receive, send):
        own = dict(scope)
        scope["mark"] = mark = object()
        inside.append(scope)
        if len(inside) == len(scopes):
            everybody.set()
        await everybody.wait()
        assert scope["mark"] is mark
        return own, scope

    stack = middleware(application)
    return await asyncio.wait_for(
        asyncio.gather(*(stack(scope, None, None) for scope in scopes)), 5
    )


def _middleware(channels, name):
    router = channels.routing
    return {
        "base": channels.middleware.BaseMiddleware,
        "cookies": channels.sessions.CookieMiddleware,
        "sessions": channels.sessions.SessionMiddlewareStack,
        "auth": channels.auth.AuthMiddlewareStack,
        "origin": lambda inner: channels("security.websocket").OriginValidator(
            inner, ["a.test", "b.test"]
        ),
        "hosts": channels("security.websocket").AllowedHostsOriginValidator,
        "channel names": lambda inner: router.ChannelNameRouter(
            {"a": inner, "b": inner}
        ),
        "everything": lambda inner: router.ProtocolTypeRouter(
            {
                "http": inner,
                "websocket": channels("security.websocket").AllowedHostsOriginValidator(
                    channels.auth.AuthMiddlewareStack(
                        router.URLRouter([path("<name>/", inner)])
                    )
                ),
            }
        ),
        "urls": lambda inner: router.URLRouter([path("<name>/", inner)]),
        "protocol": lambda inner: router.ProtocolTypeRouter(
            {"http": inner, "websocket": inner}
        ),
    }[name]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        *("base", "cookies", "sessions", "auth", "origin", "hosts"),
        *("urls", "protocol", "channel names", "everything"),
    ],
)
async def test_interleaved_connections_never_see_each_other(channels, name, settings):
    """One instance serves all connections, so none of them may be kept on it."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    settings.ALLOWED_HOSTS = ["a.test", "b.test"]
    scopes = [
        websocket_scope(
            path=f"/{name}/",
            channel=name,
            headers=[
                (b"cookie", b"who=" + name.encode()),
                (b"origin", b"http://" + name.encode() + b".test"),
            ],
        )
        for name in "ab"
    ]
    results = await _interleave(_middleware(channels, name), scopes)
    for scope, (own, after) in zip(scopes, results):
        assert own["path"] == scope["path"]
        assert own["headers"] == scope["headers"]
        who = scope["path"].strip("/")
        if "cookies" in own:
            assert own["cookies"] == {"who": who}
        if "url_route" in own:
            assert own["url_route"]["kwargs"] == {"name": who}
        assert after["path"] == scope["path"]
    (_, first), (_, second) = results
    assert first["mark"] is not second["mark"]
    for key in ("session", "user", "cookies"):
        if key in first:
            assert first[key] is not second[key]


@pytest.mark.django_db
async def test_interleaved_responses_carry_their_own_sessions(channels, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    inside, everybody = [], asyncio.Event()

    async def application(scope, receive, send):
        scope["session"]["who"] = scope["path"]
        inside.append(scope)
        if len(inside) == 2:
            everybody.set()
        await everybody.wait()
        await responding()(scope, receive, send)

    stack = channels.sessions.SessionMiddlewareStack(application)
    answers = await asyncio.gather(
        *(call(stack, http_scope(path=path)) for path in ("/a/", "/b/"))
    )
    for name, sent in zip(("/a/", "/b/"), answers):
        [header] = set_cookies(sent)
        key = SimpleCookie(header)["sessionid"].value
        assert SessionStore(key)["who"] == name


class _Consumers:
    """Makes applications out of the classes of consumers that keep a scope."""

    def __init__(self, channels):
        self.websocket = channels("generic.websocket")
        self.http = channels("generic.http")

    def make(self, kind):
        if kind == "http":

            class Consumer(self.http.AsyncHttpConsumer):
                async def handle(self, body):
                    await self.send_response(200, self.scope["path"].encode() + body)

        elif kind == "sync":

            class Consumer(self.websocket.WebsocketConsumer):
                def receive(self, text_data=None, bytes_data=None):
                    self.send(self.scope["path"] + text_data)

        else:

            class Consumer(self.websocket.AsyncWebsocketConsumer):
                async def receive(self, text_data=None, bytes_data=None):
                    await self.send(self.scope["path"] + text_data)

        return Consumer.as_asgi()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_interleaved_websockets_of_one_consumer_have_their_own_scopes(
    channels, kind
):
    application = _Consumers(channels).make(kind)
    sockets = [
        channels.testing.WebsocketCommunicator(application, path)
        for path in ("/a/", "/b/")
    ]
    for socket in sockets:
        await socket.connect()
    for socket in reversed(sockets):
        await socket.send_to(text_data="text")
    assert [await socket.receive_from() for socket in sockets] == [
        "/a/text",
        "/b/text",
    ]
    for socket in sockets:
        await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_interleaved_requests_of_one_consumer_have_their_own_bodies(channels):
    application = _Consumers(channels).make("http")
    inside, everybody = [], asyncio.Event()

    async def request(path):
        sent = []

        async def receive():
            inside.append(path)
            if len(inside) == 2:
                everybody.set()
            await everybody.wait()
            return {"type": "http.request", "body": path.encode()}

        async def send(message):
            sent.append(message)

        # No communicator: two of upstream's at once leave `channels.db` patched.
        await application(http_scope(path=path), receive, send)
        return b"".join(message.get("body", b"") for message in sent)

    answers = await asyncio.gather(request("/a/"), request("/b/"))
    assert answers == [b"/a//a/", b"/b//b/"]
