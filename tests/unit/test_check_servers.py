"""The system check of the server that a developer starts."""

from __future__ import annotations

import pytest
from django.contrib.staticfiles.management.commands.runserver import (
    Command as StaticCommand,
)
from django.core.management.base import BaseCommand
from django.core.management.commands.runserver import Command as RunserverCommand
from django.urls import path

from channels_fast.checks import servers
from channels_fast.management.commands.runserver import AsgiCommand
from channels_fast.routing import ProtocolTypeRouter, URLRouter

from ..support.checks import (  # noqa: F401 # one is a fixture
    app,
    application_checks,
    websocket,
)


class WithOptions(RunserverCommand):
    """A command of a project that serves as Django's does."""

    def add_arguments(self, parser):
        super().add_arguments(parser)


class WithServer(RunserverCommand):
    """A command of a project that may serve anything."""

    def inner_run(self, *args, **options): ...


class OfDaphne(RunserverCommand):
    __module__ = "daphne.management.commands.runserver"


class Below(WithOptions, AsgiCommand):
    """A command of a project around that of this package."""


@pytest.fixture
def ids(found, settings, monkeypatch):
    """Return a function that checks with a `runserver`, as a list of ids."""
    settings.DEBUG = True

    def ids(command, application):
        commands = {"runserver": command() if isinstance(command, type) else command}
        monkeypatch.setattr(servers, "get_commands", lambda: commands)
        return list(found(application))

    return ids


@pytest.mark.parametrize(
    "command", [RunserverCommand, StaticCommand, WithOptions, "django.core"]
)
def test_a_runserver_without_websockets_is_named_where_there_are_routes(ids, command):
    assert ids(command, websocket(path("ws/", app))) == ["W007"]


@pytest.mark.parametrize(
    "command",
    [AsgiCommand, Below, OfDaphne, WithServer, BaseCommand, "no_such_application"],
)
def test_a_runserver_that_may_have_websockets_is_left_alone(ids, command):
    assert ids(command, websocket(path("ws/", app))) == []


def test_without_routes_of_websockets_the_runserver_does_not_matter(ids):
    assert ids(RunserverCommand, websocket()) == []
    pages = ProtocolTypeRouter({"http": URLRouter([path("a/", app)])})
    assert ids(RunserverCommand, pages) == []


def test_nobody_runs_it_with_the_settings_of_production(ids, settings):
    settings.DEBUG = False
    assert ids(RunserverCommand, websocket(path("ws/", app))) == []
