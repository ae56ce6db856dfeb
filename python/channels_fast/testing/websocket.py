"""A communicator that speaks WebSocket."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Optional, Union
from urllib.parse import unquote, urlparse

from .._typing import Application
from .application import ApplicationCommunicator


class WebsocketCommunicator(ApplicationCommunicator):
    """
    Open a WebSocket to an application, and send and receive frames.

    Raises:
        TypeError: *path* is not a str.
    """

    def __init__(
        self,
        application: Application,
        path: str,
        headers: Optional[Iterable[tuple[bytes, bytes]]] = None,
        subprotocols: Optional[Iterable[str]] = None,
        spec_version: Optional[str] = None,
    ) -> None:
        if not isinstance(path, str):
            raise TypeError(f"Expected str, got {type(path)}")
        parsed = urlparse(path)
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "path": unquote(parsed.path),
            "query_string": parsed.query.encode("utf-8"),
            "headers": headers or [],
            "subprotocols": subprotocols or [],
        }
        if spec_version:
            self.scope["spec_version"] = spec_version
        super().__init__(application, self.scope)
        self.response_headers: Optional[list[tuple[bytes, bytes]]] = None

    async def connect(
        self, timeout: float = 1
    ) -> tuple[bool, Optional[Union[int, str]]]:
        """
        Open the connection.

        Returns ``(True, subprotocol)`` if it was accepted, and
        ``(False, close_code)`` if it was refused.
        """
        await self.send_input({"type": "websocket.connect"})
        response = await self.receive_output(timeout)
        if response["type"] == "websocket.close":
            return False, response.get("code", 1000)
        assert response["type"] == "websocket.accept", (
            f"Expected type 'websocket.accept', but was '{response['type']}'"
        )
        self.response_headers = response.get("headers", [])
        return True, response.get("subprotocol", None)

    async def send_to(
        self, text_data: Optional[str] = None, bytes_data: Optional[bytes] = None
    ) -> None:
        """
        Send one frame to the application.

        Raises:
            AssertionError: There is not exactly one of text and bytes.
        """
        assert bool(text_data) != bool(bytes_data), (
            "You must supply exactly one of text_data or bytes_data"
        )
        if text_data:
            assert isinstance(text_data, str), "The text_data argument must be a str"
            await self.send_input({"type": "websocket.receive", "text": text_data})
        else:
            assert isinstance(bytes_data, bytes), (
                "The bytes_data argument must be bytes"
            )
            await self.send_input({"type": "websocket.receive", "bytes": bytes_data})

    async def send_json_to(self, data: Any) -> None:
        """Send *data* as JSON in a text frame."""
        await self.send_to(text_data=json.dumps(data))

    async def receive_from(self, timeout: float = 1) -> Union[str, bytes]:
        """
        Return the content of the next frame, as str or bytes.

        Raises:
            TimeoutError: Nothing came within *timeout* seconds.
            AssertionError: The application did not send a frame, or a wrong one.
        """
        response = await self.receive_output(timeout)
        assert response["type"] == "websocket.send", (
            f"Expected type 'websocket.send', but was '{response['type']}'"
        )
        assert ("text" in response) != ("bytes" in response), (
            "The response needs exactly one of 'text' or 'bytes'"
        )
        if "text" in response:
            assert isinstance(response["text"], str), (
                f"Text frame payload is not str, it is {type(response['text'])}"
            )
            return response["text"]
        assert isinstance(response["bytes"], bytes), (
            f"Binary frame payload is not bytes, it is {type(response['bytes'])}"
        )
        return response["bytes"]

    async def receive_json_from(self, timeout: float = 1) -> Any:
        """Return the decoded content of the next frame, which must be text."""
        payload = await self.receive_from(timeout)
        assert isinstance(payload, str), (
            f"JSON data is not a text frame, it is {type(payload)}"
        )
        return json.loads(payload)

    async def disconnect(self, code: int = 1000, timeout: float = 1) -> None:
        """Close the connection and wait until the application has ended."""
        await self.send_input({"type": "websocket.disconnect", "code": code})
        await self.wait(timeout)
