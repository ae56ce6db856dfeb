"""``manage.py runworker``: run a worker for some channels."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.core.management import BaseCommand, CommandError

from ... import DEFAULT_CHANNEL_LAYER
from ...layers import get_channel_layer
from ...routing import get_default_application
from ...worker import Worker

if TYPE_CHECKING:
    from argparse import ArgumentParser

logger = logging.getLogger("django.channels.worker")


class Command(BaseCommand):
    """Listen on the named channels and pass their messages to the application."""

    # Read by Django 2.2 and 3.0; later ones keep the locale anyway.
    leave_locale_alone = True
    worker_class = Worker

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``--layer`` and the names of the channels."""
        super().add_arguments(parser)  # type: ignore[arg-type] # Django passes a subclass
        parser.add_argument(
            "--layer",
            action="store",
            dest="layer",
            default=DEFAULT_CHANNEL_LAYER,
            help="Channel layer alias to use, if not the default.",
        )
        parser.add_argument("channels", nargs="+", help="Channels to listen on.")

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Run the worker until it is stopped.

        Raises:
            CommandError: There is no such channel layer.
        """
        self.verbosity = options.get("verbosity", 1)
        self.channel_layer = get_channel_layer(
            options.get("layer", DEFAULT_CHANNEL_LAYER)
        )
        if self.channel_layer is None:
            raise CommandError("You do not have any CHANNEL_LAYERS configured.")
        logger.info("Running worker for channels %s", options["channels"])
        worker = self.worker_class(
            application=get_default_application(),
            channels=options["channels"],
            channel_layer=self.channel_layer,
        )
        worker.run()  # type: ignore[no-untyped-call] # asgiref leaves it untyped
