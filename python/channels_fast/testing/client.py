"""A client of WebSockets for tests: it needs no server and hides no error."""

from __future__ import annotations

import asyncio
import reprlib
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Optional

from .._routes.applications import single_callable
from .._typing import Application, Message, Receive, Scope, Send
from .websocket import WebsocketCommunicator

_short = reprlib.Repr()
_short.maxstring = 100


class WebsocketRefusedError(AssertionError):
    """
    The application refused a connection.

    Attributes:
        status: The status of the HTTP response. It is 403 if the application closed
            the connection before it was accepted (ASGI, "websocket.close").
        code, reason: Those of "websocket.close". The code of a denial response is None.
        headers, body: Those of a denial response (ASGI, "websocket.http.response").
    """

    def __init__(self, scope: Scope, event: Message, body: bytes) -> None:
        is_close = event["type"] == "websocket.close"
        self.status: int = event.get("status", 403)
        self.code: Optional[int] = event.get("code", 1000) if is_close else None
        self.reason: str = event.get("reason") or ""
        self.headers: list[tuple[bytes, bytes]] = list(event.get("headers", ()))
        self.body = body
        answers = [f"status {self.status}"]
        answers += [f"code {self.code}"] if is_close else []
        answers += [repr(text) for text in (self.reason, body) if text]
        super().__init__(
            f"The application refused the connection to {scope['path']!r}: "
            f"{', '.join(answers)}. The headers were {scope['headers']}."
        )


class WebsocketClient(WebsocketCommunicator):
    """
    The connection that ``connect()`` opens and closes.

    It has the methods of ``WebsocketCommunicator``. Each raises the error that has
    ended the application, at once and with its own traceback. What was sent before it
    can be received first. A timeout says what the application is doing, and leaves it
    running.
    """

    #: What the application has chosen when it accepted the connection.
    subprotocol: Optional[str] = None
    #: Set if the connection was refused, as the test expects.
    refusal: WebsocketRefusedError

    def __init__(
        self,
        application: Application,
        path: str,
        subprotocols: Optional[Iterable[str]],
        *,
        scope: Mapping[str, Any],
        refused: bool,
        timeout: float,
    ) -> None:
        self._tested = single_callable(application, "connect()")
        self._expects_refusal = refused
        self._timeout = timeout
        self._sent: list[Message] = []
        #: What the application has taken and not finished. None while it waits.
        self._at_work_on: Optional[str] = "the new connection"
        self._disconnected = False
        #: The code that a server tells the application at the end.
        self._closing_code = 1000
        #: Whether the test has got the error of the application.
        self._told = False
        super().__init__(self._run, path, subprotocols=subprotocols)
        self.scope.update(scope)

    async def __aenter__(self) -> WebsocketClient:
        try:
            await self._open()
        except BaseException as error:
            await self.__aexit__(type(error), error, None)
            raise
        return self

    async def __aexit__(
        self, kind: object, error: Optional[BaseException], traceback: object
    ) -> Literal[False]:
        if not self._disconnected and not self.future.done():
            event = {"type": "websocket.disconnect", "code": self._closing_code}
            self.input_queue.put_nowait(event)
        unknown = None
        if not self._told:
            unknown = await self._end_of_application(self._timeout)
        if error is None and unknown is not None:
            raise unknown
        if error is not None and error.__context__ is None:
            # It may be the cause, and the traceback of the test shows both.
            error.__context__ = unknown
        return False

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application, and note what it does."""

        async def receive_next() -> Message:
            self._at_work_on = None
            event = await receive()
            self._at_work_on = _short.repr(event)
            return event

        async def note_and_send(event: Message) -> None:
            self._sent.append(event)
            if event.get("type") == "websocket.close":
                self._closing_code = event.get("code") or 1000
            await send(event)

        await self._tested(scope, receive_next, note_and_send)

    async def _open(self) -> None:
        await self.send_input({"type": "websocket.connect"})
        event = await self.receive_output(self._timeout)
        if event["type"] == "websocket.accept":
            self.subprotocol = event.get("subprotocol")
            self.response_headers = event.get("headers", [])
            assert not self._expects_refusal, (
                "The application accepted the connection, which should be refused"
            )
            return
        body = b""
        more_body = event["type"] == "websocket.http.response.start"
        assert more_body or event["type"] == "websocket.close", (
            f"Expected an answer to the connection, but the application sent {event}"
        )
        while more_body:
            part = await self.receive_output(self._timeout)
            body += part.get("body", b"")
            more_body = part.get("more_body", False)
        # What servers tell where there never was a connection.
        self._closing_code = 1006
        self.refusal = WebsocketRefusedError(self.scope, event, body)
        if not self._expects_refusal:
            raise self.refusal

    async def send_input(self, message: Message) -> None:
        """Send one event to the application."""
        self._raise_error()
        if message["type"] == "websocket.disconnect":
            self._disconnected = True
        await super().send_input(message)

    async def receive_output(self, timeout: float = 1) -> dict[str, Any]:
        """
        Return the next event that the application sends.

        Raises:
            TimeoutError: Nothing came within *timeout* seconds.
            AssertionError: The application has ended without an error.
        """
        getting = asyncio.ensure_future(self.output_queue.get())
        first = asyncio.FIRST_COMPLETED
        try:
            await asyncio.wait(
                {getting, self.future}, timeout=timeout, return_when=first
            )
            if getting.done():
                event: dict[str, Any] = getting.result()
                return event
        finally:
            getting.cancel()
        self._raise_error()
        text = f"No event came within {timeout} s. {self._account()}"
        raise (AssertionError if self.future.done() else asyncio.TimeoutError)(text)

    async def receive_nothing(
        self, timeout: float = 0.1, interval: float = 0.01
    ) -> bool:
        """Return whether no event comes within *timeout* seconds."""
        self._raise_error()
        nothing = await super().receive_nothing(timeout, interval)
        if nothing:
            self._raise_error()
        return nothing

    async def wait(self, timeout: float = 1) -> None:
        """
        Wait until the application has ended.

        Raises:
            TimeoutError: It did not end within *timeout* seconds, and was cancelled.
        """
        error = await self._end_of_application(timeout)
        if error is not None:
            raise error

    async def _end_of_application(self, timeout: float) -> Optional[BaseException]:
        await asyncio.wait({self.future}, timeout=timeout)
        if self.future.done():
            self._told = True
            return None if self.future.cancelled() else self.future.exception()
        text = f"The application did not end within {timeout} s. {self._account()}"
        self.future.cancel()
        await asyncio.wait({self.future}, timeout=timeout)
        error = asyncio.TimeoutError(text)
        if self.future.done() and not self.future.cancelled():
            error.__cause__ = self.future.exception()
        return error

    def _raise_error(self) -> None:
        """Raise the error of the application, if one has ended it."""
        if self.future.done() and not self.future.cancelled():
            self._told = True
            self.future.result()

    def _account(self) -> str:
        """Return what the application does, and what it has sent."""
        state = f"The application is still at work on {self._at_work_on}."
        if self.future.done():
            state = "The application has ended."
        elif self._at_work_on is None:
            state = "The application has handled every event, and waits for the next."
        last = ", ".join(map(_short.repr, self._sent[-5:]))
        count = len(self._sent)
        return f"{state} It has sent {count} events{f', last {last}' if last else ''}."
