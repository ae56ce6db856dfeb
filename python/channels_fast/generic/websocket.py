"""Consumers for WebSockets: text and binary frames, and JSON, sync and async."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Optional, Union

from asgiref.sync import async_to_sync

from .._typing import Headers, Message, overridable
from ..consumer import AsyncConsumer, SyncConsumer
from ..db import aclose_old_connections
from ..exceptions import (
    AcceptConnection,
    DenyConnection,
    InvalidChannelLayerError,
    StopConsumer,
)
from . import _messages

# What `import *` gives: the names of Channels, none that could hide a project's own.
__all__ = [
    "AcceptConnection",
    "AsyncConsumer",
    "AsyncJsonWebsocketConsumer",
    "AsyncWebsocketConsumer",
    "DenyConnection",
    "InvalidChannelLayerError",
    "JsonWebsocketConsumer",
    "StopConsumer",
    "SyncConsumer",
    "WebsocketConsumer",
    "aclose_old_connections",
    "async_to_sync",
    "json",
]


def _tell_call(consumer: Any, method: str) -> None:
    """Log that *method* was called after ``close()``."""
    from ._closing import tell_call  # noqa: PLC0415 # few consumers need it

    tell_call(consumer, method)


class WebsocketConsumer(SyncConsumer):
    """
    A WebSocket consumer with plain functions as handlers.

    Override ``connect()``, ``receive()`` and ``disconnect()``. The consumer is
    a member of the channel layer's ``groups`` while it is connected.
    """

    groups: list[str] = None  # type: ignore[assignment] # a list from the constructor on
    # On the class: a consumer carries only what has happened to it. With two
    # underscores: a project may have attributes by these names.
    __close_sent = False
    __closed_in_connect = False
    __accept_sent = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if self.groups is None:
            self.groups = []

    def websocket_connect(self, message: Message) -> None:
        """
        Join the groups, then ask ``connect()``.

        Raises:
            InvalidChannelLayerError: There are groups, but no layer that has them.
        """
        try:
            for group in self.groups or ():
                async_to_sync(self.channel_layer.group_add)(group, self.channel_name)
        except AttributeError as error:
            raise _messages.no_groups() from error
        try:
            self.connect()
        except AcceptConnection:
            self.accept()
        except DenyConnection:
            self.close()
        if self.__close_sent:
            self.__closed_in_connect = True

    def connect(self) -> None:
        """Decide about a new connection. Accepts it unless overridden."""
        self.accept()

    def accept(
        self, subprotocol: Optional[str] = None, headers: Optional[Iterable[Any]] = None
    ) -> None:
        """Accept the connection. *headers* are pairs of bytes."""
        if self.__close_sent:
            _tell_call(self, "accept")
        super().send(_messages.accept(subprotocol, headers))
        self.__accept_sent = True

    def websocket_receive(self, message: Message) -> None:
        """Pass the content of a frame to ``receive()``."""
        # Some servers send both keys and set one of them to None.
        if message.get("text") is not None:
            self.receive(text_data=message["text"])
        else:
            self.receive(bytes_data=message["bytes"])

    @overridable
    def receive(
        self, text_data: Optional[str] = None, bytes_data: Optional[bytes] = None
    ) -> None:
        """Handle one frame, which is either text or bytes."""

    def send(  # type: ignore[override] # content in place of an event, as in Channels
        self,
        text_data: Optional[str] = None,
        bytes_data: Optional[bytes] = None,
        close: Union[bool, int] = False,
    ) -> None:
        """
        Send one frame and, if *close* is given, close with that code.

        Raises:
            ValueError: There is neither text nor bytes.
        """
        if self.__close_sent:
            _tell_call(self, "send")
        super().send(_messages.frame(text_data, bytes_data))
        if close:
            self.close(close)

    def close(
        self, code: Optional[Union[int, bool]] = None, reason: Optional[str] = None
    ) -> None:
        """Close the connection, or refuse it before it was accepted."""
        if self.__close_sent:
            _tell_call(self, "close")
        self.__close_sent = True
        super().send(_messages.close(code, reason))

    def deny(
        self,
        status: int = 403,
        body: Union[str, bytes] = b"",
        headers: Optional[Headers] = None,
    ) -> None:
        """
        Refuse the connection with a response, in place of ``accept()``.

        The client gets status 403 and nothing else where the server has no denial
        response (ASGI, "websocket.http.response"). *headers* are pairs or a dict.

        Raises:
            RuntimeError: The connection was accepted.
            TypeError, ValueError: An argument is none that can be sent.
        """
        from ._closing import events_of_denial  # noqa: PLC0415 # few consumers need it

        sent = self.__accept_sent, self.__close_sent
        events = events_of_denial(self, sent, status, body, headers)
        self.__close_sent = True
        for event in events:
            super().send(event)

    def websocket_disconnect(self, message: Message) -> None:
        """
        Leave the groups, tell ``disconnect()``, and end the consumer.

        Raises:
            InvalidChannelLayerError: There are groups, but no layer that has them.
            StopConsumer: Always, at the end.
        """
        try:
            for group in self.groups or ():
                async_to_sync(self.channel_layer.group_discard)(
                    group, self.channel_name
                )
        except AttributeError as error:
            raise _messages.no_groups() from error
        try:
            self.disconnect(message["code"])
        except Exception as error:
            if self.__closed_in_connect:
                from ._closing import tell_failure  # noqa: PLC0415 # as above

                tell_failure(self, error)
            raise
        raise StopConsumer

    @overridable
    def disconnect(self, code: int) -> None:
        """Clean up after the connection was closed. Nothing can be sent here."""


class JsonWebsocketConsumer(WebsocketConsumer):
    """A WebSocket consumer whose frames are JSON texts. Binary frames are errors."""

    @overridable
    def receive(
        self,
        text_data: Optional[str] = None,
        bytes_data: Optional[bytes] = None,
        **kwargs: Any,
    ) -> None:
        """
        Decode one frame and pass it to ``receive_json()``.

        Raises:
            ValueError: The frame is empty, binary, or not JSON.
        """
        if not text_data:
            raise _messages.no_text()
        self.receive_json(self.decode_json(text_data), **kwargs)

    @overridable
    def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Handle the decoded content of one frame."""

    def send_json(self, content: Any, close: Union[bool, int] = False) -> None:
        """Send *content* as JSON and, if *close* is given, close with that code."""
        super().send(text_data=self.encode_json(content), close=close)

    @classmethod
    def decode_json(cls, text_data: str) -> Any:
        """Return what a JSON text means."""
        return json.loads(text_data)

    @classmethod
    def encode_json(cls, content: Any) -> str:
        """Return *content* as a JSON text."""
        return json.dumps(content)


