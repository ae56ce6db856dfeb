"""Closing WebSockets before a server ends, so that every consumer can clean up."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
import signal
import socket
import threading
from typing import Any, Callable, Optional

from ._routes import printed
from ._typing import Application, Receive, Scope, Send

logger = logging.getLogger("channels_fast.draining")

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Drain:
    """
    Close all WebSockets, some at a time, when the process is told to end.

    Middleware: it stands around what answers WebSockets. On SIGTERM or SIGINT it closes
    them with code 1012, "Service Restart" (4012 under Daphne, which has none below
    3000), refuses new ones, and waits for the consumers, whose ``disconnect()`` runs as
    always. The server gets the signal when none is left, or after *seconds*. A second
    Ctrl+C gets through at once.

    It needs the signal: a worker process of hypercorn does not get it, unless it is
    sent to all processes, as systemd does. In another thread than the main one, as
    under the autoreload of ``runserver``, it only passes connections on.

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
        self._is_draining = False
        self._last_ended: Optional[asyncio.Event] = None

    __repr__ = printed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Pass the connection on, and know of it as long as it lasts."""
        is_main = threading.current_thread() is threading.main_thread()
        if scope["type"] != "websocket" or not is_main:
            return await self.application(scope, receive, send)
        if self._is_draining:
            await receive()
            return await send({"type": "websocket.close", "code": 1012})
        if not self._open:
            _listener().add(self)
        key = object()
        self._open[key] = send
        try:
            return await self.application(scope, receive, send)
        finally:
            del self._open[key]
            if not self._open:
                _listener().discard(self)
                if self._last_ended is not None:
                    self._last_ended.set()

    async def drain(self) -> None:
        """Close all WebSockets, refuse new ones, and wait for the consumers."""
        self._is_draining = True
        if not self._open:
            return
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
        if self._open:
            await last_ended.wait()


class _Listener:
    """Stands in front of what the server does on a signal, while something is open."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._drains: set[Drain] = set()
        self._undo = contextlib.ExitStack()
        self._draining: Optional[asyncio.Future[Any]] = None
        #: The ways on which a signal has come, and is held back.
        self._held: set[tuple[str, int]] = set()

    def add(self, drain: Drain) -> None:
        if not self._drains:
            for number in _SIGNALS:
                self._stand_before_handler(number)
            # The event loop of Windows cannot wait for a socket, and has no handlers.
            with contextlib.suppress(NotImplementedError):
                self._stand_before_wakeup()
        self._drains.add(drain)

    def discard(self, drain: Drain) -> None:
        self._drains.discard(drain)
        if not self._drains:
            self._undo.close()

    def _stand_before_handler(self, number: int) -> None:
        """Be what Python calls. uvicorn and Daphne are called so."""
        previous = signal.getsignal(number)
        if previous is None or previous is signal.SIG_IGN:
            return  # not set by Python, or of no effect

        def handle(number: int, frame: Any) -> None:
            if callable(previous):
                then = functools.partial(previous, number, frame)
            else:
                then = functools.partial(_end_by, number)
            if self.loop.is_closed():
                then()
            else:
                self.loop.call_soon_threadsafe(self._hold, "handler", number, then)

        def restore() -> None:
            if signal.getsignal(number) is handle:
                signal.signal(number, previous)

        signal.signal(number, handle)
        self._undo.callback(restore)

    def _stand_before_wakeup(self) -> None:
        """Be what wakes the event loop. granian and hypercorn hear of a signal so."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            self._undo.callback(end.close)
            end.setblocking(False)

        def forward() -> None:
            for number in ours.recv(4096):
                then = functools.partial(_wake, wakeup, number)
                self._hold("wakeup", number, then)

        self.loop.add_reader(ours, forward)
        self._undo.callback(self.loop.remove_reader, ours)
        wakeup = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)

        def restore() -> None:
            current = signal.set_wakeup_fd(-1)
            # Somebody may have come after us.
            mine = current == theirs.fileno()
            with contextlib.suppress(ValueError, OSError):  # it was closed
                signal.set_wakeup_fd(wakeup if mine else current)

        self._undo.callback(restore)

    def _hold(self, way: str, number: int, then: Callable[[], Any]) -> None:
        """Drain if *number* tells the process to end, and call *then* after that."""
        # SIGTERM may come twice, from systemd and from a server to its workers.
        is_second = number == signal.SIGINT and (way, number) in self._held
        if number not in _SIGNALS or is_second or not self._drains:
            then()
            return
        self._held.add((way, number))
        if self._draining is None:
            drains = [drain.drain() for drain in self._drains]
            self._draining = asyncio.gather(*drains, return_exceptions=True)
        self._draining.add_done_callback(lambda _: then())


_current: Optional[_Listener] = None


def _listener() -> _Listener:
    """Return the one of the main thread, where signals are handled."""
    global _current  # noqa: PLW0603 # a process has its signals once
    loop = asyncio.get_running_loop()
    if _current is None or _current.loop is not loop:
        _current = _Listener(loop)
    return _current


def _wake(wakeup: int, number: int) -> None:
    if wakeup != -1:
        with contextlib.suppress(OSError):  # its event loop has ended
            os.write(wakeup, bytes([number]))


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
