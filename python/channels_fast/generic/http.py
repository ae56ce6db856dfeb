"""A consumer for HTTP requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Optional, Union

from .._typing import Message, Receive, Scope, Send
from ..consumer import AsyncConsumer
from ..db import aclose_old_connections
from ..exceptions import StopConsumer

# What `import *` gives: the names of Channels, none that could hide a project's own.
__all__ = [
    "AsyncConsumer",
    "AsyncHttpConsumer",
    "StopConsumer",
    "aclose_old_connections",
]


class AsyncHttpConsumer(AsyncConsumer):
    """
    An HTTP consumer with coroutine functions as handlers.

    Override ``handle()``; it is called once the whole body has come.
    """

    #: Whether the consumer stays after ``handle()`` and handles messages of the channel
    #: layer, until the response is complete or the client has gone. For server-sent
    #: events and long polling.
    open_after_handle: bool = False
    # Two underscores: a project may have a `_complete` of its own.
    __complete = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.body: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle the events of one request, and the messages that it waits for."""
        if not self.open_after_handle:
            await super().__call__(scope, receive, send)
            return
        try:
            await super().__call__(scope, receive, send)
        finally:
            # However it ended: the client has gone, an error, a cancellation.
            await self.disconnect()
            await aclose_old_connections()

    async def dispatch(self, message: Message) -> None:
        """
        Await the handler of *message*, and end with the response if it has waited.

        Raises:
            StopConsumer: The response is complete.
        """
        await super().dispatch(message)
        if self.__complete:
            raise StopConsumer

    async def send_headers(
        self,
        *,
        status: int = 200,
        headers: Optional[Union[Iterable[Any], Mapping[Any, Any]]] = None,
    ) -> None:
        """
        Set the status and the headers, which are pairs of bytes or a dict.

        The server sends them with the first ``send_body()`` (ASGI, HTTP 2.3).
        """
        if headers is None:
            headers = []
        elif isinstance(headers, dict):
            headers = list(headers.items())
        await self.send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )

    async def send_body(self, body: bytes, *, more_body: bool = False) -> None:
        """
        Send a part of the body. The response ends unless *more_body* is set.

        Raises:
            AssertionError: *body* is not bytes.
        """
        assert isinstance(body, bytes), "Body is not bytes"
        await self.send(
            {"type": "http.response.body", "body": body, "more_body": more_body}
        )
        if self.open_after_handle and not more_body:
            self.__complete = True

    async def send_response(self, status: int, body: bytes, **kwargs: Any) -> None:
        """Send a whole response. *kwargs* go to ``send_headers()``."""
        await self.send_headers(status=status, **kwargs)
        await self.send_body(body)

    async def handle(self, body: bytes) -> None:
        """
        Answer the request. What it returns is not used.

        Raises:
            NotImplementedError: The subclass did not override it.
        """
        raise NotImplementedError(
            "Subclasses of AsyncHttpConsumer must provide a handle() method."
        )

    async def disconnect(self) -> None:
        """Clean up after the request. Nothing can be sent here."""

    async def http_request(self, message: Message) -> None:
        """
        Collect the body, and call ``handle()`` when it is complete.

        Raises:
            StopConsumer: After ``handle()``, unless ``open_after_handle`` is set.
        """
        if "body" in message:
            self.body.append(message["body"])
        if not message.get("more_body"):
            if self.open_after_handle:
                await self.handle(b"".join(self.body))
                return
            try:
                try:
                    await self.handle(b"".join(self.body))
                finally:
                    await self.disconnect()
            except BaseException:
                # Whatever `handle_exception()` makes of it. Without an error, a project
                # that catches the StopConsumer keeps the consumer.
                self.__complete = True
                raise
            raise StopConsumer

    async def http_disconnect(self, message: Message) -> None:
        """
        Tell ``disconnect()`` and end the consumer.

        Raises:
            StopConsumer: Always, at the end.
        """
        if not self.open_after_handle:
            await self.disconnect()
            await aclose_old_connections()
        raise StopConsumer
