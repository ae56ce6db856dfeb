"""A consumer's class, or ``as_asgi`` not called: one error, wherever it stands."""

from __future__ import annotations

import asyncio
import inspect
from unittest import mock

import channels.consumer
import channels.generic.websocket
import pytest
from asgiref.compatibility import guarantee_single_callable
from django.core.exceptions import ImproperlyConfigured
from django.urls import path, re_path

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.consumer import AsyncConsumer, SyncConsumer
from channels_fast.exceptions import NotAnApplicationError
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import OriginValidator
from channels_fast.testing import HttpCommunicator, WebsocketCommunicator
from tests.support.routing import app
from tests.support.sources import defined

SCOPE = {"type": "websocket", "path": "/a/", "headers": [], "channel": "a"}


class Bare(AsyncConsumer): ...


class BareSync(SyncConsumer): ...


class Page(AsyncHttpConsumer): ...


class Chat(AsyncWebsocketConsumer): ...


class SyncChat(WebsocketConsumer): ...


class Own(AsyncWebsocketConsumer):
    def __init__(self):
        super().__init__()


class TheirBare(channels.consumer.SyncConsumer): ...


class TheirChat(channels.generic.websocket.AsyncWebsocketConsumer): ...


class Slots:
    """Middleware of a project that keeps what it wraps in a slot."""

    __slots__ = ("app",)

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        return await self.app(scope, receive, send)


class Steps(Slots):
    """Middleware that calls what it wraps by way of asgiref."""

    async def __call__(self, scope, receive, send):
        return await guarantee_single_callable(self.app)(scope, receive, send)


class Makes(Slots):
    """Middleware that knows what to do with the class of a consumer."""

    async def __call__(self, scope, receive, send):
        return await self.app()(scope, receive, send)


CONSUMERS = [Bare, BareSync, Page, Chat, SyncChat, Own, TheirBare, TheirChat]
MIDDLEWARE = [
    BaseMiddleware,
    AuthMiddlewareStack,
    lambda inner: OriginValidator(inner, ["*"]),
    Slots,
    Steps,
    lambda inner: Slots(AuthMiddlewareStack(inner)),
]


async def nothing(*event):
    return {"type": "websocket.connect"}


async def error_of(application):
    with pytest.raises(NotAnApplicationError) as caught:
        await application(dict(SCOPE), nothing, nothing)
    assert isinstance(caught.value, (ImproperlyConfigured))
    assert isinstance(caught.value, TypeError)
    return str(caught.value)


def texts(consumer):
    """Yield each mistake with a consumer, and what is said about it."""
    write = f"Write {consumer.__name__}.as_asgi()."
    yield consumer, f"{defined(consumer)} is a class and not an application. {write}"
    yield consumer.as_asgi, f"{defined(consumer, '.as_asgi')} was not called. {write}"


@pytest.mark.parametrize("consumer", CONSUMERS)
@pytest.mark.parametrize("middleware", [lambda inner: inner, *MIDDLEWARE])
async def test_it_is_named_in_a_router_and_behind_middleware(consumer, middleware):
    for mistake, text in texts(consumer):
        wrong = middleware(mistake)
        routes = [path("a/", URLRouter([re_path(r"^(?P<x>\w*)$", wrong)]))]
        place = r"URLRouter, route '^(?P<x>\w*)$': "
        assert await error_of(URLRouter(routes)) == place + text
        by_type = ProtocolTypeRouter({"http": app("a"), "websocket": wrong})
        place = "ProtocolTypeRouter, key 'websocket': "
        assert await error_of(by_type) == place + text
        by_name = ChannelNameRouter({"a": wrong})
        assert await error_of(by_name) == f"ChannelNameRouter, key 'a': {text}"


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_communicator_names_it_when_it_is_made(consumer):
    for mistake, text in texts(consumer):
        for kind, arguments in (
            (WebsocketCommunicator, ["/a/"]),
            (HttpCommunicator, ["GET", "/a/"]),
        ):
            with pytest.raises(NotAnApplicationError) as caught:
                kind(mistake, *arguments)
            assert str(caught.value) == f"{kind.__name__}: {text}"


@pytest.mark.parametrize("consumer", CONSUMERS)
async def test_a_communicator_names_it_behind_middleware(consumer):
    for mistake, text in texts(consumer):
        communicator = WebsocketCommunicator(Slots(mistake), "/a/")
        with pytest.raises(NotAnApplicationError) as caught:
            await communicator.connect(timeout=0.01)
        assert str(caught.value) == f"WebsocketCommunicator: {text}"


@pytest.mark.parametrize("consumer", [Chat, SyncChat, Page])
async def test_a_server_that_calls_the_class_gets_the_error(consumer):
    """So do servers and middleware that no router knows of."""

    async def hidden(scope, receive, send):
        return await consumer(scope, receive, send)

    for mistake, text in texts(consumer):
        assert await error_of(mistake) == text
        assert await error_of(guarantee_single_callable(mistake)) == text
    [(_, text), _] = texts(consumer)
    assert await error_of(hidden) == text
    # As Daphne does it.
    called = guarantee_single_callable(consumer)(
        scope=SCOPE, receive=nothing, send=nothing
    )
    with pytest.raises(NotAnApplicationError):
        await asyncio.ensure_future(called)


@pytest.mark.parametrize("consumer", CONSUMERS)
async def test_middleware_that_makes_the_consumer_goes_on_working(consumer, settings):
    class Failing(consumer):
        async def websocket_connect(self, message):
            raise TypeError("of the project")

        dispatch = websocket_connect

    settings.CHANNEL_LAYERS = {}
    with pytest.raises(TypeError, match=r"^of the project$"):
        await URLRouter([path("a/", Makes(Failing))])(SCOPE, nothing, nothing)


def test_an_object_of_a_consumer_can_be_awaited_and_a_mock_of_it_too():
    # docs/differences.md says so: it is how a server gets the error.
    assert inspect.isawaitable(Chat())
    assert inspect.isawaitable(mock.MagicMock(spec=Chat))
    assert not inspect.isawaitable(channels.generic.websocket.AsyncWebsocketConsumer())


def test_patterns_are_printed_as_they_were_written():
    router = URLRouter([re_path(r"^ws/(?P<x>\w+)/it's$", app("a"))])
    assert r"  ^ws/(?P<x>\w+)/it's$  " in repr(router)
