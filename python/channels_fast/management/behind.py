"""Commands of other applications that have the name of one here."""

from __future__ import annotations

import itertools
import os
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.management import find_commands


def command_behind(name: str) -> Any:
    """
    Return the command *name* that Django would find if this application had none.

    That is the one of the first application behind this one that has it. None if
    there is no such application.
    """
    configs = apps.get_app_configs() if apps.apps_ready else ()
    behind = itertools.dropwhile(lambda config: config.label != "channels", configs)
    for config in itertools.islice(behind, 1, None):
        if name in find_commands(os.path.join(config.path, "management")):
            module = import_module(f"{config.name}.management.commands.{name}")
            # It has none yet if it is just being imported and asks for the one here.
            return getattr(module, "Command", None)
    return None
