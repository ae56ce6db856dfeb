"""The client of tests as a visitor: who is logged in, the session, and the origin."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import path

from channels_fast.auth import AuthMiddlewareStack, login
from channels_fast.generic.websocket import AsyncJsonWebsocketConsumer
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import (
    AllowedHostsOriginValidator,
    OriginValidator,
)
from channels_fast.sessions import SessionMiddlewareStack
from channels_fast.testing import WebsocketRefusedError, connect, shared_transaction

from ..support.middleware import cookie


class Told(AsyncJsonWebsocketConsumer):
    """Say what the scope has about the visitor."""

    async def connect(self):
        await self.accept()
        headers = self.scope["headers"]
        await self.send_json(
            {
                "user": str(self.scope.get("user", "not there")),
                "session": dict(self.scope.get("session", {})),
                "cookies": self.scope.get("cookies", "not there"),
                "origins": [
                    value.decode() for name, value in headers if name == b"origin"
                ],
            }
        )

    async def receive_json(self, content):
        await login(self.scope, self.scope["user"])
        await self.send_json(self.scope["session"][SESSION_KEY])


async def tell(application, **arguments):
    async with connect(application, "/told/", **arguments) as client:
        return await client.receive_json_from()


consumer = Told.as_asgi()
router = URLRouter([path("told/", consumer)])
stack = AuthMiddlewareStack(router)


def project(websocket):
    """Return a whole application, as in ``asgi.py``."""
    return ProtocolTypeRouter({"http": consumer, "websocket": websocket})


whole = project(AllowedHostsOriginValidator(stack))


@pytest.fixture(autouse=True)
def _fast_hasher(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def bob(db):
    return get_user_model().objects.create_user("bob", password="one")


# Users


@pytest.mark.parametrize("application", [consumer, router])
async def test_nobody_asked_for_is_nobody_there(application):
    async with connect(application, "/told/") as client:
        assert (await client.receive_json_from())["user"] == "not there"
        assert not {"user", "session"} & set(client.scope)


@pytest.mark.parametrize("application", [consumer, router, stack, whole])
async def test_the_user_is_in_the_scope(application, bob):
    assert (await tell(application, user=bob))["user"] == "bob"


@pytest.mark.parametrize("application", [stack, whole])
async def test_middleware_finds_the_user_itself_by_a_cookie(application, bob):
    told = await tell(application, user=bob)
    assert told["session"]["_auth_user_id"] == str(bob.pk)
    assert set(told["cookies"]) == {"sessionid"}


async def test_user_whom_the_backend_refuses_is_nobody(bob):
    bob.is_active = False
    async with shared_transaction():
        await sync_to_async(bob.save)()
        assert (await tell(whole, user=bob))["user"] == "AnonymousUser"


async def test_a_forgotten_auth_middleware_is_not_papered_over(bob):
    assert (await tell(project(router), user=bob))["user"] == "not there"


@pytest.mark.parametrize("application", [consumer, router])
async def test_without_middleware_a_user_may_be_anything(application):
    user = SimpleNamespace(pk=None)
    assert (await tell(application, user=user))["user"] == str(user)


async def test_consumer_without_middleware_may_log_its_user_in(bob):
    async with connect(consumer, "/told/", user=bob) as client:
        await client.receive_json_from()
        await client.send_json_to("log in")
        assert await client.receive_json_from() == str(bob.pk)


async def test_anonymous_visitor_needs_no_session():
    told = await tell(stack, user=AnonymousUser())
    assert (told["user"], told["cookies"]) == ("AnonymousUser", {})


async def test_user_who_is_not_saved_is_an_error_that_says_so():
    user = get_user_model()(username="bob")
    with pytest.raises(ValueError, match="bob is not in the database, where AuthMidd"):
        async with connect(whole, "/told/", user=user):
            pass


# Sessions and cookies


@pytest.mark.parametrize("application", [consumer, router, stack, whole])
async def test_session_may_be_a_dict(application, db):
    assert (await tell(application, session={"a": 1}))["session"] == {"a": 1}


async def test_middleware_for_sessions_alone_has_the_session(db):
    application = SessionMiddlewareStack(router)
    assert (await tell(application, session={"a": 1}))["session"] == {"a": 1}


async def test_user_and_session_go_together(bob):
    session = (await tell(whole, user=bob, session={"a": 1}))["session"]
    assert session["a"] == 1
    assert session["_auth_user_id"] == str(bob.pk)


@pytest.fixture
def logged_in(bob):
    client = Client()
    client.force_login(bob)
    return client


async def test_session_may_be_one_that_exists(logged_in):
    assert (await tell(whole, session=logged_in.session))["user"] == "bob"


async def test_cookies_may_be_those_of_the_client_of_django(logged_in):
    told = await tell(whole, cookies=logged_in.cookies)
    assert told["user"] == "bob"


async def test_cookies_of_all_sources_come_in_one_header(bob):
    told = await tell(
        whole, user=bob, cookies={"a": "1"}, headers=[*cookie("b=2"), *cookie("c=3")]
    )
    assert set(told["cookies"]) == {"a", "b", "c", "sessionid"}


@pytest.mark.parametrize("engine", ["cache", "signed_cookies"])
async def test_the_session_is_kept_where_the_settings_say(engine, bob, settings):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_COOKIE_NAME = "other"
    told = await tell(whole, user=bob)
    assert told["user"] == "bob"
    assert set(told["cookies"]) == {"other"}


# Origins


@pytest.mark.parametrize(
    ("allowed", "origin"),
    [
        (["testserver"], "http://testserver"),
        (["example.com", "testserver"], "http://testserver"),
        (["example.com"], "http://example.com"),
        ([".example.com"], "http://example.com"),
        (["https://example.com:8443"], "https://example.com:8443"),
        (["https://.example.com"], "https://example.com"),
        (["localhost", "127.0.0.1", "[::1]"], "http://localhost"),
        (["[::1]"], "http://[::1]"),
        (["*"], "http://testserver"),
    ],
)
async def test_the_origin_is_one_that_the_validator_allows(allowed, origin):
    application = project(OriginValidator(router, allowed))
    assert (await tell(application))["origins"] == [origin]


async def test_another_origin_may_be_sent():
    headers = [(b"Origin", b"https://evil.example")]
    assert (await tell(router, headers=headers))["origins"] == ["https://evil.example"]


async def test_an_origin_that_is_refused_is_in_the_error():
    with pytest.raises(
        WebsocketRefusedError, match=r"status 403.*https://evil\.example"
    ):
        async with connect(
            whole, "/told/", headers=[(b"origin", b"https://evil.example")]
        ):
            pass
