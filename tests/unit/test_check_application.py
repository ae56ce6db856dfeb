"""The system checks of the application that ``ASGI_APPLICATION`` names."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import path, re_path

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.checks import registered as checks
from channels_fast.consumer import AsyncConsumer
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import OriginValidator

from ..support.checks import Chat, app, application_checks, websocket  # noqa: F401


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


@pytest.fixture
def importing():
    """Check as the commands do that serve the application or report on it."""
    with checks.importing_application():
        yield


@pytest.fixture
def no_tests(importing, monkeypatch):
    """Check so where Django believes that it is not run by tests."""
    monkeypatch.delattr(mail, "outbox")


@pytest.mark.usefixtures("no_tests")
def test_an_application_that_cannot_be_imported_is_a_warning(
    settings, tmp_path, monkeypatch
):
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
def test_a_setting_that_names_nothing_is_a_warning(settings, value, reason):
    settings.ASGI_APPLICATION = value
    [message] = checks.check_application(None)
    assert repr(value) in message.msg
    assert message.msg.endswith(reason)


@pytest.mark.usefixtures("importing")
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
