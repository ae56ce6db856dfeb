"""Sessions in the scope, when they are saved, and the cookie that goes back."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.cache import SessionStore
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation

from channels_fast import sessions as our_sessions

from ..support.middleware import (
    call,
    cookie,
    http_scope,
    inner_scope,
    responding,
    set_cookies,
    websocket_scope,
)

# Below Django 5.1 a session is saved in a thread, which closes old connections of the
# database on its way. Only the reference asks the database for that.
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sessions_in_memory(settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    yield
    cache.clear()


def _change(scope):
    scope["session"]["color"] = "blue"


def _stored_session(**data):
    session = SessionStore()
    session.update(data)
    session.save()
    return session


async def test_session_is_the_one_that_the_cookie_names(channels):
    stored = _stored_session(color="red")
    scope = websocket_scope(headers=cookie(f"sessionid={stored.session_key}"))
    inner = await inner_scope(channels.sessions.SessionMiddlewareStack, scope)
    assert inner["session"]["color"] == "red"
    assert isinstance(inner["session"], SessionStore)
    assert "session" not in scope


async def test_session_middleware_needs_cookies(channels):
    with pytest.raises(ValueError, match="No cookies in scope") as caught:
        await inner_scope(channels.sessions.SessionMiddleware, http_scope())
    assert str(caught.value) == (
        "No cookies in scope - SessionMiddleware needs to run inside of "
        "CookieMiddleware."
    )


async def test_session_that_is_already_there_is_kept_and_not_saved(channels):
    outer = SessionStore()
    application = responding(_change)
    stack = channels.sessions.SessionMiddlewareStack(application)
    sent = await call(stack, http_scope(session=outer))
    assert outer["color"] == "blue"
    assert outer.session_key is None
    assert set_cookies(sent) == []


async def test_changed_session_is_saved_before_the_response_starts(channels):
    stack = channels.sessions.SessionMiddlewareStack(responding(_change))
    sent = await call(stack, http_scope())
    [header] = set_cookies(sent[:1])
    key = header.split(";")[0].partition("=")[2]
    assert SessionStore(key)["color"] == "blue"
    for part in ("expires=", "HttpOnly", "Max-Age=1209600", "Path=/", "SameSite=Lax"):
        assert part in header


async def test_settings_describe_the_cookie_of_the_session(channels, settings):
    settings.SESSION_COOKIE_NAME = "other"
    settings.SESSION_COOKIE_DOMAIN = "a.test"
    settings.SESSION_COOKIE_PATH = "/x"
    settings.SESSION_COOKIE_SECURE = True
    settings.SESSION_COOKIE_HTTPONLY = False
    settings.SESSION_COOKIE_SAMESITE = "Strict"
    settings.SESSION_EXPIRE_AT_BROWSER_CLOSE = True
    stack = channels.sessions.SessionMiddlewareStack(responding(_change))
    [header] = set_cookies(await call(stack, http_scope()))
    name, _, rest = header.partition("=")
    assert name == "other"
    assert rest.partition("; ")[2] == "Domain=a.test; Path=/x; SameSite=Strict; Secure"


@pytest.mark.parametrize(
    ("case", "saved"),
    [
        ((_change, 200, False), True),
        ((_change, 404, False), True),
        ((_change, 500, False), False),
        ((None, 200, False), False),
        ((None, 200, True), True),
        ((None, 500, True), False),
    ],
)
async def test_session_is_saved_if_it_changed_and_the_view_did_not_fail(
    channels, settings, case, saved
):
    change, status, every_request = case
    settings.SESSION_SAVE_EVERY_REQUEST = every_request
    key = _stored_session(color="red").session_key
    stack = channels.sessions.SessionMiddlewareStack(responding(change, status))
    sent = await call(stack, http_scope(headers=cookie(f"sessionid={key}")))
    assert bool(set_cookies(sent)) is saved
    assert SessionStore(key)["color"] == ("blue" if saved and change else "red")


async def test_emptied_session_takes_its_cookie_away(channels, settings):
    settings.SESSION_COOKIE_PATH = "/x"
    key = _stored_session(color="red").session_key
    stack = channels.sessions.SessionMiddlewareStack(
        responding(lambda scope: scope["session"].flush())
    )
    [header] = set_cookies(
        await call(stack, http_scope(headers=cookie(f"sessionid={key}")))
    )
    assert header.startswith('sessionid=""; expires=Thu, 01-Jan-1970 00:00:00 GMT')
    assert "Max-Age=0; Path=/x" in header


async def test_empty_session_of_a_visitor_without_cookie_sets_none(channels, settings):
    settings.SESSION_SAVE_EVERY_REQUEST = True
    stack = channels.sessions.SessionMiddlewareStack(responding())
    assert set_cookies(await call(stack, http_scope())) == []


async def test_messages_of_a_websocket_do_not_save(channels):
    async def application(scope, receive, send):
        _change(scope)
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": ""})
        await send({"type": "websocket.close"})

    key = _stored_session(color="red").session_key
    sent = await call(
        channels.sessions.SessionMiddlewareStack(application),
        websocket_scope(headers=cookie(f"sessionid={key}")),
    )
    assert [message["type"].partition(".")[2] for message in sent] == [
        "accept",
        "send",
        "close",
    ]
    assert SessionStore(key)["color"] == "red"


async def test_session_deleted_meanwhile_is_a_suspicious_operation(channels):
    stored = _stored_session(color="red")

    def log_out_elsewhere(scope):
        _change(scope)
        SessionStore(stored.session_key).flush()

    stack = channels.sessions.SessionMiddlewareStack(responding(log_out_elsewhere))
    with pytest.raises(SuspiciousOperation) as caught:
        await call(stack, http_scope(headers=cookie(f"sessionid={stored.session_key}")))
    assert str(caught.value) == (
        "The request's session was deleted before the request completed. The user "
        "may have logged out in a concurrent request, for example."
    )


async def test_subclass_of_the_wrapper_decides_what_saves(channels):
    class Wrapper(channels.sessions.InstanceSessionWrapper):
        save_message_types = ["websocket.close"]
        cookie_response_message_types = []

    sent = []

    async def send(message):
        sent.append(message)

    wrapper = Wrapper(websocket_scope(cookies={}), send)
    await wrapper.resolve_session()
    _change(wrapper.scope)
    await wrapper.send({"type": "websocket.send", "text": ""})
    assert wrapper.scope["session"].session_key is None
    await wrapper.send({"type": "websocket.close"})
    assert SessionStore(wrapper.scope["session"].session_key)["color"] == "blue"
    assert sent == [{"type": "websocket.send", "text": ""}, {"type": "websocket.close"}]


async def test_session_is_saved_although_the_scope_inside_has_another(channels):
    """Every middleware gives the next one a scope of its own."""

    def change(scope):
        scope["session"]["color"] = "blue"
        scope["session"] = scope["cookies"] = None

    stack = channels.auth.AuthMiddlewareStack(responding(change))
    [header] = set_cookies(await call(stack, http_scope()))
    assert header.startswith("sessionid=")


# --- Where this package is better ---------------------------------------------


async def test_samesite_can_be_switched_off_as_in_django(settings):
    """Upstream calls ``False.lower()``, and the session is never saved."""
    settings.SESSION_COOKIE_SAMESITE = False
    stack = our_sessions.SessionMiddlewareStack(responding(_change))
    [header] = set_cookies(await call(stack, http_scope()))
    assert header.startswith("sessionid=")
    assert "SameSite" not in header


async def test_inner_session_middleware_leaves_the_outer_session_alone():
    """Upstream opens a second session, and changes of the first one are lost."""

    async def application(scope, receive, send):
        scope["session"]["color"] = "blue"
        inner = our_sessions.SessionMiddlewareStack(reading)
        return await inner(scope, receive, send)

    async def reading(scope, receive, send):
        seen.append(scope["session"].get("color"))

    seen = []
    await call(our_sessions.SessionMiddlewareStack(application), http_scope())
    assert seen == ["blue"]


async def test_session_store_without_async_methods_is_saved_in_a_thread():
    """Stores have ``asave()`` from Django 5.1 on."""
    saved = []

    class Store:
        modified = True
        session_key = "key"

        def is_empty(self):
            return False

        def save(self):
            saved.append(self)

    wrapper = our_sessions.InstanceSessionWrapper(http_scope(cookies={}), None)
    wrapper.scope["session"]._wrapped = store = Store()
    await wrapper.save_session()
    assert saved == [store]
