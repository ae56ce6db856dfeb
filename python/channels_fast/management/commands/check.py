"""``manage.py check``, which looks behind ``ASGI_APPLICATION`` too."""

from __future__ import annotations

import os
from typing import Any

from django.apps import apps
from django.core.management import find_commands, load_command_class

from ..application import ApplicationCommand


def _command_behind() -> Any:
    """Return the class of the command that runs where this package is not there."""
    for config in apps.get_app_configs():
        folder = os.path.join(config.path, "management")
        if config.label != "channels" and "check" in find_commands(folder):
            return type(load_command_class(config.name, "check"))
    return type(load_command_class("django.core", "check"))


class Command(ApplicationCommand, _command_behind()):  # type: ignore[misc]  # known to the project only
    """The command of Django, or of an application behind this one."""
