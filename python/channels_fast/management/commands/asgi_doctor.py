"""``manage.py asgi_doctor``: say what is wrong, or what a traceback means."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...doctor import command


class Command(BaseCommand):
    """Examine the project."""

    help = command.HELP
    # It runs them itself.
    requires_system_checks: Any = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        super().add_arguments(parser)
        command.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Print what was asked for.

        Raises:
            CommandError: Something is wrong.
        """
        wrong = command.run(options, self.stdout.write)
        if wrong:
            raise CommandError(wrong)
