"""Users: finding the current one, logging in and logging out."""

from __future__ import annotations

import pytest
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
    user_logged_in,
    user_logged_out,
)
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore

import channels_fast.auth
from channels_fast.db import database_sync_to_async

from ..support.users import a_user, fast_settings  # noqa: F401 # fixtures

pytestmark = pytest.mark.django_db(transaction=True)


MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


OTHER_BACKEND = "django.contrib.auth.backends.AllowAllUsersModelBackend"


@pytest.fixture
def eve():
    return get_user_model().objects.create_user("eve", password="two")


@pytest.fixture
def signals():
    """Return the list of ``(name, user, request)`` that the signals bring."""
    seen = []

    def logged_in(sender, request, user, **kwargs):
        seen.append(("in", user, request))

    def logged_out(sender, request, user, **kwargs):
        seen.append(("out", user, request))

    user_logged_in.connect(logged_in)
    user_logged_out.connect(logged_out)
    yield seen
    user_logged_in.disconnect(logged_in)
    user_logged_out.disconnect(logged_out)


async def _saved(session):
    await database_sync_to_async(session.save)()
    return session


# --- Who is there -------------------------------------------------------------


@pytest.mark.parametrize("name", ["get_user", "login", "logout"])
def test_functions_are_objects_that_run_in_the_database_thread(channels, name):
    function = getattr(channels.auth, name)
    assert isinstance(function, channels.db.DatabaseSyncToAsync)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("get_user", "Cannot find session in scope."),
        ("login", "Cannot find session in scope."),
        ("logout", "Login cannot find session in scope."),
    ],
)
async def test_functions_need_a_session(channels, name, text):
    arguments = [{}, None] if name == "login" else [{}]
    with pytest.raises(ValueError, match="session in scope") as caught:
        await getattr(channels.auth, name)(*arguments)
    assert str(caught.value) == (
        f"{text} You should wrap your consumer in SessionMiddleware."
    )


async def test_user_of_an_empty_session_is_anonymous(channels):
    user = await channels.auth.get_user({"session": SessionStore()})
    assert type(user) is AnonymousUser


async def test_user_who_logged_in_is_found_again(channels, bob):
    scope = {"session": SessionStore()}
    await channels.auth.login(scope, bob)
    assert scope["user"] is bob
    session = await _saved(scope["session"])
    found = await channels.auth.get_user({"session": SessionStore(session.session_key)})
    assert found == bob
    assert session[SESSION_KEY] == str(bob.pk)
    assert session[BACKEND_SESSION_KEY] == MODEL_BACKEND
    assert session[HASH_SESSION_KEY] == bob.get_session_auth_hash()


async def test_session_of_a_backend_that_is_gone_is_anonymous(channels, settings, bob):
    scope = {"session": SessionStore()}
    await channels.auth.login(scope, bob)
    settings.AUTHENTICATION_BACKENDS = [OTHER_BACKEND]
    assert (await channels.auth.get_user(scope)).is_anonymous
    assert SESSION_KEY in scope["session"]


async def test_new_password_ends_the_session(channels, bob):
    scope = {"session": SessionStore()}
    await channels.auth.login(scope, bob)
    bob.set_password("other")
    await database_sync_to_async(bob.save)()
    assert (await channels.auth.get_user(scope)).is_anonymous
    assert SESSION_KEY not in scope["session"]


async def test_session_without_a_hash_is_flushed(channels, bob):
    scope = {"session": SessionStore()}
    await channels.auth.login(scope, bob)
    del scope["session"][HASH_SESSION_KEY]
    assert (await channels.auth.get_user(scope)).is_anonymous
    assert scope["session"].is_empty()


async def test_user_who_was_deleted_is_anonymous(channels, bob):
    scope = {"session": SessionStore()}
    await channels.auth.login(scope, bob)
    await database_sync_to_async(bob.delete)()
    assert (await channels.auth.get_user(scope)).is_anonymous


async def test_the_key_of_a_user_in_a_session_is_that_of_the_model(channels):
    session = SessionStore()
    session[SESSION_KEY] = "7"
    assert channels.auth._get_user_session_key(session) == 7


# --- Log in -------------------------------------------------------------------


async def test_login_needs_a_user(channels):
    with pytest.raises(ValueError, match="User must be passed") as caught:
        await channels.auth.login({"session": SessionStore()}, None)
    assert str(caught.value) == (
        "User must be passed as an argument or must be present in the scope."
    )


