"""The routers where the real ``channels`` is in use: what asks for its classes."""

from __future__ import annotations

import copy
import functools
import pickle

import channels.generic.websocket
import channels.routing
import pytest
from django.urls import path

from channels_fast._routes.compile import compile_routes
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import OriginValidator
from channels_fast.testing import WebsocketCommunicator
from tests.support.engines import WHY_NOT_COMPILED
from tests.support.routing import app, call


async def answer(scope, receive, send):
    """Answer, from a module, so that it can be pickled."""
    return "answered"


ROUTERS = [
    URLRouter([path("a/", answer)]),
    ProtocolTypeRouter({"http": answer}),
    ChannelNameRouter({"a": answer}),
]

each_router = pytest.mark.parametrize(
    "router", ROUTERS, ids=lambda router: type(router).__name__
)


class Registered(URLRouter):
    """A router of a project that keeps a list of its subclasses."""

    classes: list[type] = []

    def __init_subclass__(cls, *, tag, **kwargs):
        Registered.classes.append(cls)


@each_router
def test_a_router_is_one_of_channels_for_whoever_asks(router):
    theirs = getattr(channels.routing, type(router).__name__)
    assert isinstance(router, theirs)
    assert issubclass(router.__class__, theirs)
    assert isinstance(router, type(router))
    others = {URLRouter, ProtocolTypeRouter, ChannelNameRouter} - {type(router)}
    for other in others:
        assert not isinstance(router, getattr(channels.routing, other.__name__))
    assert not isinstance(router, dict)


@each_router
def test_it_is_named_and_printed_as_one_of_ours(router):
    own = type(router)
    assert own.__module__ == "channels_fast.routing"
    assert router.__class__.__module__ == own.__module__
    assert router.__class__.__qualname__ == own.__qualname__
    assert router.__class__ is router.__class__


@each_router
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_can_be_copied_and_pickled(router, protocol):
    for other in (
        copy.copy(router),
        copy.deepcopy(router),
        pickle.loads(pickle.dumps(router, protocol)),
    ):
        assert type(other) is type(router)
        assert vars(other).keys() - {"_compiled"} == vars(router).keys() - {"_compiled"}
        assert isinstance(other, getattr(channels.routing, type(router).__name__))


def test_a_router_of_channels_is_none_of_ours():
    assert not isinstance(channels.routing.URLRouter([]), URLRouter)
    theirs = channels.routing.ProtocolTypeRouter({"http": answer})
    assert not isinstance(theirs, ProtocolTypeRouter)


def test_a_subclass_of_a_project_keeps_its_class_and_its_hooks():
    class Tagged(Registered, tag="a"):
        pass

    before = list(Registered.classes)
    router = Tagged([path("a/", app("a"))])
    assert isinstance(router, channels.routing.URLRouter)
    assert isinstance(router, Tagged)
    assert router.__class__.__name__ == "Tagged"
    assert isinstance(router.__class__([]), Tagged)
    assert Registered.classes == before
    assert call(router, "/a/").name == "a"


def test_functions_that_choose_by_class_find_either_class():
    @functools.singledispatch
    def name(router):
        return "none"

    @name.register(channels.routing.URLRouter)
    def of_channels(router):
        return "routes"

    @name.register(ProtocolTypeRouter)
    def of_ours(router):
        return "types"

    assert [name(router) for router in ROUTERS] == ["routes", "types", "none"]


def test_nested_routers_stay_one_table():
    outer = URLRouter([path("a/", URLRouter([path("b/", app("b"))]))])
    assert isinstance(outer.routes[0].callback, channels.routing.URLRouter)
    ((positions, *_),) = compile_routes(outer.routes, URLRouter).rows()
    assert positions == ([0] if WHY_NOT_COMPILED else [0, 0])
    assert call(outer, "/a/b/").name == "b"


def test_a_class_that_a_test_has_replaced_does_no_harm(monkeypatch):
    monkeypatch.setattr("channels.routing.URLRouter", lambda routes: routes)
    router = URLRouter([])
    assert not isinstance(router, dict)
    assert router.__class__ is URLRouter


async def test_our_validator_refuses_and_tells_in_front_of_their_consumers(
    settings, caplog
):
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    }
    theirs = channels.generic.websocket.AsyncWebsocketConsumer.as_asgi()
    router = URLRouter([path("a/", OriginValidator(theirs, ["a.test"]))])
    for origin, accepted in ((b"http://a.test", True), (b"http://beside.test", False)):
        communicator = WebsocketCommunicator(router, "/a/", [(b"origin", origin)])
        assert (await communicator.connect())[0] is accepted
        await communicator.disconnect()
    assert caplog.messages == [
        "WebSocket connection to '/a/' denied: origin 'http://beside.test' is not one "
        "of ['a.test']."
    ]
