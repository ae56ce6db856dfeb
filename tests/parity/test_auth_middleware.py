"""AuthMiddleware: the user of a connection, with a session and without one."""

from __future__ import annotations

import copy
import pickle
import threading

import pytest
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import LazyObject, SimpleLazyObject

from channels_fast.db import database_sync_to_async

from ..support.middleware import cookie, inner_scope, websocket_scope
from ..support.users import a_user, fast_settings  # noqa: F401 # fixtures

# Upstream asks the database for the user of a visitor.
pytestmark = pytest.mark.django_db(transaction=True)


def _login(session, user):
    """Put into *session* what a login leaves there, and return it."""
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    return session


async def _visit(channels, **keys):
    return await inner_scope(channels.auth.AuthMiddlewareStack, websocket_scope(**keys))


def test_a_user_that_is_read_too_early_raises(channels):
    user = channels.auth.UserLazyObject()
    with pytest.raises(ValueError, match=r"^Accessing scope user before it is ready"):
        _ = user.pk


def test_the_user_is_not_there_before_the_scope_is_resolved(channels):
    scope = {"session": SessionStore()}
    channels.auth.AuthMiddleware(None).populate_scope(scope)
    assert type(scope["user"]) is channels.auth.UserLazyObject
    with pytest.raises(ValueError, match="Accessing scope user before it is ready"):
        scope["user"].pk  # noqa: B018 # the access is the test
    with pytest.raises(ValueError, match="AuthMiddleware cannot find session in scope"):
        channels.auth.AuthMiddleware(None).populate_scope({})


def test_user_that_is_not_ready_can_be_copied(channels):
    user = channels.auth.UserLazyObject()
    for same in (copy.copy(user), copy.deepcopy(user)):
        assert type(same) is channels.auth.UserLazyObject
        with pytest.raises(ValueError, match="before it is ready"):
            _ = same.pk
    with pytest.raises(TypeError):
        channels.auth.UserLazyObject(1)


async def test_auth_middleware_needs_a_session(channels):
    with pytest.raises(ValueError, match="AuthMiddleware cannot find") as caught:
        await inner_scope(channels.auth.AuthMiddleware, websocket_scope())
    assert str(caught.value) == (
        "AuthMiddleware cannot find session in scope. "
        "SessionMiddleware must be above it."
    )


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


async def test_user_of_the_cookie_is_in_the_scope(channels, bob):
    session = _login(SessionStore(), bob)
    await database_sync_to_async(session.save)()
    inner = await _visit(channels, headers=cookie(f"sessionid={session.session_key}"))
    assert inner["user"] == bob


async def test_user_that_is_already_there_is_filled_anew(channels, bob):
    lazy = channels.auth.UserLazyObject()
    scope = websocket_scope(session=_login(SessionStore(), bob), user=lazy)
    inner = await inner_scope(channels.auth.AuthMiddleware, scope)
    assert inner["user"] is lazy
    assert lazy.pk == bob.pk


async def test_a_user_object_of_another_class_is_given_the_user(channels):
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


# --- Visitors -----------------------------------------------------------------


async def test_visitor_without_cookies_is_anonymous(channels):
    scope = websocket_scope()
    inner = await inner_scope(channels.auth.AuthMiddlewareStack, scope)
    assert inner["user"].is_anonymous
    assert isinstance(inner["user"], channels.auth.UserLazyObject)
    assert set(scope) == {"type", "path", "headers"}


async def test_visitor_with_an_unknown_cookie_is_anonymous(channels):
    scope = websocket_scope(headers=cookie("sessionid=" + "x" * 32))
    inner = await inner_scope(channels.auth.AuthMiddlewareStack, scope)
    assert inner["user"].is_anonymous


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


async def test_session_of_a_visitor_is_lazy_and_empty(channels):
    session = (await _visit(channels))["session"]
    assert type(session) is LazyObject
    assert isinstance(session, SessionStore)
    assert session.modified is False
    assert session.session_key is None
    assert session.is_empty()
    assert dict(session.items()) == {}


async def test_each_visitor_has_a_user_and_a_session_of_their_own(channels):
    first, second = await _visit(channels), await _visit(channels)
    first["user"].nickname = first["session"]["nickname"] = "nobody"
    assert not hasattr(second["user"], "nickname")
    assert "nickname" not in second["session"]


# --- Sessions that know a user without a cookie -------------------------------


async def test_user_put_into_a_session_without_a_key_is_found(channels, bob):
    session = _login(SessionStore(), bob)
    assert session.session_key is None
    scope = websocket_scope(session=session)
    assert (await inner_scope(channels.auth.AuthMiddleware, scope))["user"] == bob


