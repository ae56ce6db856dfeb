"""Closing WebSockets before a server ends, so that every consumer can clean up."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
import signal
import socket
from typing import Any, Callable, Optional

from ._routes.printed import printed
from ._typing import Application, Receive, Scope, Send

logger = logging.getLogger("channels_fast.draining")

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Drain:
    """
    Close all WebSockets, some at a time, when the process is told to end.

    Middleware: it stands around what answers WebSockets. On SIGTERM or SIGINT it closes
    them with code 1012, "Service Restart" (4012 under Daphne, which has none below
    3000), refuses new ones, and waits for the consumers, whose ``disconnect()`` runs as
    always. The server gets the signal when none is left, or after *seconds*.

    It needs the signal: a worker process of hypercorn does not get it, unless it is
    sent to all processes, as systemd does.

    Args:
        application: What WebSockets are passed on to. Others pass untouched.
        batch: How many are closed together, so that not all clients come back at once.
        pause: Seconds between two batches.
        seconds: How long all of it may take. What started the server must not kill it
            sooner.
    """

    def __init__(
        self,
        application: Application,
        *,
        batch: int = 100,
        pause: float = 0.1,
        seconds: float = 20.0,
    ) -> None:
        self.application = application
        self.batch, self.pause, self.seconds = batch, pause, seconds
        self._open: dict[object, Send] = {}
        # What takes back what _listen() does. It is in force while something is open.
        self._listening = contextlib.ExitStack()
        self._draining: Optional[asyncio.Task[None]] = None
        self._last_ended: Optional[asyncio.Event] = None

    __repr__ = printed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        if scope["type"] != "websocket":
            return await self.application(scope, receive, send)
        if self._draining is not None:
            await receive()
            return await send({"type": "websocket.close", "code": 1012})
        if not self._open:
            self._listen()
        key = object()
        self._open[key] = send
        try:
            return await self.application(scope, receive, send)
        finally:
            del self._open[key]
            if not self._open:
                self._listening.close()
                if self._last_ended is not None:
                    self._last_ended.set()

    def _listen(self) -> None:
        """Stand in front of what the server does on a signal."""
        loop = asyncio.get_running_loop()
        # ValueError: not the main thread, as under the autoreload of runserver.
        with contextlib.suppress(ValueError), contextlib.ExitStack() as undo:
            for number in _SIGNALS:
                self._stand_before_handler(number, loop, undo)
            self._stand_before_wakeup(loop, undo)
            self._listening = undo.pop_all()

    def _stand_before_handler(
        self, number: int, loop: asyncio.AbstractEventLoop, undo: contextlib.ExitStack
    ) -> None:
        """Be what Python calls. uvicorn and Daphne are called so."""
        previous = signal.getsignal(number)
        if previous is signal.SIG_IGN:
            return

        def handle(number: int, frame: Any) -> None:
            if callable(previous):
                then = functools.partial(previous, number, frame)
            else:
                then = functools.partial(_end_by, number)
            if loop.is_closed():
                then()
            else:
                loop.call_soon_threadsafe(self._hold, number, then)

        def restore() -> None:
            if signal.getsignal(number) is handle:
                signal.signal(number, previous)

        signal.signal(number, handle)
        undo.callback(restore)

    def _stand_before_wakeup(
        self, loop: asyncio.AbstractEventLoop, undo: contextlib.ExitStack
    ) -> None:
        """Be what wakes the event loop. granian and hypercorn hear of a signal so."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            undo.callback(end.close)
            end.setblocking(False)
        wakeup = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)

        def restore() -> None:
            current = signal.set_wakeup_fd(wakeup)
            if current != theirs.fileno():
                signal.set_wakeup_fd(current)  # somebody has come after us

        def wake(number: int) -> None:
            if wakeup != -1:
                os.write(wakeup, bytes([number]))

        def forward() -> None:
            for number in ours.recv(4096):
                self._hold(number, functools.partial(wake, number))

        undo.callback(restore)
        loop.add_reader(ours, forward)
        undo.callback(loop.remove_reader, ours)

    def _hold(self, number: int, then: Callable[[], Any]) -> None:
        """Close the WebSockets if *number* tells to end, and call *then* after that."""
        if number not in _SIGNALS:
            then()
            return
        if self._draining is None:
            self._draining = asyncio.ensure_future(self._drain())
        self._draining.add_done_callback(lambda _: then())

    async def _drain(self) -> None:
        self._last_ended = asyncio.Event()
        logger.info("Closing %d WebSockets before the server ends.", len(self._open))
        try:
            await asyncio.wait_for(self._close_all(self._last_ended), self.seconds)
        except asyncio.TimeoutError:
            logger.warning("%d WebSockets did not end in time.", len(self._open))

    async def _close_all(self, last_ended: asyncio.Event) -> None:
        sends = list(self._open.values())
        for start in range(0, len(sends), self.batch):
            if start:
                await asyncio.sleep(self.pause)
            await asyncio.gather(*map(_close, sends[start : start + self.batch]))
        await last_ended.wait()


def _end_by(number: int) -> None:
    """End the process as it would without a handler."""
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)


async def _close(send: Send) -> None:
    # An error of both says that it was closed already, or never accepted.
    for code in (1012, 4012):
        try:
            await send({"type": "websocket.close", "code": code, "reason": "restart"})
        except Exception:  # noqa: S112 # servers raise what they like, and one may fail
            continue
        return
