"""The server behind ``runworker``: it feeds an application from channels."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Iterable
from typing import Any

from asgiref.server import StatelessServer

# What `import *` gives: the names of Channels, none that could hide a project's own.
__all__ = ["StatelessServer", "Worker", "asyncio"]

logger = logging.getLogger("django.channels.worker")


class Worker(StatelessServer):
    """
    Pass the messages of named channels to one application.

    Each channel has an application instance of its own, with the scope
    ``{"type": "channel", "channel": name}``.

    Raises:
        ValueError: There is no channel layer.
    """

    def __init__(
        self,
        application: Any,
        channels: Iterable[str],
        channel_layer: Any,
        max_applications: int = 1000,
    ) -> None:
        super().__init__(application, max_applications)  # type: ignore[no-untyped-call] # asgiref leaves it untyped
        self.channels = channels
        self.channel_layer = channel_layer
        if self.channel_layer is None:
            raise ValueError("Channel layer is not valid")

    async def handle(self) -> None:
        """Listen on all channels until every listener has ended."""
        listeners = {
            asyncio.ensure_future(self.listener(channel)): channel
            for channel in self.channels
        }
        # The other listeners go on when one fails, maybe for days. The error
        # must not wait for them.
        for listener, channel in listeners.items():
            listener.add_done_callback(functools.partial(_log_failure, channel))
        try:
            await asyncio.wait(listeners)
            for listener in listeners:
                listener.result()
        finally:
            for listener in listeners:
                listener.cancel()

    async def listener(self, channel: str) -> None:
        """
        Pass the messages of one channel on, without end.

        Raises:
            ValueError: A message has no type.
        """
        while True:
            message = await self.channel_layer.receive(channel)
            if not message.get("type", None):
                raise ValueError("Worker received message with no type.")
            scope = {"type": "channel", "channel": channel}
            queue = self.get_or_create_application_instance(channel, scope)  # type: ignore[no-untyped-call] # asgiref leaves it untyped
            await queue.put(message)


def _log_failure(channel: str, listener: asyncio.Future[None]) -> None:
    error = None if listener.cancelled() else listener.exception()
    if error is not None:
        logger.error("Worker stopped listening on %s", channel, exc_info=error)
