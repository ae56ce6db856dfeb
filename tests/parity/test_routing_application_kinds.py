"""What may stand behind a route, and what fails when it is called."""

from __future__ import annotations

import functools
import warnings
from unittest import mock

import pytest
from django.urls import path

from ..support.routing import Answer, app, run

AS_ASGI_3 = pytest.mark.since(
    "4.0", "what is no coroutine function is not taken for ASGI 2"
)


@pytest.fixture(params=["urls", "nested", "protocols", "channels"])
def call(channels, request):
    """Return a function that calls an application by a router."""
    routing = channels.routing

    def call(application):
        routes = [path("a/", application)]
        router = {
            "urls": lambda: routing.URLRouter(routes),
            "nested": lambda: routing.URLRouter([path("", routing.URLRouter(routes))]),
            "protocols": lambda: routing.ProtocolTypeRouter({"http": application}),
            "channels": lambda: routing.ChannelNameRouter({"c": application}),
        }[request.param]()
        scope = {"type": "http", "channel": "c", "path": "/a/"}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return run(router(scope, None, None))

    return call


def test_a_mock_that_can_be_awaited_is_an_application(call):
    assert call(mock.AsyncMock(return_value="answer")) == "answer"


@AS_ASGI_3
def test_a_function_may_return_an_awaitable(call):
    """No `async def`, and called with three arguments all the same."""
    inner = app("inner")

    def application(scope, receive, send):
        return inner(scope, receive, send)

    assert call(application).name == "inner"


@AS_ASGI_3
def test_middleware_may_pass_on_any_arguments(call):
    """It could be of ASGI 2 by its signature, and is asked the newer way."""
    inner = app("inner")

    def middleware(*args):
        return inner(*args)

    assert call(middleware).name == "inner"


def test_a_partial_may_be_an_application(call):
    async def application(name, scope, receive, send):
        return Answer(name, scope)

    assert call(functools.partial(application, "partial")).name == "partial"


@AS_ASGI_3
def test_a_class_whose_objects_are_awaited_may_be_an_application(call):
    """As the endpoints of Starlette are."""

    class Endpoint:
        def __init__(self, scope, receive, send):
            self.scope = scope

        def __await__(self):
            return self.answer().__await__()

        async def answer(self):
            return Answer("endpoint", self.scope)

    assert call(Endpoint).name == "endpoint"


def test_the_class_of_a_consumer_is_a_type_error(channels, call):
    with pytest.raises(TypeError):
        call(channels.consumer.AsyncConsumer)
    with pytest.raises(TypeError):
        call(channels("generic.websocket").AsyncJsonWebsocketConsumer)


def test_as_asgi_that_was_not_called_is_a_type_error(channels, call):
    with pytest.raises(TypeError):
        call(channels.consumer.AsyncConsumer.as_asgi)


def test_a_type_error_of_the_application_is_passed_on_as_it_is(call):
    error = TypeError("mine")

    async def application(scope, receive, send):
        raise error

    with pytest.raises(TypeError) as caught:
        call(application)
    assert caught.value is error
    assert caught.value.__context__ is None
