"""The system checks of allowed origins, and of sessions that any page can use."""

from __future__ import annotations

import pytest
from django.urls import path

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import (
    AllowedHostsOriginValidator,
    OriginValidator,
)
from channels_fast.sessions import SessionMiddlewareStack

from ..support.checks import (  # noqa: F401 - one is a fixture
    app,
    application_checks,
    by_function,
    websocket,
)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("*.example.com", ".example.com"),
        ("https://*.example.com", "https://.example.com"),
    ],
)
def test_an_allowed_origin_with_a_star_is_a_warning(found, wrong, right):
    allowed = [wrong, "*", ".example.org"]
    message = found(OriginValidator(app, allowed))["W009"]
    assert f"{wrong!r} in the allowed origins matches no origin" in message.msg
    assert f"Write {right!r}" in message.hint


def test_an_allowed_host_with_a_star_names_the_setting(found, settings):
    settings.ALLOWED_HOSTS = ["*.example.com"]
    message = found(AllowedHostsOriginValidator(app))["W009"]
    assert "in the setting ALLOWED_HOSTS matches no origin" in message.msg


@pytest.mark.parametrize("stack", [AuthMiddlewareStack, SessionMiddlewareStack])
def test_sessions_that_any_page_can_use_are_a_warning_before_a_deployment(found, stack):
    router = URLRouter([path("a/", app), path("b/", app)])
    application = ProtocolTypeRouter({"http": app, "websocket": stack(router)})
    assert found(application) == {}
    message = found(application, deploy=True)["W008"]
    assert "route 'a/'" in message.msg
    assert "AllowedHostsOriginValidator around SessionMiddleware" in message.hint


def test_sessions_behind_a_check_of_the_origin_are_fine(found):
    for inner in (
        OriginValidator(AuthMiddlewareStack(URLRouter([path("a/", app)])), ["a"]),
        AuthMiddlewareStack(URLRouter([path("a/", OriginValidator(app, ["a"]))])),
    ):
        application = ProtocolTypeRouter({"http": app, "websocket": inner})
        assert found(application, deploy=True) == {}


def test_sessions_are_fine_if_a_function_leads_to_the_check_of_the_origin(found):
    inner = OriginValidator(URLRouter([path("a/", app)]), ["a"])
    application = AuthMiddlewareStack(by_function(inner))
    assert found(application, deploy=True) == {}
    application = AuthMiddlewareStack(by_function(URLRouter([path("a/", app)])))
    assert list(found(application, deploy=True)) == ["W008"]


def test_sessions_of_pages_are_fine(found):
    http = AuthMiddlewareStack(URLRouter([path("a/", app)]))
    assert found(ProtocolTypeRouter({"http": http}), deploy=True) == {}
