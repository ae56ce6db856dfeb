"""The store of a session: which one it is, and how a session is opened."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from django.contrib.sessions.backends.cache import SessionStore
from django.core.cache import cache

from ..support.middleware import cookie, inner_scope, websocket_scope

# Sessions of the engine "db" ask the database.
pytestmark = pytest.mark.django_db(transaction=True)


KEYS = [None, "", "short", "long-enough-key"]


ENGINES = ["db", "cache", "cached_db", "file", "signed_cookies"]


@pytest.fixture(autouse=True)
def _sessions_in_memory(settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    yield
    cache.clear()


async def _lazy_session(channels, **keys):
    """Return the session of a connection with *keys* in its scope."""
    stack = channels.sessions.SessionMiddlewareStack
    return (await inner_scope(stack, websocket_scope(**keys)))["session"]


async def _session(channels, key=None):
    """Return the session, past the lazy object, of a visitor with the cookie *key*."""
    headers = [] if key is None else cookie(f"sessionid={key}")
    return (await _lazy_session(channels, headers=headers))._wrapped


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


async def test_session_passes_everything_on_to_its_store(channels):
    session = await _lazy_session(channels)
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


async def test_a_session_that_is_read_too_early_raises(channels):
    wrapper = channels.sessions.InstanceSessionWrapper(
        websocket_scope(cookies={}), None
    )
    with pytest.raises(NotImplementedError):
        _ = wrapper.scope["session"].modified
    with pytest.raises(NotImplementedError):
        wrapper.scope["session"]["color"] = "blue"


async def test_store_of_a_project_is_made_by_its_own_constructor(channels, monkeypatch):
    class Store(SessionStore):
        def __init__(self, session_key=None):
            super().__init__(session_key or "from-the-constructor")

    module = sys.modules["django.contrib.sessions.backends.cache"]
    monkeypatch.setattr(module, "SessionStore", Store)
    for key in (None, ""):
        assert (await _session(channels, key)).session_key == "from-the-constructor"


async def test_a_store_that_is_not_a_django_session_is_created(channels, monkeypatch):
    class Store:
        def __init__(self, session_key):
            self.key = session_key

    module = sys.modules["django.contrib.sessions.backends.cache"]
    monkeypatch.setattr(module, "SessionStore", Store)
    for key in KEYS:
        session = await _session(channels, key)
        assert (type(session), session.key) == (Store, key)


# --- Settings -----------------------------------------------------------------


async def test_name_of_the_cookie_is_that_of_the_setting(channels, settings):
    stored = SessionStore()
    stored["color"] = "blue"
    stored.save()
    headers = cookie(f"other={stored.session_key}")
    assert "color" not in await _lazy_session(channels, headers=headers)
    settings.SESSION_COOKIE_NAME = "other"
    session = await _lazy_session(channels, headers=headers)
    assert session["color"] == "blue"
    assert session.session_key == stored.session_key
    settings.SESSION_COOKIE_NAME = "third"
    assert "color" not in await _lazy_session(channels, headers=headers)


async def test_engine_of_sessions_is_that_of_the_setting(channels, settings):
    for engine in ("cache", "signed_cookies", "db"):
        settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
        session = await _session(channels)
        assert type(session) is sys.modules[settings.SESSION_ENGINE].SessionStore


async def test_a_store_that_is_assigned_to_the_engine_is_used(channels, monkeypatch):
    class Store(SessionStore):
        pass

    module = sys.modules["django.contrib.sessions.backends.cache"]
    monkeypatch.setattr(module, "SessionStore", Store)
    assert type(await _session(channels)) is Store


async def test_engine_that_is_missing_is_an_error(channels, settings, monkeypatch):
    settings.SESSION_ENGINE = "no_such_engine"
    with pytest.raises(ImportError, match="no_such_engine"):
        await _session(channels)
    monkeypatch.setitem(sys.modules, "no_such_engine", ModuleType("no_such_engine"))
    with pytest.raises(AttributeError, match="SessionStore"):
        await _session(channels)
    monkeypatch.setitem(sys.modules, "no_such_engine", None)
    with pytest.raises(ImportError, match="no_such_engine"):
        await _session(channels)


# --- The wrapper around a session ---------------------------------------------


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
