"""Middleware: its base, and several of them around one application."""

from __future__ import annotations

import asyncio

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache

from ..support.middleware import (
    call,
    cookie,
    inner_scope,
    responding,
    set_cookies,
    websocket_scope,
)

# Upstream asks the database for the user of a visitor.
pytestmark = pytest.mark.django_db(transaction=True)


ORIGIN = (b"origin", b"http://a.test")


LAYERS = ["origin", "cookies", "sessions", "auth", "base"]


@pytest.fixture(autouse=True)
def _settings(settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    settings.ALLOWED_HOSTS = ["a.test"]
    yield
    cache.clear()


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


@pytest.mark.parametrize("on", ["cookies", "sessions", "auth"])
async def test_what_is_added_to_the_scope_stays_inside(channels, on):
    """Outer applications do not see what an inner one adds to its scope."""
    outer = websocket_scope(extra=[])
    if on != "cookies":
        outer["cookies"] = {}
    if on == "auth":
        outer["session"] = SessionStore()
    before = dict(outer)
    layer = {
        "cookies": channels.sessions.CookieMiddleware,
        "sessions": channels.sessions.SessionMiddleware,
        "auth": channels.auth.AuthMiddleware,
    }[on]
    inner = await inner_scope(layer, outer)
    assert type(inner) is dict
    assert inner is not outer
    assert inner["extra"] is outer["extra"]
    assert outer == before


# --- Several around one application -------------------------------------------


def _classes(channels):
    return {
        "origin": channels("security.websocket").OriginValidator,
        "cookies": channels.sessions.CookieMiddleware,
        "sessions": channels.sessions.SessionMiddleware,
        "auth": channels.auth.AuthMiddleware,
        "base": channels.middleware.BaseMiddleware,
    }


def _chain(channels, application, **others):
    """Return *application* in all layers, of which some are of *others*."""
    classes = {**_classes(channels), **others}
    for name in reversed(LAYERS[1:]):
        application = classes[name](application)
    return classes["origin"](application, ["a.test"])


def _router(channels, chain):
    return channels.routing.ProtocolTypeRouter({"websocket": chain, "http": chain})


def _scope():
    return websocket_scope(headers=[ORIGIN, *cookie("color=blue")], extra=[])


async def _scope_inside(channels, build):
    """Return the outer scope and the one that reaches the innermost application."""
    seen = []

    async def application(scope, receive, send):
        seen.append(scope)

    scope = _scope()
    await call(_router(channels, build(application)), scope)
    return scope, seen[0]


async def test_the_innermost_application_has_what_all_layers_add(channels):
    outer, inner = await _scope_inside(channels, lambda app: _chain(channels, app))
    assert outer == _scope()
    assert inner["cookies"] == {"color": "blue"}
    assert inner["session"].is_empty()
    assert inner["user"] == AnonymousUser()
    assert inner["extra"] is outer["extra"]
    assert set(inner) - set(outer) == {"cookies", "session", "user"}


async def test_result_and_error_of_the_innermost_application_come_out(channels):
    async def returning(scope, receive, send):
        return scope["path"]

    async def failing(scope, receive, send):
        raise LookupError(scope["path"])

    chain = _router(channels, _chain(channels, returning))
    assert await chain(_scope(), None, None) == "/"
    with pytest.raises(LookupError, match="/"):
        await _router(channels, _chain(channels, failing))(_scope(), None, None)


@pytest.mark.parametrize("name", LAYERS)
async def test_a_subclass_among_the_layers_is_called(channels, name):
    seen = []

    class Layer(_classes(channels)[name]):
        async def __call__(self, scope, receive, send):
            seen.append(set(scope))
            return await super().__call__(scope, receive, send)

    _, inner = await _scope_inside(
        channels, lambda app: _chain(channels, app, **{name: Layer})
    )
    added = {"cookies": {"cookies"}, "sessions": {"session"}, "auth": {"user"}}
    keys = set(_scope())
    for layer in LAYERS[: LAYERS.index(name)]:
        keys |= added.get(layer, set())
    assert seen == [keys]
    assert inner["user"] == AnonymousUser()


@pytest.mark.parametrize("name", LAYERS)
async def test_a_call_that_is_assigned_to_a_class_is_used(channels, monkeypatch, name):
    layer = _classes(channels)[name]
    own, seen = layer.__call__, []

    async def other(self, scope, receive, send):
        seen.append(type(self).__name__)
        return await own(self, scope, receive, send)

    users = []

    async def application(scope, receive, send):
        users.append(scope["user"])

    chain = _router(channels, _chain(channels, application))
    await call(chain, _scope())
    assert seen == []
    monkeypatch.setattr(layer, "__call__", other)
    await call(chain, _scope())
    # AuthMiddleware calls that of its base as well.
    more = ["AuthMiddleware"] if name == "base" else []
    assert seen == [*more, layer.__name__]
    assert users == [AnonymousUser(), AnonymousUser()]


async def test_a_session_that_takes_its_time_is_waited_for(channels, monkeypatch):
    class Wrapper(channels.sessions.InstanceSessionWrapper):
        async def resolve_session(self):
            await asyncio.sleep(0)
            await super().resolve_session()
            self.scope["session"].resolved = True

    monkeypatch.setattr(channels.sessions, "InstanceSessionWrapper", Wrapper)
    _, inner = await _scope_inside(channels, lambda app: _chain(channels, app))
    assert inner["session"].resolved is True
    assert inner["user"] == AnonymousUser()


async def test_layers_inside_a_foreign_application_go_on(channels):
    """Between them stands a function, as many projects have one."""

    def foreign(inner):
        async def application(scope, receive, send):
            return await inner(dict(scope, foreign=True), receive, send)

        return application

    def build(application):
        inner = channels.auth.AuthMiddleware(application)
        chain = channels.sessions.SessionMiddlewareStack(foreign(inner))
        return channels("security.websocket").OriginValidator(chain, ["a.test"])

    _, inner = await _scope_inside(channels, build)
    assert inner["foreign"] is True
    assert inner["user"] == AnonymousUser()


async def test_the_response_carries_the_session_through_all_layers(channels):
    def change(scope):
        scope["session"]["color"] = scope["cookies"]["color"]

    chain = channels.auth.AuthMiddlewareStack(responding(change))
    sent = await call(_router(channels, chain), {**_scope(), "type": "http"})
    [header] = set_cookies(sent)
    assert header.startswith("sessionid=")


async def test_a_denied_origin_reaches_no_layer_inside(channels):
    seen = []

    async def application(scope, receive, send):
        seen.append(scope)

    chain = _router(channels, _chain(channels, application))
    sent = await call(chain, websocket_scope(headers=[(b"origin", b"http://b.test")]))
    assert sent == [{"type": "websocket.close"}]
    assert seen == []


@pytest.mark.parametrize("name", ["cookies", "base"])
async def test_the_error_of_a_layer_comes_at_the_await(channels, name):
    """The call itself makes a coroutine, whatever is wrong with the scope."""
    application = _classes(channels)[name](_classes(channels)["cookies"](None))
    coroutine = application({"type": "lifespan"}, None, None)
    assert asyncio.iscoroutine(coroutine)
    with pytest.raises(ValueError, match="did not have a headers key"):
        await coroutine


@pytest.mark.parametrize("name", ["cookies", "base"])
async def test_middleware_in_itself_is_a_recursion_error(channels, name):
    middleware = _classes(channels)[name](None)
    middleware.inner = middleware
    with pytest.raises(RecursionError):
        await middleware(_scope(), None, None)
