"""The ``runserver`` command of a package, and the processes that run it."""

from __future__ import annotations

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
