"""What the commands have in common that list routes."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from .lines import path_of


class RoutesCommand(BaseCommand):
    """A command that lists routes, or says which one answers a path."""

    # Such a command is of use where they find something.
    requires_system_checks: Any = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options that all of them have."""
        super().add_arguments(parser)
        formats = ["table", "tree", "json"]
        parser.add_argument("--format", choices=formats, default="table")

    def path_to_resolve(self, text: str) -> str:
        """
        Return the path of what ``--resolve`` was given.

        Raises:
            CommandError: It has none.
        """
        try:
            return path_of(text)
        except ValueError as error:
            raise CommandError(f"--resolve {text!r}: {error}.") from None

    def print_json(self, value: Any) -> None:
        """Print *value* for programs."""
        self.stdout.write(json.dumps(value, indent=2, default=str))
