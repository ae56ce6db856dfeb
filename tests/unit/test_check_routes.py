"""The system checks of routes: slashes, anchors, repetitions."""

from __future__ import annotations

import pytest
from django.core import checks as django_checks
from django.urls import path, re_path

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ProtocolTypeRouter, URLRouter

from ..support.checks import (  # noqa: F401 # one is a fixture
    app,
    application_checks,
    by_function,
    websocket,
)


def test_a_broken_regular_expression_is_an_error(found):
    message = found(websocket(re_path("^a(/$", app)))["E007"]
    assert message.level == django_checks.ERROR
    assert "route '^a(/$'" in message.msg
    assert "is not a valid regular expression" in message.msg


@pytest.mark.parametrize(
    ("route", "right"),
    [
        (path("/ws/", app), "'ws/'"),
        (path("/", app), "''"),
        (re_path("^/ws/$", app), "'^ws/$'"),
        (re_path(r"\A/ws/$", app), r"'\Aws/$'"),
    ],
)
def test_a_route_that_begins_with_a_slash_is_a_warning(found, route, right):
    message = found(websocket(route))["W001"]
    assert "begins with a slash and never matches" in message.msg
    assert f"Write {right} in place of" in message.hint


@pytest.mark.parametrize("regex", ["^/?ws/$", "^/*ws/$", "^/{0,1}ws/$", "^ws/$"])
def test_a_slash_that_may_be_missing_is_fine(found, regex):
    assert found(websocket(re_path(regex, app))) == {}


@pytest.mark.parametrize("regex", ["ws/a/", "(?i)ws/", r"(?P<a>\w+)/", "(ws|^x)/"])
def test_a_regular_expression_without_an_anchor_is_a_warning(found, regex):
    message = found(websocket(re_path(regex, app)))["W002"]
    assert "it matches in the middle of a path as well" in message.msg
    assert f"Write '^{regex}'" in message.hint


def test_a_dollar_does_not_anchor_the_prefix_of_a_router(found):
    messages = found(websocket(re_path("a/$", URLRouter([path("", app)]))))
    assert list(messages) == ["W002"]


OPEN_ON_PURPOSE = [
    *("", "^", ".*", "^ws/.*", "^ws/(.+)", "^.*/?", "^ws/", "(?i)^ws/", "(^ws/)"),
    *("^ws/(?:a/)?", "^(a/|b/)", r"^ws\b"),
]


@pytest.mark.parametrize("regex", OPEN_ON_PURPOSE)
def test_a_regular_expression_that_is_open_on_purpose_is_fine(found, regex):
    assert found(websocket(re_path(regex, app))) == {}


@pytest.mark.parametrize("wrap", [lambda inner: inner, AuthMiddlewareStack])
def test_a_dollar_in_front_of_a_router_is_a_warning(found, wrap):
    inner = URLRouter([path("", app), path("b/", app)])
    message = found(websocket(re_path("^a/$", wrap(inner))))["W003"]
    assert "leaves nothing for the router behind it" in message.msg
    assert message.hint == "Write '^a/', without the `$`."


def test_a_dollar_in_front_of_a_router_that_wants_no_more_is_fine(found):
    assert found(websocket(re_path("^a/$", URLRouter([path("", app)])))) == {}


def test_a_route_that_is_repeated_is_a_warning(found):
    message = found(websocket(path("a/", app), path("b/", app), path("a/", app)))[
        "W004"
    ]
    assert message.msg.startswith("URLRouter, route 'a/', to ")
    assert message.msg.endswith(": it is there twice.")


def test_two_routers_with_one_prefix_are_fine(found):
    one, other = URLRouter([path("b/", app)]), URLRouter([path("c/", app)])
    assert found(websocket(path("a/", one), path("a/", BaseMiddleware(other)))) == {}


def test_an_argument_that_an_inner_route_replaces_is_a_warning(found):
    inner = URLRouter([re_path(r"^(?P<n>\d+)/$", app)])
    message = found(websocket(path("a/<int:n>/", AuthMiddlewareStack(inner))))["W005"]
    assert "the argument 'n' is captured a second time" in message.msg
    assert "'a/<int:n>/'" in message.hint


def test_one_argument_of_two_routes_side_by_side_is_fine(found):
    inner = URLRouter([path("<int:m>/", app), path("x/<int:m>/", app)])
    assert found(websocket(path("a/<int:n>/", inner), path("b/<int:n>/", app))) == {}


def test_routes_behind_middleware_of_any_kind_are_checked(found):
    router = URLRouter([path("/ws/", app)])
    application = ProtocolTypeRouter({"http": app, "websocket": by_function(router)})
    assert list(found(application)) == ["W001"]


def test_a_prefix_of_middleware_that_routes_needs_no_end(found):
    class Forwarding:
        _path_routing = True

        async def __call__(self, scope, receive, send): ...

    assert found(websocket(re_path("^ws", Forwarding()))) == {}
    assert found(websocket(re_path("^ws", by_function(URLRouter([]))))) == {}