class AsyncWebsocketConsumer(AsyncConsumer):
    """
    A WebSocket consumer with coroutine functions as handlers.

    Override ``connect()``, ``receive()`` and ``disconnect()``. The consumer is
    a member of the channel layer's ``groups`` while it is connected. The handlers
    raise the same errors as those of ``WebsocketConsumer``.
    """

    groups: list[str] = None  # type: ignore[assignment] # a list from the constructor on
    # On the class: a consumer carries only what has happened to it. With two
    # underscores: a project may have attributes by these names.
    __close_sent = False
    __closed_in_connect = False
    __accept_sent = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if self.groups is None:
            self.groups = []

    async def websocket_connect(self, message: Message) -> None:
        """Join the groups, then ask ``connect()``."""
        try:
            for group in self.groups or ():
                await self.channel_layer.group_add(group, self.channel_name)
        except AttributeError as error:
            raise _messages.no_groups() from error
        try:
            await self.connect()
        except AcceptConnection:
            await self.accept()
        except DenyConnection:
            await self.close()
        if self.__close_sent:
            self.__closed_in_connect = True

    async def connect(self) -> None:
        """Decide about a new connection. Accepts it unless overridden."""
        await self.accept()

    async def accept(
        self, subprotocol: Optional[str] = None, headers: Optional[Iterable[Any]] = None
    ) -> None:
        """Accept the connection. *headers* are pairs of bytes."""
        if self.__close_sent:
            _tell_call(self, "accept")
        await super().send(_messages.accept(subprotocol, headers))
        self.__accept_sent = True

    async def websocket_receive(self, message: Message) -> None:
        """Pass the content of a frame to ``receive()``."""
        # Some servers send both keys and set one of them to None.
        if message.get("text") is not None:
            await self.receive(text_data=message["text"])
        else:
            await self.receive(bytes_data=message["bytes"])

    @overridable
    async def receive(
        self, text_data: Optional[str] = None, bytes_data: Optional[bytes] = None
    ) -> None:
        """Handle one frame, which is either text or bytes."""

    async def send(  # type: ignore[override] # content in place of an event, as in Channels
        self,
        text_data: Optional[str] = None,
        bytes_data: Optional[bytes] = None,
        close: Union[bool, int] = False,
    ) -> None:
        """Send one frame and, if *close* is given, close with that code."""
        if self.__close_sent:
            _tell_call(self, "send")
        await super().send(_messages.frame(text_data, bytes_data))
        if close:
            await self.close(close)

    async def close(
        self, code: Optional[Union[int, bool]] = None, reason: Optional[str] = None
    ) -> None:
        """Close the connection, or refuse it before it was accepted."""
        if self.__close_sent:
            _tell_call(self, "close")
        self.__close_sent = True
        await super().send(_messages.close(code, reason))

    async def deny(
        self,
        status: int = 403,
        body: Union[str, bytes] = b"",
        headers: Optional[Headers] = None,
    ) -> None:
        """Refuse the connection with a response, in place of ``accept()``."""
        from ._closing import events_of_denial  # noqa: PLC0415 # few consumers need it

        sent = self.__accept_sent, self.__close_sent
        events = events_of_denial(self, sent, status, body, headers)
        self.__close_sent = True
        for event in events:
            await super().send(event)

    async def websocket_disconnect(self, message: Message) -> None:
        """Leave the groups, tell ``disconnect()``, and end the consumer."""
        try:
            for group in self.groups or ():
                await self.channel_layer.group_discard(group, self.channel_name)
        except AttributeError as error:
            raise _messages.no_groups() from error
        try:
            await self.disconnect(message["code"])
        except Exception as error:
            if self.__closed_in_connect:
                from ._closing import tell_failure  # noqa: PLC0415 # as above

                tell_failure(self, error)
            raise
        await aclose_old_connections()
        raise StopConsumer

    @overridable
    async def disconnect(self, code: int) -> None:
        """Clean up after the connection was closed. Nothing can be sent here."""


class AsyncJsonWebsocketConsumer(AsyncWebsocketConsumer):
    """A WebSocket consumer whose frames are JSON texts. Binary frames are errors."""

    @overridable
    async def receive(
        self,
        text_data: Optional[str] = None,
        bytes_data: Optional[bytes] = None,
        **kwargs: Any,
    ) -> None:
        """Decode one frame and pass it to ``receive_json()``."""
        if not text_data:
            raise _messages.no_text()
        await self.receive_json(await self.decode_json(text_data), **kwargs)

    @overridable
    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Handle the decoded content of one frame."""

    async def send_json(self, content: Any, close: Union[bool, int] = False) -> None:
        """Send *content* as JSON and, if *close* is given, close with that code."""
        await super().send(text_data=await self.encode_json(content), close=close)

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        """Return what a JSON text means."""
        return json.loads(text_data)

    @classmethod
    async def encode_json(cls, content: Any) -> str:
        """Return *content* as a JSON text."""
        return json.dumps(content)