async def test_store_with_a_key_of_its_own_is_read(channels, monkeypatch, bob):
    assert (await _visit(channels))["user"] == AnonymousUser()
    monkeypatch.setattr(SessionStore, "session_key", "a key of its own")
    monkeypatch.setattr(SessionStore, "load", lambda session: _login({}, bob))
    assert (await _visit(channels))["user"] == bob


@pytest.fixture
def reading_store(monkeypatch, bob):
    """Let the store of the setting know a user without a key, by its own reading."""
    data, threads = _login({}, bob), []

    def getitem(session, key):
        threads.append(threading.get_ident())
        return data[key]

    monkeypatch.setattr(SessionStore, "__getitem__", getitem)
    monkeypatch.setattr(SessionStore, "get", lambda session, key: data[key])
    return threads


async def test_store_that_reads_in_its_own_way_is_asked(channels, reading_store, bob):
    assert (await _visit(channels))["user"] == bob


async def test_store_that_reads_in_its_own_way_reads_in_a_thread(
    channels, reading_store
):
    """It may ask a database, which must not hold up the event loop."""
    await _visit(channels)
    assert reading_store
    assert threading.get_ident() not in reading_store


async def test_lazy_session_is_opened_in_a_thread(channels):
    opened = []

    def open_session():
        opened.append(threading.get_ident())
        return SessionStore()

    scope = websocket_scope(session=SimpleLazyObject(open_session))
    await inner_scope(channels.auth.AuthMiddleware, scope)
    assert len(opened) == 1
    assert threading.get_ident() not in opened


async def test_a_session_of_another_class_is_asked_for_the_user(channels):
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


# --- What a project changes ---------------------------------------------------


async def test_a_replaced_get_user_is_called(channels, monkeypatch, bob):
    """Tests of users patch the function where the middleware looks it up."""

    async def get_user(scope):
        return bob

    monkeypatch.setattr(channels.auth, "get_user", get_user)
    inner = await inner_scope(channels.auth.AuthMiddlewareStack, websocket_scope())
    assert inner["user"] == bob


async def test_subclass_finds_the_user_its_own_way(channels, bob):
    class TokenAuth(channels.auth.AuthMiddleware):
        async def resolve_scope(self, scope):
            scope["user"]._wrapped = bob

    scope = websocket_scope(session=SessionStore())
    assert (await inner_scope(TokenAuth, scope))["user"] == bob


async def test_a_subclass_may_resolve_another_user(channels):
    class Middleware(channels.auth.AuthMiddleware):
        def populate_scope(self, scope):
            super().populate_scope(scope)
            scope["populated"] = True

        async def resolve_scope(self, scope):
            scope["user"]._wrapped = "somebody"

    scope = await inner_scope(Middleware, websocket_scope(session=SessionStore()))
    assert (scope["user"], scope["populated"]) == ("somebody", True)


@pytest.mark.parametrize("on", ["class", "instance", "subclass"])
@pytest.mark.parametrize("method", ["populate_scope", "resolve_scope"])
async def test_a_method_that_is_changed_is_called(channels, monkeypatch, method, on):
    class Auth(channels.auth.AuthMiddleware):
        pass

    own = getattr(Auth, method)
    seen = []

    def other(self, scope):
        seen.append(scope)
        return own(self, scope)

    def build(application):
        middleware = Auth(application)
        changed = {"class": Auth.__base__, "instance": middleware, "subclass": Auth}[on]
        function = other.__get__(middleware) if on == "instance" else other
        monkeypatch.setattr(changed, method, function)
        return middleware

    outer = websocket_scope(session=SessionStore())
    inner = await inner_scope(build, outer)
    [scope] = seen
    # It may keep its scope, which no other connection has.
    assert scope is not outer
    assert scope is not inner
    assert scope["user"] is inner["user"]


# --- Where this package is better ---------------------------------------------


@pytest.mark.parametrize(
    ("cookies", "expected"), [("", 0), ("other=1", 0), ("sessionid=" + "x" * 32, 1)]
)
async def test_only_a_session_cookie_costs_a_trip_to_a_thread(
    channels, monkeypatch, cookies, expected
):
    """The reference asks a thread for every visitor."""
    trips = []
    thread_handler = channels.db.DatabaseSyncToAsync.thread_handler

    def counting(self, *args, **kwargs):
        trips.append(self.func)
        return thread_handler(self, *args, **kwargs)

    monkeypatch.setattr(channels.db.DatabaseSyncToAsync, "thread_handler", counting)
    await _visit(channels, headers=cookie(cookies))
    if channels.name == "channels_fast":
        assert len(trips) == expected
    else:
        assert trips
