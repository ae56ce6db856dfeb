"""The system checks of what stands behind ``ASGI_APPLICATION``."""

from __future__ import annotations

import sys
import types

import pytest
from django.core import checks as django_checks
from django.core import mail
from django.urls import path, re_path

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.checks import registered as checks
from channels_fast.consumer import AsyncConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import (
    AllowedHostsOriginValidator,
    OriginValidator,
)
from channels_fast.sessions import SessionMiddlewareStack


class Chat(WebsocketConsumer):
    """A consumer."""


async def app(scope, receive, send):
    """Stand behind a route."""


class Old:
    """An application of ASGI 2."""

    def __init__(self, scope):
        self.scope = scope

    async def __call__(self, receive, send):
        pass


@pytest.fixture
def found(settings, monkeypatch):
    """Return a function that checks an application, as {id: message}."""
    module = types.ModuleType("project_asgi")
    monkeypatch.setitem(sys.modules, "project_asgi", module)
    settings.ASGI_APPLICATION = "project_asgi.application"

    def found(application, *, deploy=False):
        module.application = application
        check = checks.check_application
        if deploy:
            check = checks.check_application_for_deployment
        messages = check(None)
        numbers = {m.id.partition(".")[2]: m for m in messages}
        assert len(numbers) == len(messages), messages
        return numbers

    return found


def websocket(*routes):
    return ProtocolTypeRouter({"http": app, "websocket": URLRouter(list(routes))})


def test_a_project_without_an_asgi_application_has_nothing_to_check(settings):
    settings.ASGI_APPLICATION = None
    assert checks.check_application(None) == []
    del settings.ASGI_APPLICATION
    assert checks.check_application(None) == []
    assert checks.check_application_for_deployment(None) == []


def test_an_application_as_the_tutorial_has_it_is_fine(found):
    chat = URLRouter(
        [
            re_path(r"ws/chat/(?P<room_name>\w+)/$", Chat.as_asgi()),
            re_path(r"^(?i:ws)/.*", app),
            path("", app),
            path("room/<int:n>/", AuthMiddlewareStack(URLRouter([path("x/", app)]))),
            re_path(r"^nest/", URLRouter([re_path(r"^/?a/$", app)])),
            re_path("", app),
        ]
    )
    application = ProtocolTypeRouter(
        {
            "http": app,
            "websocket": OriginValidator(AuthMiddlewareStack(chat), [".example.com"]),
            "channel": ChannelNameRouter({"worker": Chat.as_asgi()}),
        }
    )
    assert found(application) == {}
    assert found(application, deploy=True) == {}


def test_the_class_of_a_consumer(found):
    message = found(websocket(path("ws/<int:n>/", AuthMiddlewareStack(Chat))))["E001"]
    assert message.level == django_checks.ERROR
    assert message.msg == (
        "URLRouter, route 'ws/<int:n>/', in CookieMiddleware, in SessionMiddleware, "
        "in AuthMiddleware: Chat is a class and not an application."
    )
    assert message.hint == "Write Chat.as_asgi()."


def test_as_asgi_that_was_not_called(found):
    message = found(ProtocolTypeRouter({"http": app, "websocket": Chat.as_asgi}))[
        "E002"
    ]
    assert message.msg == (
        "ProtocolTypeRouter, key 'websocket': Chat.as_asgi was not called."
    )
    assert message.hint == "Write Chat.as_asgi()."


def test_one_object_of_a_consumer(found):
    message = found(websocket(path("a/", Chat())))["W015"]
    assert "one object of Chat serves all connections" in message.msg
    assert "Write Chat.as_asgi()" in message.hint


def test_an_application_of_asgi_2(found):
    message = found(websocket(path("a/", Old)))["W014"]
    assert message.msg == (
        f"URLRouter, route 'a/': {__name__}.Old is an application of ASGI 2, which is "
        "deprecated."
    )
    assert "`async def __call__(self, scope, receive, send)`" in message.hint


def test_middleware_of_asgi_2_around_an_application_of_asgi_2(found):
    """Both are of one kind, so the outer one is what the router has to know."""

    class Middleware:
        def __init__(self, inner):
            self.inner = inner

        def __call__(self, scope):
            return self.inner(scope)

    assert list(found(websocket(path("a/", Middleware(Old))))) == ["W014"]


def test_middleware_of_channels_around_an_application_of_asgi_2(found):
    [(number, message)] = found(websocket(path("a/", BaseMiddleware(Old)))).items()
    assert number == "E004"
    assert "which middleware cannot call" in message.msg


