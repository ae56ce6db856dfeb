"""
What a consumer asks for by the attributes of docs/limits.md.

A consumer that sets none of them never comes here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Optional

from .._typing import Message, Receive, Scope, Send
from ..utils import Dispatch, Source, await_many_dispatch, name_that_thing
from . import settings
from .client import Client
from .handlers import Handlers

check = settings.read


def limit(
    consumer: Any, scope: Scope, receive: Receive, send: Send
) -> Optional[LimitedConnection]:
    """
    Return the connection of a consumer, or None if it has no limits after all.

    Raises:
        ImproperlyConfigured: An attribute has a value that it cannot have, or no effect
            for a scope of this type.
    """
    found = settings.read(type(consumer))
    if found == settings.DEFAULTS:
        return None
    settings.check_scope(type(consumer), found, scope["type"])
    return LimitedConnection(consumer, found, scope["type"], receive, send)


class LimitedConnection:
    """
    One connection of a consumer that has limits.

    Its ``receive()`` and ``send()`` are for the consumer, in place of those of the
    server.
    """

    def __init__(
        self,
        consumer: Any,
        found: settings.Settings,
        scope_type: str,
        receive: Receive,
        send: Send,
    ) -> None:
        self._settings = found
        self._is_sync: bool = consumer._sync
        self._name = name_that_thing(type(consumer))
        self._scope_type = scope_type
        self._client = Client(self._name, found.limits, scope_type, receive, send)
        self.receive = self._client.receive
        self.send = self._client.send

    async def run(self, sources: Sequence[Source], dispatch: Dispatch) -> None:
        """Do what ``await_many_dispatch()`` does, within the limits."""

        async def handle(message: Message) -> None:
            try:
                await dispatch(message)
            finally:
                self._client.handled(message)

        try:
            if self._needs_tasks():
                await self._handlers(handle).run(sources)
            else:
                await await_many_dispatch(sources, handle)
        except asyncio.CancelledError:
            # A client that does not read may hold up the close for ever.
            self._client.give_up()
            raise
        finally:
            await self._client.end()

    def _needs_tasks(self) -> bool:
        return (
            self._settings.max_concurrency > 1
            or self._settings.disconnect_policy != "queue"
            or self._settings.limits.handler_timeout is not None
        )

    def _handlers(self, dispatch: Dispatch) -> Handlers:
        return Handlers(
            self._name,
            self._settings,
            dispatch,
            can_cancel=not self._is_sync,
            timeout_ends=self._scope_type == "http",
            timed_out=self._timed_out,
        )

    def _timed_out(self, reason: str) -> None:
        self._client.close("handler_timeout", reason)
