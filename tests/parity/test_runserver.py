"""The ``runserver`` command of Channels 3, which channels 4 leaves to Daphne."""

from __future__ import annotations

import logging

import daphne
import django
import pytest
from django.apps import apps
from django.contrib.staticfiles.management.commands.runserver import (
    Command as StaticRunserver,
)
from django.core.management import call_command
from django.core.management.commands.runserver import Command as DjangoRunserver
from django.utils import autoreload

from ..conftest import OURS
from ..support.runserver import PROJECT, FakeServer, command_module, faked

pytestmark = pytest.mark.until("4.0", "Daphne has the command")


@pytest.fixture
def command(channels, monkeypatch, settings):
    """Return a command that starts a fake server and checks no migrations."""
    return faked(command_module(channels).Command, monkeypatch, settings)


@pytest.fixture
def _static_command_restored():
    bases = StaticRunserver.__bases__
    yield
    StaticRunserver.__bases__ = bases


def test_server_is_started_with_the_options(command):
    call_command(command, "8001", "--noreload", "--http_timeout", "7")
    [options] = FakeServer.started
    assert options.pop("action_logger") == command.log_action
    assert options.pop("application").__module__ == PROJECT
    assert options == {
        "endpoints": ["tcp:port=8001:interface=127.0.0.1"],
        "signal_handlers": True,
        "http_timeout": 7,
        "root_path": "",
        "websocket_handshake_timeout": 5,
    }


def test_settings_and_options_reach_the_server(command, settings):
    settings.FORCE_SCRIPT_NAME = "/root"
    call_command(
        command, "[::1]:9000", "--noreload", "--websocket_handshake_timeout", "9"
    )
    [options] = FakeServer.started
    assert options["root_path"] == "/root"
    assert options["websocket_handshake_timeout"] == 9
    assert options["http_timeout"] is None
    assert options["endpoints"] == [r"tcp:port=9000:interface=\:\:1"]


def test_banner_names_the_version_and_the_address(channels, command):
    # `call_command()` skips the checks of its own accord, where a command can.
    checks = {"skip_checks": False} if django.VERSION >= (4, 0) else {}
    call_command(command, "[::1]:9000", "--noreload", shutdown_message="bye", **checks)
    lines = command.stdout.getvalue().splitlines()
    assert lines[0] == "Performing system checks..."
    # As Daphne's own command says, which stands in its place in channels 4.
    server = f"Daphne version {daphne.__version__}"
    if channels.name == "channels":
        server = f"Channels version {channels().__version__}"
    assert f"Starting ASGI/{server} development server at http://[::1]:9000/" in lines
    assert "Quit the server with CONTROL-C." in lines
    assert lines[-1] == "bye"


def test_noasgi_runs_the_server_of_django(command, settings, monkeypatch):
    del settings.ASGI_APPLICATION
    ran = []
    monkeypatch.setattr(
        DjangoRunserver, "inner_run", lambda self, *args, **options: ran.append(self)
    )
    call_command(command, "--noreload", "--noasgi")
    assert ran == [command]
    assert command.server_cls is DjangoRunserver.server_cls
    assert FakeServer.started == []


@pytest.mark.parametrize(
    ("debug", "options", "wrapped"),
    [
        (True, {}, False),
        (True, {"use_static_handler": True}, True),
        (True, {"use_static_handler": False}, False),
        (False, {"use_static_handler": True}, False),
        (False, {"use_static_handler": True, "insecure_serving": True}, True),
    ],
)
def test_static_files_stand_in_front_of_the_application(
    command, settings, debug, options, wrapped
):
    settings.DEBUG, settings.STATIC_URL = debug, "/static/"
    application = command.get_application(options)
    assert (type(application).__name__ == "StaticFilesWrapper") is wrapped
    inner = application.application if wrapped else application
    assert inner.__module__ == PROJECT


@pytest.mark.parametrize(
    ("status", "level"),
    [
        (100, logging.INFO),
        (200, logging.INFO),
        (299, logging.INFO),
        (302, logging.INFO),
        (304, logging.INFO),
        (400, logging.WARNING),
        (404, logging.WARNING),
        (500, logging.ERROR),
        (600, logging.ERROR),
    ],
)
@pytest.mark.filterwarnings("ignore:The 'warn' method is deprecated")  # 3.0.5 calls it
def test_response_is_logged_by_its_status(channels, command, caplog, status, level):
    caplog.set_level(logging.INFO)
    details = {
        "method": "GET",
        "path": "/a%s/",
        "status": status,
        "time_taken": 0.126,
        "client": "1.2.3.4:5",
    }
    command.log_action("http", "complete", details)
    [record] = caplog.records
    assert (record.name, record.levelno) == ("django.channels.server", level)
    assert record.getMessage() == f"HTTP GET /a%s/ {status} [0.13, 1.2.3.4:5]"