def test_middleware_of_the_project_may_want_a_class(found):
    """How it calls what it wraps is not known, so this is no error."""

    class Adapting(BaseMiddleware):
        async def __call__(self, scope, receive, send):
            await self.inner(scope)(receive, send)

    class Making:
        def __init__(self, inner):
            self.inner = inner

        async def __call__(self, scope, receive, send):
            await self.inner.as_asgi()(scope, receive, send)

    assert list(found(websocket(path("a/", Adapting(Old))))) == ["W014"]
    assert found(websocket(path("a/", Making(Chat)))) == {}


def test_a_class_whose_objects_are_awaited_is_fine(found):
    class Endpoint:
        def __init__(self, scope, receive, send):
            pass

        def __await__(self):
            yield

    class Open(Endpoint):
        def __init__(self, *args):
            pass

    assert found(websocket(path("a/", Endpoint), path("b/", Open))) == {}


def test_a_regular_expression_that_is_broken(found):
    message = found(websocket(re_path("^a(/$", app)))["E007"]
    assert message.level == django_checks.ERROR
    assert "route '^a(/$'" in message.msg
    assert "is not a valid regular expression" in message.msg


def test_groups_without_a_layer(found, settings):
    class InGroups(AsyncWebsocketConsumer):
        groups = ["all"]
        channel_layer_alias = "other"

    application = websocket(path("a/", InGroups.as_asgi()))
    message = found(application)["E008"]
    assert message.msg.endswith(
        "InGroups.groups is set, but CHANNEL_LAYERS has no 'other'."
    )
    settings.CHANNEL_LAYERS = {
        "other": {"BACKEND": "channels_fast.layers.InMemoryChannelLayer"}
    }
    assert found(application) == {}


@pytest.mark.parametrize("method", ["connect", "disconnect", "receive"])
def test_an_async_method_of_a_sync_consumer(found, method):
    async def handler(self, *args, **kwargs): ...

    consumer = type("Mixed", (WebsocketConsumer,), {method: handler})
    message = found(websocket(path("a/", consumer.as_asgi())))["W017"]
    assert f"Mixed.{method}() is `async def`" in message.msg
    # The other kind awaits it.
    consumer = type("Right", (AsyncWebsocketConsumer,), {method: handler})
    assert found(websocket(path("a/", consumer.as_asgi()))) == {}


@pytest.mark.parametrize(
    ("route", "right"),
    [
        (path("/ws/", app), "'ws/'"),
        (path("/", app), "''"),
        (re_path("^/ws/$", app), "'^ws/$'"),
        (re_path(r"\A/ws/$", app), r"'\\Aws/$'"),
    ],
)
def test_a_route_that_begins_with_a_slash(found, route, right):
    message = found(websocket(route))["W001"]
    assert "begins with a slash and never matches" in message.msg
    assert f"Write {right} in place of" in message.hint


@pytest.mark.parametrize("regex", ["^/?ws/$", "^/*ws/$", "^/{0,1}ws/$", "^ws/$"])
def test_a_slash_that_may_be_missing_is_fine(found, regex):
    assert found(websocket(re_path(regex, app))) == {}


@pytest.mark.parametrize("regex", ["ws/a/", "(?i)ws/", r"(?P<a>\w+)/", "(ws|^x)/"])
def test_a_regular_expression_that_is_searched_for(found, regex):
    message = found(websocket(re_path(regex, app)))["W002"]
    assert "it matches in the middle of a path as well" in message.msg
    assert f"Write {'^' + regex!r}" in message.hint


def test_a_dollar_does_not_anchor_the_prefix_of_a_router(found):
    messages = found(websocket(re_path("a/$", URLRouter([path("", app)]))))
    assert list(messages) == ["W002"]


@pytest.mark.parametrize("regex", ["", ".*", "^", "^ws/", r"\Aws", "(?i)^ws/", "(^a)"])
def test_a_regular_expression_that_means_to_be_open_is_fine(found, regex):
    assert found(websocket(re_path(regex, app))) == {}


@pytest.mark.parametrize("wrap", [lambda inner: inner, AuthMiddlewareStack])
def test_a_dollar_in_front_of_a_router(found, wrap):
    inner = URLRouter([path("", app), path("b/", app)])
    message = found(websocket(re_path("^a/$", wrap(inner))))["W003"]
    assert "leaves nothing for the router behind it" in message.msg
    assert message.hint == "Write '^a/', without the `$`."


def test_a_dollar_in_front_of_a_router_that_wants_no_more_is_fine(found):
    assert found(websocket(re_path("^a/$", URLRouter([path("", app)])))) == {}


def test_a_route_that_is_there_twice(found):
    message = found(websocket(path("a/", app), path("b/", app), path("a/", app)))[
        "W004"
    ]
    assert "route 'a/': it is there twice, as number 0 and number 2." in message.msg


def test_two_routers_with_one_prefix_are_fine(found):
    one, other = URLRouter([path("b/", app)]), URLRouter([path("c/", app)])
    assert found(websocket(path("a/", one), path("a/", BaseMiddleware(other)))) == {}


