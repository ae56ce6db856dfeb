"""
What a consumer asks for by the attributes of docs/limits.md.

A consumer that sets none of them never comes here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._typing import Message, Receive, Scope, Send
from ..utils import Dispatch, Source, await_many_dispatch, name_that_thing
from . import settings
from .client import Client
from .handlers import Handlers

check = settings.read


class LimitedConnection:
    """
    One connection of a consumer that has limits.

    Its ``receive()`` and ``send()`` are for the consumer, in place of those of the
    server.

    Raises:
        ImproperlyConfigured: An attribute has a value that it cannot have, or no effect
            for a scope of this type.
    """

    def __init__(
        self, consumer: Any, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._limits = settings.read(consumer)
        settings.check_scope(consumer, self._limits, scope["type"])
        self._is_sync: bool = consumer._sync
        self._name = name_that_thing(type(consumer))
        self._scope_type: str = scope["type"]
        self._client = Client(self._name, self._limits, self._scope_type, receive, send)
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
        finally:
            await self._client.end()

    def _needs_tasks(self) -> bool:
        return (
            self._limits.max_concurrency > 1
            or self._limits.disconnect_policy != "queue"
            or self._limits.handler_timeout is not None
        )

    def _handlers(self, dispatch: Dispatch) -> Handlers:
        return Handlers(
            self._name,
            self._limits,
            dispatch,
            can_cancel=not self._is_sync,
            timeout_ends=self._scope_type == "http",
            timed_out=self._timed_out,
        )

    def _timed_out(self, reason: str) -> None:
        self._client.close("handler_timeout", reason)
