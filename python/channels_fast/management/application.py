"""What the commands have in common that serve the application or report on it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ..checks import importing_application


class ApplicationCommand(BaseCommand):
    """A command whose system checks import ``ASGI_APPLICATION``. No others do."""

    def check(self, *args: Any, **options: Any) -> Any:
        """Run the checks and print what they find, as the base class does."""
        with importing_application():
            return super().check(*args, **options)
