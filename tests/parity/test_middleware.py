"""The base of middleware, and the isolation of connections in all of it."""

from __future__ import annotations

import asyncio

import pytest
from django.urls import path

from .asgi_helpers import call, inner_scope, websocket_scope


async def test_inner_application_gets_the_same_callables_and_an_equal_scope(channels):
    seen = []

    async def application(*arguments):
        seen.extend(arguments)

    async def receive(): ...
    async def send(message): ...

    scope = websocket_scope(extensions={})
    await channels.middleware.BaseMiddleware(application)(scope, receive, send)
    assert seen == [scope, receive, send]
    assert seen[0]["extensions"] is scope["extensions"]


async def test_changes_of_the_scope_stay_below(channels):
    async def application(scope, receive, send):
        scope["mark"] = True

    scope = websocket_scope()
    await call(channels.middleware.BaseMiddleware(application), scope)
    assert "mark" not in scope


async def test_result_of_the_inner_application_is_passed_on(channels):
    async def application(scope, receive, send):
        return "result"

    middleware = channels.middleware.BaseMiddleware(application)
    assert await middleware({}, None, None) == "result"


async def test_subclass_adds_to_the_scope_before_calling_super(channels):
    class Marking(channels.middleware.BaseMiddleware):
        async def __call__(self, scope, receive, send):
            scope["mark"] = True
            return await super().__call__(scope, receive, send)

    assert (await inner_scope(Marking, {}))["mark"] is True


def test_inner_application_is_an_attribute(channels):
    inner = object()
    assert channels.middleware.BaseMiddleware(inner).inner is inner


def test_wrapped_router_is_an_endpoint_to_the_outer_one(channels):
    """Upstream's rule: middleware does not pass ``_path_routing`` on."""
    router = channels.routing.URLRouter([])
    assert not hasattr(channels.middleware.BaseMiddleware(router), "_path_routing")


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
        "urls": lambda inner: router.URLRouter([path("<name>/", inner)]),
        "protocol": lambda inner: router.ProtocolTypeRouter(
            {"http": inner, "websocket": inner}
        ),
    }[name]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["base", "cookies", "sessions", "auth", "origin", "urls", "protocol"]
)
async def test_interleaved_connections_never_see_each_other(channels, name, settings):
    """One instance serves all connections, so none of them may be kept on it."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    scopes = [
        websocket_scope(
            path=f"/{name}/",
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
