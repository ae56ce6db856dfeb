"""The system checks of allowed origins, and of sessions that any page can use."""

from __future__ import annotations

import re
from urllib.parse import urlparse

import pytest
from django.urls import path

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import (
    AllowedHostsOriginValidator,
    OriginValidator,
)
from channels_fast.sessions import SessionMiddlewareStack

from ..support.checks import (  # noqa: F401 # one is a fixture
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


# Each case: what stands in the list, what the hint says, an origin that this allows.
WRONG = [
    ("*.example.com", ".example.com", "https://chat.example.com"),
    ("*example.com", ".example.com", "https://chat.example.com"),
    ("https://*.example.com", "https://.example.com", "https://chat.example.com"),
    ("https://*.example.com:8443", "https://.example.com:8443", None),
    ("wss://example.com", "https://example.com", "https://example.com"),
    ("ws://localhost:8000", "http://localhost:8000", "http://localhost:8000"),
    ("localhost:8000", "localhost", "http://localhost:8000"),
    ("example.com:8443", "example.com", "https://example.com:8443"),
    ("https://example.com:80800", "https://example.com", "https://example.com"),
    ("https://example.com:*", "https://example.com", "https://example.com"),
    ("https:example.com", "https://example.com", "https://example.com"),
    ("https:/example.com", "https://example.com", "https://example.com"),
    ("//example.com", "example.com", "https://example.com"),
    (" example.com", "example.com", "https://example.com"),
    (r"^https://example\.com$", "https://example.com", "https://example.com"),
    (r"https?://example\.com", "example.com", "http://example.com"),
    ("http*://example.com", "example.com", "http://example.com"),
    ("münchen.example", "xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example"),
    ("https://*", None, None),
    ("https://", None, None),
    ("file://", None, None),
    ("example.*", None, None),
    (r"^https://(www|chat)\.example\.com$", None, None),
    (r".+\.example\.com", None, None),
    ("https://[bad", None, None),
    ("", None, None),
    (re.compile(r"https://.+\.example\.com"), None, None),
]
HOSTS = [
    "example.com",
    "www.example.com",
    "a.b.example.com",
    "localhost",
    "example.org",
]
ORIGINS = [
    f"{scheme}://{host}{port}"
    for scheme in ("http", "https")
    for host in [*HOSTS, "127.0.0.1", "[::1]", "xn--mnchen-3ya.example"]
    for port in ("", ":8000", ":8443", ":80")
]


def allowed(pattern, origin):
    """Return what the validator says, an error being no."""
    validator = OriginValidator(app, [pattern])
    try:
        return validator.valid_origin(urlparse(origin))
    except (ValueError, AttributeError, TypeError):
        return False


@pytest.mark.parametrize(("wrong", "right", "origin"), WRONG)
def test_an_allowed_origin_that_matches_nothing_is_a_warning(
    found, wrong, right, origin
):
    assert not [one for one in ORIGINS if allowed(wrong, one)]
    message = found(OriginValidator(app, [wrong]))["W009"]
    assert f"{wrong!r} in the allowed origins matches no origin" in message.msg
    if right is None:
        assert "Write " in message.hint or "Remove it" in message.hint
        return
    assert f"Write {right!r}" in message.hint
    assert [one for one in ORIGINS if allowed(right, one)]
    assert origin is None or allowed(right, origin)


def test_the_hint_for_a_port_without_a_scheme_names_both_ways(found):
    hint = found(OriginValidator(app, ["example.com:8443"]))["W009"].hint
    assert "'https://example.com:8443'" in hint
    assert allowed("https://example.com:8443", "https://example.com:8443")


@pytest.mark.parametrize(
    "pattern",
    [
        "*",
        "example.com",
        ".example.com",
        "EXAMPLE.com",
        "https://Example.com",
        "https://example.com/",
        "example.com/chat",
        "http://localhost:8000",
        "https://.example.com:8443",
        "[::1]",
        "::1",
        "http://[::1]:8000",
        "192.168.0.1",
        "my_host",
        "chrome-extension://abcdefgh",
        "capacitor://localhost",
        "tauri://localhost",
    ],
)
def test_an_allowed_origin_that_may_match_is_fine(found, pattern):
    assert found(OriginValidator(app, [pattern])) == {}


@pytest.mark.parametrize("other", ["https://example.com", "example.com", "*"])
def test_the_address_of_the_websocket_is_fine_beside_that_of_the_page(found, other):
    assert found(OriginValidator(app, ["wss://example.com", other])) == {}


@pytest.mark.parametrize("text", ["example.com", "https://example.com"])
def test_one_text_in_place_of_a_list_is_a_warning(found, text):
    validator = OriginValidator(app, text)
    assert not [one for one in ORIGINS if validator.valid_origin(urlparse(one))]
    message = found(validator)["W009"]
    assert f"are {text!r}, of which each letter" in message.msg
    assert message.hint == f"Write a list: [{text!r}]."


@pytest.mark.parametrize("empty", [[], (), None])
def test_no_allowed_origin_at_all_is_a_warning(found, empty):
    message = found(OriginValidator(app, empty))["W009"]
    assert f"the allowed origins are {empty!r}, so every WebSocket" in message.msg


def test_an_empty_setting_is_left_to_the_check_of_django(found, settings):
    settings.ALLOWED_HOSTS = []
    assert found(AllowedHostsOriginValidator(app)) == {}


def test_origins_that_are_computed_are_left_alone(found):
    class Computed:
        def __iter__(self):
            yield "example.com"

    assert found(OriginValidator(app, Computed())) == {}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_port_80_of_this_machine_is_a_warning_in_development(found, settings, host):
    validator = OriginValidator(app, [f"http://{host}"])
    assert found(validator) == {}
    settings.DEBUG = True
    message = found(validator)["W009"]
    assert "allows port 80 only" in message.msg
    for right in (f"http://{host}:8000", host):
        assert repr(right) in message.hint
        assert found(OriginValidator(app, [f"http://{host}", right])) == {}


def test_a_validator_in_two_places_is_reported_once(found):
    validator = OriginValidator(app, ["*.example.com"])
    assert list(found(websocket(path("a/", validator), path("b/", validator)))) == [
        "W009"
    ]


@pytest.mark.parametrize("origins", [["*"], ("example.com", "*"), "*"])
def test_a_validator_that_allows_all_is_a_warning_before_a_deployment(found, origins):
    inner = AuthMiddlewareStack(URLRouter([path("a/", app)]))
    application = ProtocolTypeRouter(
        {"http": app, "websocket": OriginValidator(inner, origins)}
    )
    assert found(application) == {}
    message = found(application, deploy=True)["W008"]
    assert message.msg == (
        "ProtocolTypeRouter, key 'websocket': '*' in the allowed origins lets pages of "
        "every site connect."
    )


def test_all_hosts_in_the_setting_are_a_warning_before_a_deployment(found, settings):
    settings.ALLOWED_HOSTS = ["*"]
    application = AllowedHostsOriginValidator(URLRouter([path("a/", app)]))
    message = found(application, deploy=True)["W008"]
    assert "'*' in the setting ALLOWED_HOSTS lets pages" in message.msg