def test_an_argument_that_an_inner_route_replaces(found):
    inner = URLRouter([re_path(r"^(?P<n>\d+)/$", app)])
    message = found(websocket(path("a/<int:n>/", AuthMiddlewareStack(inner))))["W005"]
    assert "the argument 'n' is captured a second time" in message.msg
    assert "'a/<int:n>/'" in message.hint


def test_one_argument_of_two_routes_side_by_side_is_fine(found):
    inner = URLRouter([path("<int:m>/", app), path("x/<int:m>/", app)])
    assert found(websocket(path("a/<int:n>/", inner), path("b/<int:n>/", app))) == {}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("*.example.com", ".example.com"),
        ("https://*.example.com", "https://.example.com"),
    ],
)
def test_an_allowed_origin_with_a_star(found, wrong, right):
    allowed = [wrong, "*", ".example.org"]
    message = found(OriginValidator(app, allowed))["W009"]
    assert f"{wrong!r} in the allowed origins matches no origin" in message.msg
    assert f"Write {right!r}" in message.hint


def test_an_allowed_host_with_a_star_names_the_setting(found, settings):
    settings.ALLOWED_HOSTS = ["*.example.com"]
    message = found(AllowedHostsOriginValidator(app))["W009"]
    assert "in the setting ALLOWED_HOSTS matches no origin" in message.msg


@pytest.mark.parametrize("stack", [AuthMiddlewareStack, SessionMiddlewareStack])
def test_sessions_of_websockets_that_any_page_can_use(found, stack):
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


def by_function(inner):
    """Wrap *inner* in middleware that is a function, as many projects have it."""

    async def middleware(scope, receive, send):
        return await inner(scope, receive, send)

    return middleware


def test_sessions_are_fine_if_a_function_leads_to_the_check_of_the_origin(found):
    inner = OriginValidator(URLRouter([path("a/", app)]), ["a"])
    application = AuthMiddlewareStack(by_function(inner))
    assert found(application, deploy=True) == {}
    application = AuthMiddlewareStack(by_function(URLRouter([path("a/", app)])))
    assert list(found(application, deploy=True)) == ["W008"]


def test_routes_behind_middleware_of_any_kind_are_checked(found):
    router = URLRouter([path("/ws/", app)])
    application = ProtocolTypeRouter({"http": app, "websocket": by_function(router)})
    assert list(found(application)) == ["W001"]


def test_sessions_of_pages_are_fine(found):
    http = AuthMiddlewareStack(URLRouter([path("a/", app)]))
    assert found(ProtocolTypeRouter({"http": http}), deploy=True) == {}


@pytest.fixture
def no_tests(monkeypatch):
    """Let Django believe that this is no run of tests."""
    monkeypatch.delattr(mail, "outbox")


@pytest.mark.usefixtures("no_tests")
def test_an_application_that_cannot_be_imported(settings, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "project_broken.py").write_text("import helper\n")
    (tmp_path / "helper.py").write_text("\n\n1 / 0\n")
    settings.ASGI_APPLICATION = "project_broken.application"
    [message] = checks.check_application(None)
    assert message.id == "channels_fast.W016"
    assert message.msg == (
        "ASGI_APPLICATION 'project_broken.application' cannot be loaded: "
        f"ZeroDivisionError: division by zero ({tmp_path / 'helper.py'}, line 3)"
    )
    assert checks.check_application_for_deployment(None) == []


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (
            "no_such_module_at_all.application",
            "No module named 'no_such_module_at_all'",
        ),
        ("nodot", "Cannot find ASGI_APPLICATION setting."),
        ("os.application", "Cannot find 'application' in ASGI_APPLICATION module os"),
    ],
)
@pytest.mark.usefixtures("no_tests")
def test_a_setting_that_names_nothing(settings, value, reason):
    settings.ASGI_APPLICATION = value
    [message] = checks.check_application(None)
    assert repr(value) in message.msg
    assert message.msg.endswith(reason)


def test_the_checks_of_a_test_run_do_not_import_the_application(settings):
    """A live test changes settings that asgi.py reads when it is imported."""
    settings.ASGI_APPLICATION = "no_such_module_at_all.application"
    assert checks.check_application(None) == []
    assert checks.check_application_for_deployment(None) == []


def test_a_router_inside_itself_is_walked_once(found):
    routes = [path("a/", app)]
    router = URLRouter(routes)
    routes.append(path("in/", router))
    assert found(router) == {}


def test_an_application_of_another_framework_is_left_alone(found):
    class Route:
        pattern, callback, default_args = object(), staticmethod(app), {}

    assert found(object()) == {}
    assert found(URLRouter([Route()])) == {}


def test_a_consumer_of_events_is_an_application_like_others(found):
    assert found(ChannelNameRouter({"a": AsyncConsumer.as_asgi()})) == {}
