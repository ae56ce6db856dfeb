"""What strangers send: nobody gets in without a session and an origin."""

from __future__ import annotations

import asyncio
import copy
from importlib import import_module

import pytest
from django import conf
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.urls import path, re_path
from hypothesis import given, settings
from hypothesis import strategies as st

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import OriginValidator

thorough = settings(deadline=None, database=None, derandomize=True, max_examples=400)

ALICE = User(pk=1, username="alice", password="!hash")
ORIGIN = b"https://chat.example"


class OnlyAlice:
    """An authentication backend without a database."""

    def get_user(self, user_id):
        return ALICE if user_id == ALICE.pk else None


class Room(AsyncWebsocketConsumer):
    """Lets in who is logged in, and sends everything back."""

    async def connect(self):
        if self.scope["user"].is_authenticated:
            await self.accept()
        else:
            await self.close()

    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data, bytes_data)


class Refuse(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close()


async def nothing(scope, receive, send):
    """Answer no HTTP."""


application = ProtocolTypeRouter(
    {
        "http": nothing,
        "websocket": OriginValidator(
            AuthMiddlewareStack(
                URLRouter(
                    [
                        path("rooms/<str:name>/<int:number>/", Room.as_asgi()),
                        re_path(r"^rooms/(?P<name>[\w-]+)/$", Room.as_asgi()),
                        re_path("", Refuse.as_asgi()),
                    ]
                )
            ),
            [ORIGIN.decode()],
        ),
    }
)


def cookie_of_alice():
    store = import_module(conf.settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(ALICE.pk)
    store[BACKEND_SESSION_KEY] = f"{__name__}.OnlyAlice"
    store[HASH_SESSION_KEY] = ALICE.get_session_auth_hash()
    store.save()
    return f"{conf.settings.SESSION_COOKIE_NAME}={store.session_key}".encode()


@pytest.fixture(autouse=True)
def sessions_without_a_database(settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.OnlyAlice"]
    settings.CHANNEL_LAYERS = {}


garbage = st.binary(max_size=40)
cookies = st.one_of(
    garbage,
    st.just(b"the cookie of alice"),
    st.builds(
        lambda name, value: name + b"=" + value,
        st.sampled_from(
            [b"sessionid", b"csrftoken", b"", b" sessionid ", b"SESSIONID"]
        ),
        st.one_of(garbage, st.sampled_from([b'"\\000\\000"', b'"', b";", b"a:b:c"])),
    ),
)
origins = st.one_of(
    st.just(ORIGIN),
    garbage,
    st.sampled_from(
        [
            *(b"null", b"https://", b"//chat.example", b"http://chat.example"),
            *(b"https://chat.example.evil", b"https://chat.example:99999"),
            *(b"https://[chat.example", b"https://evil@chat.example:1", b"://"),
        ]
    ),
)
headers = st.lists(
    st.one_of(
        st.tuples(st.just(b"cookie"), st.lists(cookies, max_size=4).map(b"; ".join)),
        st.tuples(st.just(b"origin"), origins),
        st.tuples(st.sampled_from([b"host", b"x-forwarded-for", b"a"]), garbage),
    ),
    max_size=6,
)
paths = st.one_of(
    st.just("/rooms/tea/"),
    st.just("/rooms/tea/7/"),
    st.text(max_size=30),
    st.builds("/rooms/{}/{}/".format, st.text(max_size=9), st.text(max_size=9)),
)
frames = st.lists(
    st.one_of(
        st.builds(lambda text: {"text": text}, st.text(min_size=1, max_size=20)),
        st.builds(lambda data: {"bytes": data}, st.binary(min_size=1, max_size=20)),
    ),
    max_size=3,
)


def talk(scope, frames):
    """Return the events that a client gets which sends *frames* and goes away."""
    coming = [
        {"type": "websocket.connect"},
        *({"type": "websocket.receive", **frame} for frame in frames),
        {"type": "websocket.disconnect", "code": 1006},
    ]
    sent = []

    async def receive():
        if sent and sent[-1]["type"] == "websocket.close":
            return coming[-1]  # no server passes on more frames
        return coming.pop(0)

    async def send(event):
        sent.append(event)

    asyncio.run(application(scope, receive, send))
    return sent


@thorough
@given(headers, paths, garbage, st.lists(st.text(max_size=9), max_size=2), frames)
def test_only_alice_from_the_right_page_gets_in(
    headers, path, query, subprotocols, frames
):
    alice = cookie_of_alice()
    sent_headers = [
        (name, value.replace(b"the cookie of alice", alice)) for name, value in headers
    ]
    scope = {
        "type": "websocket",
        "path": path,
        "query_string": query,
        "subprotocols": subprotocols,
        "headers": sent_headers,
    }
    before = copy.deepcopy(scope)
    events = talk(scope, frames)
    assert scope == before
    kinds = [event["type"] for event in events]
    if kinds == ["websocket.close"]:
        return
    assert kinds == ["websocket.accept"] + ["websocket.send"] * len(frames)
    assert [value for name, value in sent_headers if name == b"origin"][-1] == ORIGIN
    assert any(name == b"cookie" and alice in value for name, value in sent_headers)
    for frame, event in zip(frames, events[1:]):
        assert frame.items() <= event.items()


def test_alice_gets_in():
    scope = {
        "type": "websocket",
        "path": "/rooms/tea/",
        "query_string": b"",
        "headers": [(b"origin", ORIGIN), (b"cookie", cookie_of_alice())],
    }
    events = talk(scope, [{"text": "hello"}])
    assert [event["type"] for event in events] == ["websocket.accept", "websocket.send"]