async def test_login_takes_the_user_of_the_scope(channels, bob, signals):
    scope = {"session": SessionStore(), "user": bob}
    await channels.auth.login(scope, None)
    assert await channels.auth.get_user(scope) == bob
    assert signals == [("in", bob, None)]


async def test_login_keeps_the_data_of_the_visitor_under_a_new_key(channels, bob):
    session = SessionStore()
    session["cart"] = 1
    key = (await _saved(session)).session_key
    scope = {"session": session}
    await channels.auth.login(scope, bob)
    assert session["cart"] == 1
    assert session.session_key != key


async def test_login_of_another_user_drops_the_session(channels, bob, eve):
    scope = {"session": SessionStore()}
    await channels.auth.login(scope, bob)
    scope["session"]["cart"] = 1
    await channels.auth.login(scope, eve)
    assert "cart" not in scope["session"]
    assert await channels.auth.get_user(scope) == eve


async def test_second_login_of_the_same_user_keeps_the_session(channels, bob):
    scope = {"session": SessionStore()}
    await channels.auth.login(scope, bob)
    scope["session"]["cart"] = 1
    await channels.auth.login(scope, bob)
    assert scope["session"]["cart"] == 1


async def test_login_with_another_password_drops_the_session(channels, bob):
    scope = {"session": SessionStore()}
    await channels.auth.login(scope, bob)
    scope["session"]["cart"] = 1
    bob.set_password("other")
    await channels.auth.login(scope, bob)
    assert "cart" not in scope["session"]


async def test_backend_has_to_be_named_if_there_are_two(channels, settings, bob):
    settings.AUTHENTICATION_BACKENDS = [MODEL_BACKEND, OTHER_BACKEND]
    with pytest.raises(ValueError, match="multiple authentication") as caught:
        await channels.auth.login({"session": SessionStore()}, bob)
    assert str(caught.value) == (
        "You have multiple authentication backends configured and therefore must "
        "provide the `backend` argument or set the `backend` attribute on the user."
    )


@pytest.mark.parametrize("on_user", [True, False])
async def test_backend_is_the_argument_or_that_of_the_user(
    channels, settings, bob, on_user
):
    settings.AUTHENTICATION_BACKENDS = [MODEL_BACKEND, OTHER_BACKEND]
    bob.backend = OTHER_BACKEND if on_user else MODEL_BACKEND
    scope = {"session": SessionStore()}
    await channels.auth.login(scope, bob, backend=None if on_user else OTHER_BACKEND)
    assert scope["session"][BACKEND_SESSION_KEY] == OTHER_BACKEND


# --- Log out ------------------------------------------------------------------


async def test_logout_flushes_the_session_and_the_user(channels, bob, signals):
    scope = {"session": SessionStore()}
    await channels.auth.login(scope, bob)
    await channels.auth.logout(scope)
    assert type(scope["user"]) is AnonymousUser
    assert scope["session"].is_empty()
    assert signals == [("in", bob, None), ("out", bob, None)]


@pytest.mark.parametrize("keys", [{}, {"user": None}, {"user": AnonymousUser()}])
async def test_logout_of_an_anonymous_user_sends_no_signal(channels, signals, keys):
    scope = {"session": SessionStore(), **keys}
    await channels.auth.logout(scope)
    assert signals == []
    assert ("user" in scope) is bool(keys)


# --- Where this package is better ---------------------------------------------


async def test_session_survives_a_new_secret_key(settings, bob):
    """Django accepts the hashes of old keys; upstream logs every user out."""
    scope = {"session": SessionStore()}
    await channels_fast.auth.login(scope, bob)
    key = (await _saved(scope["session"])).session_key
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one"
    session = SessionStore(key)
    user = await channels_fast.auth.get_user({"session": session})
    if not hasattr(bob, "get_session_auth_fallback_hash"):
        # Django before 4.1 has no fallback keys, and ends the session itself.
        assert user.is_anonymous
        return
    assert user == bob
    # A WebSocket cannot hand out the cookie of a renewed session.
    assert session.session_key == key
    assert not session.modified


async def test_a_secret_key_that_is_not_a_fallback_ends_the_session(settings, bob):
    scope = {"session": SessionStore()}
    await channels_fast.auth.login(scope, bob)
    settings.SECRET_KEY = "a new one"
    assert (await channels_fast.auth.get_user(scope)).is_anonymous
    assert scope["session"].is_empty()
