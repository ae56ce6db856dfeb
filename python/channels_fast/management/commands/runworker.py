"""``manage.py runworker``: run a worker for some channels."""

from __future__ import annotations

import logging
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ... import DEFAULT_CHANNEL_LAYER
from ..._routes.applications import layers_of
from ...layers import InMemoryChannelLayer, channel_layers, get_channel_layer
from ...routing import (
    ChannelNameRouter,
    ProtocolTypeRouter,
    get_default_application,
)
from ...worker import Worker
from ..application import ApplicationCommand

logger = logging.getLogger("django.channels.worker")


class Command(ApplicationCommand):
    """Listen on the named channels and pass their messages to the application."""

    # Read by Django 2.2 and 3.0. Later versions keep the locale anyway.
    leave_locale_alone = True
    worker_class = Worker

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare ``--layer`` and the names of the channels."""
        super().add_arguments(parser)
        parser.add_argument(
            "--layer",
            default=DEFAULT_CHANNEL_LAYER,
            help="Channel layer alias to use, if not the default.",
        )
        parser.add_argument("channels", nargs="+", help="Channels to listen on.")

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Run the worker until it is stopped.

        Raises:
            CommandError: There is no such channel layer, or the name of a channel
                is not valid.
        """
        self.verbosity = options.get("verbosity", 1)
        alias = options.get("layer", DEFAULT_CHANNEL_LAYER)
        self.channel_layer = get_channel_layer(alias)
        if self.channel_layer is None:
            aliases = ", ".join(map(repr, channel_layers.configs))
            raise CommandError(
                f"CHANNEL_LAYERS has no {alias!r}. Say --layer and one of: {aliases}."
                if aliases
                else "You do not have any CHANNEL_LAYERS configured."
            )
        self._check_names(options["channels"])
        if isinstance(self.channel_layer, InMemoryChannelLayer):
            self.stderr.write(
                f"The channel layer {alias!r} is in the memory of one process: no "
                "message of another process reaches this worker. Set its BACKEND to "
                "channels_redis.core.RedisChannelLayer, which does that.",
                style_func=self.style.WARNING,
            )
        application = get_default_application()
        lost = [name for name in options["channels"] if not _routes(application, name)]
        if lost:
            self.stderr.write(
                f"ASGI_APPLICATION routes no messages of {', '.join(map(repr, lost))}. "
                "They will be lost. Name an application for them in the "
                'ChannelNameRouter of its "channel" key.',
                style_func=self.style.WARNING,
            )
        worker = self.worker_class(
            application=application,
            channels=options["channels"],
            channel_layer=self.channel_layer,
        )
        logger.info("Running worker for channels %s", options["channels"])
        worker.run()  # type: ignore[no-untyped-call] # asgiref leaves it untyped

    def _check_names(self, channels: list[str]) -> None:
        # A layer need not inherit from BaseChannelLayer.
        require = getattr(self.channel_layer, "require_valid_channel_name", None)
        if require is None:
            return
        for channel in channels:
            try:
                require(channel)
            except TypeError as error:
                message = f"No channel can be called {channel!r}: {error}"
                raise CommandError(message) from None


def _routes(application: Any, channel: str) -> bool:
    """Return whether the messages of *channel* have an application, or may have one."""
    for layer in layers_of(application):
        if isinstance(layer, (ProtocolTypeRouter, ChannelNameRouter)):
            if type(layer).__call__ not in _KNOWN:
                return True
            key = "channel" if isinstance(layer, ProtocolTypeRouter) else channel
            inner = layer.application_mapping.get(key)
            return inner is not None and _routes(inner, channel)
    return True


# A subclass with another one may have any rule of its own.
_KNOWN = (ProtocolTypeRouter.__call__, ChannelNameRouter.__call__)
