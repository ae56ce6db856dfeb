"""``manage.py check``, which looks behind ``ASGI_APPLICATION`` too."""

from __future__ import annotations

from django.core.management.commands.check import Command as CheckCommand

from ..application import ApplicationCommand
from ..behind import command_behind


class Command(ApplicationCommand, command_behind("check") or CheckCommand):  # type: ignore[misc] # known to the project only
    """The command of an application behind this one, or else Django's."""
