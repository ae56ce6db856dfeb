"""Options of ``runserver`` that are those of newer versions of Daphne and Django."""

from __future__ import annotations

import daphne
import django
import pytest
from django.core.management import CommandError, call_command

from ..conftest import OURS
from ..support.runserver import FakeServer, command_module, faked

LIMITS = ["websocket_max_message_size", "websocket_max_frame_size"]


@pytest.fixture
def command(monkeypatch, settings):
    """Return a command that starts a fake server and checks no migrations."""
    return faked(command_module(OURS).Command, monkeypatch, settings)


class OldServer(FakeServer):
    """Takes what the server of Daphne 3.0 takes."""

    def __init__(
        self,
        *,
        application,
        endpoints,
        signal_handlers,
        action_logger,
        http_timeout,
        root_path,
        websocket_handshake_timeout,
    ):
        super().__init__(endpoints=endpoints)


def options_of(limit):
    return f"--{limit.replace('_', '-')}"


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_an_option_or_else_a_setting(command, settings, limit):
    settings.DAPHNE_WEBSOCKET_MAX_MESSAGE_SIZE = 5
    settings.DAPHNE_WEBSOCKET_MAX_FRAME_SIZE = 6
    call_command(command, "--noreload", options_of(limit), "0")
    [options] = FakeServer.started
    expected = dict(zip(LIMITS, [5, 6]), **{limit: 0})
    assert {name: options[name] for name in LIMITS} == expected


def test_without_limits_those_of_daphne_count(command):
    call_command(command, "--noreload")
    [options] = FakeServer.started
    assert not options.keys() & set(LIMITS)


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("by", ["option", "setting"])
def test_a_limit_that_daphne_does_not_have_is_named(command, settings, limit, by):
    type(command).server_cls = OldServer
    options = [options_of(limit), "7"] if by == "option" else []
    if by == "setting":
        setattr(settings, f"DAPHNE_{limit.upper()}", 7)
    with pytest.raises(CommandError) as error:
        call_command(command, "--noreload", *options)
    assert str(error.value) == (
        f"Daphne {daphne.__version__} has no {limit}. Install daphne 4.2.2 or newer, "
        "or take the option and the DAPHNE_ setting away."
    )
    assert FakeServer.started == []


def test_a_daphne_without_limits_is_started_where_none_is_set(command):
    type(command).server_cls = OldServer
    call_command(command, "--noreload")
    assert len(FakeServer.started) == 1


def test_a_limit_does_not_matter_to_the_server_of_django(command, monkeypatch):
    type(command).server_cls = OldServer
    ran = []
    monkeypatch.setattr(command, "inner_run", lambda *args, **options: ran.append(1))
    call_command(command, "--noreload", "--noasgi", options_of(LIMITS[0]), "7")
    assert ran == [1]


@pytest.mark.skipif(django.VERSION < (4, 0), reason="the option is of Django 4.0")
def test_checks_may_be_skipped(command):
    call_command(command, "--noreload", skip_checks=True)
    assert "Performing system checks..." not in command.stdout.getvalue()


@pytest.mark.parametrize(
    ("arguments", "debug", "served"),
    [
        ([], True, True),
        (["--nostatic"], True, False),
        ([], False, False),
        (["--insecure"], False, True),
        (["--insecure", "--nostatic"], False, False),
    ],
)
def test_static_files_are_served_as_the_options_say(
    command, settings, arguments, debug, served
):
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django.contrib.staticfiles"]
    settings.STATIC_URL, settings.DEBUG = "/static/", debug
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    call_command(command, "--noreload", *arguments)
    [options] = FakeServer.started
    assert (type(options["application"]).__name__ == "StaticFilesWrapper") is served


def test_without_staticfiles_there_are_no_options_for_them(command):
    with pytest.raises(CommandError, match="unrecognized arguments: --nostatic"):
        call_command(command, "--noreload", "--nostatic")
