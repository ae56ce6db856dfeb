"""The client of one connection: what it sends, and how its connection is closed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Optional

from .._typing import DISCONNECTS, Message, Receive, Send
from ..limits import CLOSE_CODES, Limits

logger = logging.getLogger("channels_fast.consumer")


# The status of the response that ends a request at a limit.
_STATUS = {"max_message_size": 413, "handler_timeout": 503}


class Client:
    """
    Reads from the client and sends to it, within the limits of its consumer.

    After a limit was exceeded and the connection closed, what the client goes on
    sending is dropped, and so is what handlers still send. The consumer waits for the
    event with which the server tells it of the end, as after a ``close()`` of its own.
    """

    def __init__(
        self, name: str, limits: Limits, scope_type: str, receive: Receive, send: Send
    ) -> None:
        self._name = name
        self._limits = limits
        self._scope_type = scope_type
        self._receive = receive
        self._send = send
        self._loop = asyncio.get_running_loop()
        #: Whether it was closed, by whomever.
        self._is_closed = False
        #: Whether a limit has closed.
        self._is_cut = False
        #: Whether the connection was accepted, or the response has begun.
        self._has_begun = False
        self._closing: Optional[asyncio.Task[None]] = None
        self._idle_timer: Optional[asyncio.TimerHandle] = None
        #: The identities of what was read and not handled yet.
        self._unhandled: set[int] = set()
        self._body_size = 0
        self._rate = None
        if limits.max_messages_per_second:
            self._rate = _Rate(
                limits.max_messages_per_second,
                limits.message_burst or max(limits.max_messages_per_second, 1),
                self._loop.time(),
            )

    async def receive(self) -> Message:
        """Return the next event of the client that is within the limits."""
        while True:
            began = self._loop.time()
            message = await self._receive()
            self._stop_idle_timer()
            kind = message.get("type")
            if kind in DISCONNECTS:
                self._is_closed = True
            if kind == "http.request" and self._is_body_too_large(message):
                return {"type": "http.disconnect"}
            if kind != "websocket.receive" or not self._is_over(message, began):
                self._unhandled.add(id(message))
                return message
            # What is dropped may be there at once, again and again.
            await asyncio.sleep(0)
            if self._closing is not None:
                # Granian sends no close while the application reads.
                await asyncio.wait({self._closing})

    def handled(self, message: Message) -> None:
        """Begin the idle time, if *message* was the last one of the client."""
        if id(message) not in self._unhandled:
            return  # It is from the channel layer.
        self._unhandled.remove(id(message))
        seconds = self._limits.idle_timeout
        if seconds is not None and not self._unhandled and not self._is_closed:
            self._idle_timer = self._loop.call_later(
                seconds, self.close, "idle_timeout", "Nothing came from the client"
            )

    async def send(self, message: Message) -> None:
        """Send an event of a handler, unless a limit has closed the connection."""
        if self._is_cut:
            return
        kind = message.get("type")
        if kind in ("websocket.close", "websocket.http.response.start"):
            self._is_closed = True
            self._stop_idle_timer()
        elif kind in ("websocket.accept", "http.response.start"):
            self._has_begun = True
        await self._send(message)

    def close(self, limit: str, reason: str) -> None:
        """Close the connection because of *limit*, and say so once."""
        value = getattr(self._limits, limit)
        text = f"{self._name}: {reason} (limits.{limit} = {value!r})."
        if not self._is_closed and self._scope_type in ("websocket", "http"):
            self._is_closed = self._is_cut = True
            self._stop_idle_timer()
            text = f"{text} {self._end(limit)}."
        logger.warning("%s", text)

    async def end(self) -> None:
        """Wait until the last event has been sent."""
        self._stop_idle_timer()
        if self._closing is not None:
            await asyncio.wait({self._closing})

    def give_up(self) -> None:
        """Send nothing more."""
        if self._closing is not None:
            self._closing.cancel()

    def _end(self, limit: str) -> str:
        """Begin to send the last events, and return what happens by that."""
        events: list[Message]
        if self._scope_type == "websocket":
            code = self._limits.close_codes.get(limit, CLOSE_CODES[limit])
            events = [{"type": "websocket.close", "code": code}]
            action = f"The connection was closed with code {code}"
            if not self._has_begun:
                action = "The connection was refused"
        elif self._has_begun:
            # A response that ends without its last part is seen to be incomplete.
            events = []
            action = "The response was left incomplete"
        else:
            status = _STATUS[limit]
            headers = [(b"content-length", b"0")]
            events = [
                {"type": "http.response.start", "status": status, "headers": headers},
                {"type": "http.response.body", "body": b""},
            ]
            action = f"The request was answered with status {status}"
        self._closing = self._loop.create_task(self._send_last(events))
        return action

    async def _send_last(self, events: list[Message]) -> None:
        try:
            # Servers raise an OSError if the client has just gone.
            with contextlib.suppress(OSError):
                for event in events:
                    await self._send(event)
        except Exception:
            logger.exception("%s: the connection could not be closed.", self._name)

    def _is_over(self, message: Message, began: float) -> bool:
        """Return whether a frame is dropped, and close if it exceeds a limit."""
        if self._is_closed:
            return self._is_cut
        size = self._limits.max_message_size
        if size is not None and _is_larger(message, size):
            self.close("max_message_size", "A message of the client was too large")
        elif self._rate is not None and not self._rate.allows(began, self._loop.time()):
            self.close("max_messages_per_second", "The client sent too many messages")
        return self._is_cut

    def _is_body_too_large(self, message: Message) -> bool:
        """Return whether the request is too large by now, and answer it if so."""
        self._body_size += len(message.get("body", b""))
        size = self._limits.max_message_size
        if size is None or self._body_size <= size:
            return False
        self.close("max_message_size", "The body of a request was too large")
        return True

    def _stop_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None


class _Rate:
    """A token bucket: each message takes a token, and time brings new ones."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        #: When the last message was read.
        self._last = now

    def allows(self, began: float, now: float) -> bool:
        """Take a token for a message that a read has got, which *began* before."""
        # While handlers kept the consumer from reading, the client may have sent as
        # many as it was allowed to. So this time fills the bucket beyond its brim.
        kept = max(began - self._last, 0) * self._rate
        brim = max(self._burst, self._tokens) + kept
        self._tokens = min(brim, self._tokens + (now - self._last) * self._rate)
        self._last = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def _is_larger(message: Message, size: int) -> bool:
    """Return whether a frame has more than *size* bytes, as it came from the client."""
    text = message.get("text")
    if text is None:
        return len(message.get("bytes") or b"") > size
    # A character is a byte at least.
    return len(text) > size or len(text.encode("utf-8", "surrogatepass")) > size
