"""The session that a connection gets is what the store's constructor makes."""

from __future__ import annotations

import sys

import pytest
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore

from channels_fast.db import database_sync_to_async

from .asgi_helpers import (
    call,
    cookie,
    http_scope,
    inner_scope,
    responding,
    set_cookies,
    websocket_scope,
)

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = [None, "", "short", "long-enough-key"]
ENGINES = ["db", "cache", "cached_db", "file", "signed_cookies"]


async def _session(channels, key=None):
    """Return the session, past the lazy object, of a visitor with the cookie *key*."""
    headers = [] if key is None else cookie(f"sessionid={key}")
    inner = await inner_scope(
        channels.sessions.SessionMiddlewareStack, websocket_scope(headers=headers)
    )
    return inner["session"]._wrapped


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("engine", ENGINES)
async def test_session_is_what_the_constructor_makes(channels, settings, engine, key):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    for _ in range(2):
        session = await _session(channels, key)
        made = sys.modules[settings.SESSION_ENGINE].SessionStore(key)
        assert type(session) is type(made)
        ours, theirs = dict(vars(session)), dict(vars(made))
        # Each has a cache of its own, if any.
        caches = ours.pop("_cache", None), theirs.pop("_cache", None)
        assert type(caches[0]) is type(caches[1])
        assert ours == theirs


async def test_session_of_a_visitor_is_opened_once(channels):
    inner = await inner_scope(channels.auth.AuthMiddlewareStack, websocket_scope())
    made = SessionStore()
    assert made.get("anything") is None
    assert vars(inner["session"]._wrapped) == vars(made)


async def test_session_of_a_visitor_is_stored(channels):
    def change(scope):
        scope["session"]["color"] = "blue"

    stack = channels.auth.AuthMiddlewareStack(responding(change))
    [header] = set_cookies(await call(stack, http_scope()))
    key = header.split(";")[0].partition("=")[2]
    stored = SessionStore(key)
    assert await database_sync_to_async(stored.get)("color") == "blue"


async def test_store_of_a_project_is_made_by_its_own_constructor(channels, monkeypatch):
    class Store(SessionStore):
        def __init__(self, session_key=None):
            super().__init__(session_key or "from-the-constructor")

    module = sys.modules["django.contrib.sessions.backends.db"]
    monkeypatch.setattr(module, "SessionStore", Store)
    for key in (None, ""):
        assert (await _session(channels, key)).session_key == "from-the-constructor"


async def test_store_that_is_no_session_of_django_is_made(channels, monkeypatch):
    class Store:
        def __init__(self, session_key):
            self.key = session_key

    module = sys.modules["django.contrib.sessions.backends.db"]
    monkeypatch.setattr(module, "SessionStore", Store)
    for key in KEYS:
        session = await _session(channels, key)
        assert (type(session), session.key) == (Store, key)


async def test_store_with_a_key_of_its_own_is_read(channels, monkeypatch):
    """It may know a user although the visitor has no cookie."""
    bob = await database_sync_to_async(get_user_model().objects.create_user)("bob")
    data = {
        SESSION_KEY: str(bob.pk),
        BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
        HASH_SESSION_KEY: bob.get_session_auth_hash(),
    }

    async def user():
        stack = channels.auth.AuthMiddlewareStack
        return (await inner_scope(stack, websocket_scope()))["user"]

    assert await user() == AnonymousUser()
    monkeypatch.setattr(SessionStore, "session_key", "a key of its own")
    monkeypatch.setattr(SessionStore, "load", lambda session: data)
    assert await user() == bob


# --- The wrapper around a session --------------------------------------------


async def test_constructor_of_the_wrapper_that_is_changed_is_called(
    channels, monkeypatch
):
    wrapper = channels.sessions.InstanceSessionWrapper
    own, seen = wrapper.__init__, []

    def constructor(self, scope, send):
        own(self, scope, send)
        seen.append(self.scope["session"])
        with pytest.raises(NotImplementedError):
            _ = self.scope["session"].modified

    monkeypatch.setattr(wrapper, "__init__", constructor)
    session = await _session(channels)
    assert [lazy._wrapped for lazy in seen] == [session]


async def test_method_of_the_wrapper_that_is_changed_is_called(channels, monkeypatch):
    wrapper = channels.sessions.InstanceSessionWrapper
    own = wrapper.resolve_session

    async def resolve_session(self):
        await own(self)
        self.scope["session"].note = 1

    monkeypatch.setattr(wrapper, "resolve_session", resolve_session)
    assert (await _session(channels)).note == 1


async def test_session_is_saved_although_the_scope_inside_has_another(channels):
    """Every middleware gives the next one a scope of its own."""

    def change(scope):
        scope["session"]["color"] = "blue"
        scope["session"] = scope["cookies"] = None

    stack = channels.auth.AuthMiddlewareStack(responding(change))
    [header] = set_cookies(await call(stack, http_scope()))
    assert header.startswith("sessionid=")


@pytest.mark.parametrize("on", ["cookies", "sessions", "auth"])
async def test_scope_inside_is_no_scope_of_outside(channels, on):
    """What an application puts into its scope nobody above it sees."""
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
