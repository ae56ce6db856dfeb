"""Visitors without a session: their session and user, and settings that change."""

from __future__ import annotations

import copy
import pickle
import sys
import threading
from types import ModuleType

import pytest
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import LazyObject, SimpleLazyObject

from channels_fast.db import database_sync_to_async

from .asgi_helpers import cookie, inner_scope, websocket_scope

# Upstream asks the database for the user of a visitor.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _sessions_in_memory(settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    yield
    cache.clear()


async def _visit(channels, **keys):
    return await inner_scope(channels.auth.AuthMiddlewareStack, websocket_scope(**keys))


async def test_session_is_lazy_opened_and_empty(channels):
    session = (await _visit(channels))["session"]
    assert type(session) is LazyObject
    assert isinstance(session, SessionStore)
    # AuthMiddleware has looked into it.
    assert session.accessed is True
    assert session.modified is False
    assert session.session_key is None
    assert session.is_empty()
    assert dict(session.items()) == {}


async def test_session_passes_everything_on_to_its_store(channels):
    session = (await _visit(channels))["session"]
    session["color"] = "blue"
    session.modified = False
    session.note = 1
    del session["color"]
    assert session.modified is True
    assert "color" not in session
    assert session._wrapped.note == 1
    session._wrapped = other = SessionStore()
    other["color"] = "red"
    assert session["color"] == "red"


async def test_session_that_is_not_resolved_says_so(channels):
    wrapper = channels.sessions.InstanceSessionWrapper(
        websocket_scope(cookies={}), None
    )
    with pytest.raises(NotImplementedError):
        _ = wrapper.scope["session"].modified
    with pytest.raises(NotImplementedError):
        wrapper.scope["session"]["color"] = "blue"


async def test_user_is_lazy_and_anonymous(channels):
    user = (await _visit(channels))["user"]
    assert type(user) is channels.auth.UserLazyObject
    assert isinstance(user, AnonymousUser)
    assert user == AnonymousUser()
    assert (user.is_authenticated, user.pk, str(user)) == (False, None, "AnonymousUser")
    user.nickname = "nobody"
    assert user._wrapped.nickname == "nobody"
    assert type(copy.deepcopy(user)) is AnonymousUser
    assert pickle.loads(pickle.dumps(user)) == user


async def test_each_visitor_has_a_user_and_a_session_of_their_own(channels):
    first, second = await _visit(channels), await _visit(channels)
    first["user"].nickname = first["session"]["nickname"] = "nobody"
    assert not hasattr(second["user"], "nickname")
    assert "nickname" not in second["session"]


def test_user_that_is_not_ready_can_be_copied(channels):
    user = channels.auth.UserLazyObject()
    for same in (copy.copy(user), copy.deepcopy(user)):
        assert type(same) is channels.auth.UserLazyObject
        with pytest.raises(ValueError, match="before it is ready"):
            _ = same.pk
    with pytest.raises(TypeError):
        channels.auth.UserLazyObject(1)


async def test_user_of_another_kind_that_is_there_is_told(channels):
    told = []

    class Guest:
        pass

    class Told(LazyObject):
        def __setattr__(self, name, value):
            told.append((name, type(value)))
            super().__setattr__(name, value)

        def _setup(self):
            raise NotImplementedError

    for user in (Guest(), SimpleLazyObject(Guest), LazyObject(), Told()):
        told.clear()
        inner = await _visit(channels, user=user)
        assert inner["user"] is user
        assert type(user._wrapped) is AnonymousUser
    assert told == [("_wrapped", AnonymousUser)]


async def test_session_of_another_kind_that_is_there_is_asked(channels):
    class Asked(dict):
        def __getitem__(self, key):
            asked.append(key)
            return super().__getitem__(key)

    asked = []
    session = Asked()
    for there in (session, SimpleLazyObject(lambda: session)):
        inner = await inner_scope(
            channels.auth.AuthMiddleware, websocket_scope(session=there)
        )
        assert inner["session"] is there
        assert inner["user"] == AnonymousUser()
    assert asked == [SESSION_KEY, SESSION_KEY]