@pytest.mark.parametrize(
    ("protocol", "action", "text"),
    [
        ("websocket", "connecting", "WebSocket HANDSHAKING /a/ [c]"),
        ("websocket", "connected", "WebSocket CONNECT /a/ [c]"),
        ("websocket", "disconnected", "WebSocket DISCONNECT /a/ [c]"),
        ("websocket", "rejected", "WebSocket REJECT /a/ [c]"),
        ("websocket", "other", None),
        ("http", "other", None),
    ],
)
def test_steps_of_a_websocket_are_logged(command, caplog, protocol, action, text):
    caplog.set_level(logging.INFO)
    command.log_action(protocol, action, {"path": "/a/", "client": "c"})
    assert [record.getMessage() for record in caplog.records] == (
        [] if text is None else [text]
    )


@pytest.mark.usefixtures("_static_command_restored")
def test_command_of_staticfiles_inherits_from_this_one(channels):
    channels.hacks.monkeypatch_django()
    assert StaticRunserver.__bases__ == (command_module(channels).Command,)


def test_a_subclass_may_add_arguments_and_handle_them(channels, command):
    handled = []

    class Mine(command_module(channels).Command):
        def add_arguments(self, parser):
            super().add_arguments(parser)
            parser.add_argument("--mine")

        def handle(self, *args, **options):
            handled.append((options["mine"], options["http_timeout"]))

    call_command(Mine(), "--mine", "yes", "--http_timeout", "3")
    assert handled == [("yes", 3)]


def test_the_command_serves_http_and_logs_as_django_does(channels):
    assert command_module(channels).Command.protocol == "http"
    assert command_module(channels).logger.name == "django.channels.server"


@pytest.fixture
def our_command(monkeypatch, settings):
    """Return the command of this package alone."""
    return faked(command_module(OURS).Command, monkeypatch, settings)


@pytest.fixture
def ran(monkeypatch):
    """Return the commands that ran Django's own server."""
    ran = []
    monkeypatch.setattr(
        DjangoRunserver, "inner_run", lambda self, *args, **options: ran.append(self)
    )
    return ran


def test_without_daphne_it_is_the_server_of_django_and_says_so(
    our_command, monkeypatch, ran
):
    monkeypatch.setattr(command_module(OURS), "find_spec", lambda name: None)
    call_command(our_command, "--noreload")
    assert ran == [our_command]
    assert our_command.stdout.getvalue() == (
        "Daphne is not installed (pip install daphne). "
        "This is Django's WSGI server, which has no WebSockets.\n"
    )


@pytest.mark.parametrize("value", [None, ""])
def test_without_asgi_application_it_is_the_server_of_django_as_in_channels_4(
    our_command, settings, ran, value
):
    settings.ASGI_APPLICATION = value
    call_command(our_command, "--noreload")
    assert ran == [our_command]
    assert our_command.stdout.getvalue() == (
        "ASGI_APPLICATION is not set. "
        "This is Django's WSGI server, which has no WebSockets.\n"
    )


def test_missing_asgi_application_is_reported_by_one_of_the_two_processes(
    our_command, settings, ran, monkeypatch
):
    """The autoreloader runs the command again in a child, at each change."""
    del settings.ASGI_APPLICATION
    monkeypatch.setenv(autoreload.DJANGO_AUTORELOAD_ENV, "true")
    call_command(our_command, "--noreload")
    assert ran == [our_command]
    assert our_command.stdout.getvalue() == ""


def test_noasgi_serves_static_files_as_well(our_command, settings, monkeypatch):
    """Django's own command does, and this one may stand in its place."""
    settings.DEBUG, settings.STATIC_URL = True, "/static/"
    settings.WSGI_APPLICATION = None
    monkeypatch.setattr(apps, "is_installed", lambda name: True)
    handler = our_command.get_handler(use_threading=True)
    assert type(handler).__name__ == "StaticFilesHandler"
    handler = our_command.get_handler(use_threading=True, use_static_handler=False)
    assert type(handler).__name__ == "WSGIHandler"
