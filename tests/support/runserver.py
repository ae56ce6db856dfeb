"""The ``runserver`` command of a package, and the processes that run it."""

from __future__ import annotations

import io
import os
import sys

PROJECT = "tests.support.runserver_project"


def command_module(channels):
    return channels("management.commands.runserver")


def environment(channels):
    """Return the environment of a process that imports what this one does."""
    path = os.pathsep.join(filter(None, sys.path))
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": PROJECT,
        "PACKAGE": channels.name,
        "PYTHONPATH": path,
    }


class FakeServer:
    """Stands for Daphne's server, and keeps what it was started with."""

    started: list[dict] = []

    def __init__(self, **options):
        self.started.append(options)

    def run(self):
        raise KeyboardInterrupt


def faked(command, monkeypatch, settings):
    """Return a command that starts a fake server and checks no migrations."""
    settings.ASGI_APPLICATION = f"{PROJECT}.application"
    monkeypatch.setattr(FakeServer, "started", [])
    monkeypatch.setattr(command, "server_cls", FakeServer)
    monkeypatch.setattr(command, "check_migrations", lambda self: None)
    return command(stdout=io.StringIO(), no_color=True)