@pytest.mark.parametrize("name", ["__getitem__", "_session"])
async def test_store_that_is_changed_is_asked(channels, monkeypatch, name):
    """It may know a user where Django's own have none."""
    bob = await database_sync_to_async(get_user_model().objects.create_user)("bob")
    data = {
        SESSION_KEY: str(bob.pk),
        BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
        HASH_SESSION_KEY: bob.get_session_auth_hash(),
    }
    assert (await _visit(channels))["user"] == AnonymousUser()
    if name == "_session":
        other = property(lambda session: data)
    else:
        monkeypatch.setattr(SessionStore, "get", lambda session, key: data[key])

        def other(session, key):
            return data[key]

    monkeypatch.setattr(SessionStore, name, other)
    assert (await _visit(channels))["user"] == bob


async def test_store_that_reads_its_own_way_reads_in_a_thread(channels, monkeypatch):
    """It may ask a database, which must not hold up the event loop."""
    threads = []

    def read(session):
        threads.append(threading.get_ident())
        return {}

    monkeypatch.setattr(SessionStore, "_session", property(read))
    assert (await _visit(channels))["user"] == AnonymousUser()
    assert threads
    assert threading.get_ident() not in threads


async def test_key_of_the_user_is_asked_for_where_it_is_replaced(channels, monkeypatch):
    asked = []
    monkeypatch.setattr(channels.auth, "_get_user_session_key", asked.append)
    inner = await _visit(channels)
    assert [session._wrapped for session in asked] == [inner["session"]._wrapped]
    assert inner["user"] == AnonymousUser()


async def test_session_without_middleware_is_missed_by_name(channels):
    class Auth(channels.auth.AuthMiddleware):
        def populate_scope(self, scope):
            scope["user"] = channels.auth.UserLazyObject()

    with pytest.raises(ValueError, match="Cannot find session in scope"):
        await inner_scope(Auth, websocket_scope())


async def test_model_of_users_that_is_missing_is_an_error(channels, settings):
    assert (await _visit(channels))["user"].is_anonymous
    settings.AUTH_USER_MODEL = "auth.Nobody"
    with pytest.raises(ImproperlyConfigured, match=r"auth\.Nobody"):
        await _visit(channels)
    settings.AUTH_USER_MODEL = "auth.User"
    assert (await _visit(channels))["user"].is_anonymous


# --- Settings ---------------------------------------------------------------


async def test_name_of_the_cookie_is_that_of_the_setting(channels, settings):
    stored = SessionStore()
    stored["color"] = "blue"
    stored.save()
    headers = cookie(f"other={stored.session_key}")
    assert "color" not in (await _visit(channels, headers=headers))["session"]
    settings.SESSION_COOKIE_NAME = "other"
    inner = await _visit(channels, headers=headers)
    assert inner["session"]["color"] == "blue"
    assert inner["session"].session_key == stored.session_key
    settings.SESSION_COOKIE_NAME = "third"
    assert "color" not in (await _visit(channels, headers=headers))["session"]


async def test_engine_of_sessions_is_that_of_the_setting(channels, settings):
    for engine in ("cache", "signed_cookies", "db"):
        settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
        session = (await _visit(channels))["session"]
        module = sys.modules[settings.SESSION_ENGINE]
        assert type(session._wrapped) is module.SessionStore


async def test_store_that_is_put_into_the_engine_is_taken(channels, monkeypatch):
    class Store(SessionStore):
        pass

    module = sys.modules["django.contrib.sessions.backends.cache"]
    monkeypatch.setattr(module, "SessionStore", Store)
    inner = await _visit(channels)
    assert type(inner["session"]._wrapped) is Store


async def test_engine_that_is_missing_is_an_error(channels, settings, monkeypatch):
    settings.SESSION_ENGINE = "no_such_engine"
    with pytest.raises(ImportError, match="no_such_engine"):
        await _visit(channels)
    monkeypatch.setitem(sys.modules, "no_such_engine", ModuleType("no_such_engine"))
    with pytest.raises(AttributeError, match="SessionStore"):
        await _visit(channels)
    monkeypatch.setitem(sys.modules, "no_such_engine", None)
    with pytest.raises(ImportError, match="no_such_engine"):
        await _visit(channels)
