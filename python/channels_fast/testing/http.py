"""A communicator that speaks HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional
from urllib.parse import unquote, urlparse

from .._typing import Application
from .application import ApplicationCommunicator


class HttpCommunicator(ApplicationCommunicator):
    """
    Send one request to an application and read its response.

    The request has its body in one piece; for more pieces use
    ``ApplicationCommunicator``.
    """

    def __init__(
        self,
        application: Application,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Optional[Iterable[tuple[bytes, bytes]]] = None,
    ) -> None:
        parsed = urlparse(path)
        self.scope: dict[str, Any] = {
            "type": "http",
            "http_version": "1.1",
            "method": method.upper(),
            "path": unquote(parsed.path),
            "query_string": parsed.query.encode("utf-8"),
            "headers": headers or [],
        }
        assert isinstance(body, bytes)
        self.body = body
        self.sent_request = False
        super().__init__(application, self.scope)

    async def get_response(self, timeout: float = 1) -> dict[str, Any]:
        """
        Return the response as a dict of "status", "headers" and "body".

        Each event of the response may take *timeout* seconds.

        Raises:
            TimeoutError: An event did not come in time.
            AssertionError: The application sent something else.
        """
        if not self.sent_request:
            self.sent_request = True
            await self.send_input({"type": "http.request", "body": self.body})
        response: dict[str, Any] = await self.receive_output(timeout)
        assert response["type"] == "http.response.start"
        response["body"] = b""
        more_body = True
        while more_body:
            part = await self.receive_output(timeout)
            assert part["type"] == "http.response.body"
            assert isinstance(part["body"], bytes)
            response["body"] += part["body"]
            more_body = part.get("more_body", False)
        del response["type"]
        response.setdefault("headers", [])
        return response
