"""An error comes alone: no second traceback, and no name that users cannot import."""

from __future__ import annotations

import pytest
from django.urls import path

from ..conftest import OURS
from ..support.routing import app

WEBSOCKET = {"type": "websocket", "path": "/a/", "headers": []}


def shown(error):
    """Return the classes of all errors that a traceback of *error* shows."""
    names = []
    while error is not None:
        names.append(type(error).__name__)
        context = None if error.__suppress_context__ else error.__context__
        error = error.__cause__ or context
    return names


async def nothing():
    raise AssertionError("it was asked for a message")


def consumer(channels, kind, message):
    """Return a call that gives one event to a consumer without handlers."""

    async def receive():
        return message

    async def send(event):
        pass

    def call():
        made = type("Bare", (getattr(channels.consumer, kind),), {})
        return made.as_asgi()(WEBSOCKET, receive, send)

    return call


def errors(channels):
    """Yield the name of an error, its class, and a call that raises it."""
    routing = channels.routing
    by_type = routing.ProtocolTypeRouter({"http": app("http")})
    by_name = routing.ChannelNameRouter({"a": app("a")})
    inner = routing.URLRouter([path("b/", app("b"))])
    by_path = routing.URLRouter([path("a/", inner), path("<int:n>/", app("n"))])
    call = {"receive": nothing, "send": nothing}
    yield "no scope type", KeyError, lambda: by_type({}, **call)
    yield "scope type", ValueError, lambda: by_type(WEBSOCKET, **call)
    yield "no channel", ValueError, lambda: by_name(WEBSOCKET, **call)
    yield "channel", ValueError, lambda: by_name({"channel": "b"}, **call)
    yield "no path", ValueError, lambda: by_path({"type": "http"}, **call)
    yield "no route", ValueError, lambda: by_path({"path": "/c/"}, **call)
    yield "no inner route", ValueError, lambda: by_path({"path": "/a/c/"}, **call)
    rest = {"path_remaining": "a/c/"}
    yield "no rest", Exception, lambda: by_path(rest, **call)
    rooted = {"path": "/a/", "root_path": "/b"}
    yield "root path", ValueError, lambda: by_path(rooted, **call)
    for kind in ("AsyncConsumer", "SyncConsumer"):
        for message in ({}, {"type": "_a"}, {"type": "a.b"}):
            name = f"{kind} {message}"
            yield name, ValueError, consumer(channels, kind, message)
    layer = channels.layers.InMemoryChannelLayer()
    yield "channel name", TypeError, lambda: layer.send("a b", {})
    yield "group name", TypeError, lambda: layer.group_send("a b", {})
    sessions = channels.sessions
    bare = sessions.SessionMiddleware(app("a"))
    yield "no cookies", ValueError, lambda: bare(dict(WEBSOCKET), **call)
    users = channels.auth.AuthMiddleware(app("a"))
    yield "no session", ValueError, lambda: users(dict(WEBSOCKET), **call)
    yield "user of no session", ValueError, lambda: channels.auth.get_user({})
    socket = channels("generic.websocket").AsyncWebsocketConsumer()
    yield "no content", ValueError, socket.send


NAMES = [name for name, *_ in errors(OURS)]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", NAMES)
async def test_an_error_hides_no_other(channels, name):
    [(kind, call)] = [each[1:] for each in errors(channels) if each[0] == name]
    with pytest.raises(kind) as caught:
        await call()
    assert len(shown(caught.value)) == 1


def test_an_error_of_construction_hides_no_other(channels):
    with pytest.raises(AttributeError) as caught:
        channels.routing.URLRouter([None])
    assert shown(caught.value) == ["AttributeError"]


@pytest.mark.parametrize(
    "name", ["URLRouter", "ProtocolTypeRouter", "ChannelNameRouter"]
)
def test_a_call_with_too_few_arguments_names_the_public_class(channels, name):
    router = getattr(channels.routing, name)({"http": None} if name[0] != "U" else [])
    with pytest.raises(TypeError, match=r"__call__\(\) missing 2 required"):
        router({"type": "http"})
    assert type(router).__call__.__qualname__ == f"{name}.__call__"
