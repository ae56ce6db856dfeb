"""The system checks of the application that ``ASGI_APPLICATION`` names."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest
from django import conf
from django.core import mail
from django.core.checks import ERROR, WARNING
from django.urls import path, re_path

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.checks import registered as checks
from channels_fast.consumer import AsyncConsumer
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import OriginValidator

from ..support.checks import Chat, app, application_checks, websocket  # noqa: F401 # fixtures


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
def test_an_application_that_cannot_be_imported_is_an_error(
    settings, tmp_path, monkeypatch
):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "project_broken.py").write_text("import helper\n")
    (tmp_path / "helper.py").write_text("\n\n1 / 0\n")
    settings.ASGI_APPLICATION = "project_broken.application"
    [message] = checks.check_application(None)
    assert (message.id, message.level) == ("channels_fast.E006", ERROR)
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


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("project_good.asgi", None),
        ("nodot", "there is no dot between a module and a name in it"),
        (".application", "there is no dot between a module and a name in it"),
        ("project_gone.application", "there is no module 'project_gone'"),
        ("os.gone.application", "there is no module 'os.gone'"),
        ("project_good.below.application", "there is no module 'project_good.below'"),
        (
            "project_torn.application",
            "SyntaxError: invalid syntax (project_torn.py, line 2)",
        ),
        ("zipimport.application", None),
        ("__main__.application", None),
        ("_ast.application", None),
    ],
)
def test_other_commands_look_for_the_module_and_do_not_import_it(
    settings, tmp_path, monkeypatch, value, reason
):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "project_good.py").write_text("raise SystemExit")
    (tmp_path / "project_torn.py").write_text("\n1 1")
    settings.ASGI_APPLICATION = value
    messages = checks.check_application(None)
    if reason is None:
        assert messages == []
        return
    [message] = messages
    assert (message.id, message.level) == ("channels_fast.E006", WARNING)
    assert message.msg.startswith(
        f"ASGI_APPLICATION {value!r} cannot be loaded: {reason}"
    )


def test_a_finder_that_is_asked_for_the_module_may_be_an_old_one(settings, monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [object(), *sys.meta_path])
    settings.ASGI_APPLICATION = "project_gone.application"
    [message] = checks.check_application(None)
    assert message.msg.endswith("there is no module 'project_gone'")


@pytest.fixture
def write(settings, tmp_path, monkeypatch):
    """Return a function that writes the module of the application."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name, source):
        (tmp_path / f"{name}.py").write_text(source)
        settings.ASGI_APPLICATION = f"{name}.application"

    return write


@pytest.mark.usefixtures("no_tests")
@pytest.mark.parametrize(
    "source", ["raise SystemExit('no server')", "import sys; sys.exit('no server')"]
)
def test_an_application_that_ends_the_process_does_not_end_the_command(write, source):
    write(f"project_ends_{len(source)}", f"\n{source}\n")
    [message] = checks.check_application(None)
    assert (message.id, message.level) == ("channels_fast.W016", WARNING)
    assert message.msg.endswith(".py, line 2)")
    assert "SystemExit: no server (" in message.msg
    assert checks.check_application_for_deployment(None) == []


@pytest.mark.usefixtures("no_tests")
def test_an_application_may_give_up_when_it_is_looked_at(write):
    write(
        "project_lazy",
        "import sys\nfrom django.utils.functional import SimpleLazyObject\n"
        "application = SimpleLazyObject(lambda: sys.exit('later'))\n",
    )
    [message] = checks.check_application(None)
    assert (message.id, message.level) == ("channels_fast.W016", WARNING)
    assert message.msg.endswith("project_lazy.py, line 3)")
    assert "SystemExit: later (" in message.msg
    assert checks.check_application_for_deployment(None) == []


@pytest.mark.usefixtures("no_tests")
def test_an_interruption_ends_the_command(write):
    write("project_interrupted", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        checks.check_application(None)


@pytest.mark.usefixtures("no_tests")
def test_logging_is_not_configured_once_more(write, monkeypatch):
    """`django.setup()` would switch off all loggers that there are."""
    # Without the signal of a changed setting: Django 6.1 configures logging for it.
    monkeypatch.setattr(conf.settings, "LOGGING_CONFIG", "logging.config.dictConfig")
    monkeypatch.setattr(conf.settings, "LOGGING", {"version": 1})
    logger = logging.getLogger("channels_fast.tests.before")
    write(
        "project_sets_up", "import django\ndjango.setup()\nasync def application(): ..."
    )
    assert checks.check_application(None) == []
    assert not logger.disabled
    assert conf.settings.LOGGING_CONFIG == "logging.config.dictConfig"


@pytest.mark.usefixtures("no_tests")
def test_a_thread_that_keeps_the_command_from_ending_is_named(write):
    write(
        "project_polls",
        "import threading\n"
        "end = threading.Event()\n"
        "threading.Thread(target=end.wait, name='poller').start()\n"
        "threading.Thread(target=end.wait, daemon=True).start()\n"
        "async def application(scope, receive, send): ...\n",
    )
    try:
        [message] = checks.check_application(None)
    finally:
        sys.modules["project_polls"].end.set()
    assert message.id == "channels_fast.W018"
    assert "'poller'" in message.msg
    assert checks.check_application(None) == []


@pytest.mark.usefixtures("importing")
def test_the_checks_of_a_test_run_do_not_import_the_application(write):
    """A live test changes settings that asgi.py reads when it is imported."""
    write("project_of_tests", "raise SystemExit")
    assert checks.check_application(None) == []
    assert checks.check_application_for_deployment(None) == []


def test_a_router_without_http_is_named_with_its_line(found):
    with pytest.warns(DeprecationWarning, match="explicit"):
        router = ProtocolTypeRouter({"websocket": app})
    message = found(router)["W006"]
    assert message.msg == (
        f"{__file__}, line {_line_of('router = ProtocolTypeRouter')}: a "
        'ProtocolTypeRouter without an "http" key. The views of Django answer HTTP.'
    )


def _line_of(text):
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if text in line)


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
