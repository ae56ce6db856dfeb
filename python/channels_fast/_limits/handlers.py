"""Handlers of one connection that run in tasks of their own."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import Sequence
from typing import Callable, Optional

from .._typing import DISCONNECTS, Message
from ..exceptions import StopConsumer
from ..utils import Dispatch, Source, _cancel, await_many_dispatch
from .settings import Settings

logger = logging.getLogger("channels_fast.consumer")

# So many messages of the client are read ahead, to see it go while a handler runs.
READ_AHEAD = 32


class _Handler:
    """A handler that runs."""

    __slots__ = ("kind", "stopped", "task", "timed_out", "timer")

    def __init__(self, kind: Optional[str], task: asyncio.Task[None]) -> None:
        #: The type of its message.
        self.kind = kind
        self.task = task
        #: Whether its cancellation is ours, and no error.
        self.stopped = False
        self.timed_out = False
        self.timer: Optional[asyncio.TimerHandle] = None


class Handlers:
    """
    Runs the handlers of one connection in tasks, as its settings say.

    Args:
        name: That of the consumer.
        dispatch: Handles a message.
        can_cancel: Whether cancelling stops a handler. A thread cannot be stopped.
        timeout_ends: Whether the consumer ends with a handler that took too long.
        timed_out: Is told of such a handler.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        dispatch: Dispatch,
        *,
        can_cancel: bool,
        timeout_ends: bool,
        timed_out: Callable[[str], None],
    ) -> None:
        self._name = name
        self._settings = settings
        self._dispatch = dispatch
        self._can_cancel = can_cancel
        self._timeout_ends = timeout_ends
        self._tell_timed_out = timed_out
        self._loop = asyncio.get_running_loop()
        self._running: set[_Handler] = set()
        #: Set when a handler has ended or the client has gone.
        self._changed = asyncio.Event()
        #: From the client's disconnect event on, until that is handled. No other
        #: handler begins then: what waits is dropped.
        self._gone = False
        #: Set unless the client has gone.
        self._went_on = asyncio.Event()
        self._went_on.set()
        #: Whether what still runs is being cancelled.
        self._is_ending = False
        self._error: Optional[BaseException] = None
        #: Set when the consumer has to end with that error.
        self._failed = asyncio.Event()

    async def run(self, sources: Sequence[Source]) -> None:
        """Read *sources*, of which the first is the client, until an error."""
        receive, *others = sources
        readers = []
        if self._settings.disconnect_policy != "queue":
            messages: asyncio.Queue[Message] = asyncio.Queue(READ_AHEAD)
            readers.append(self._loop.create_task(self._read_ahead(receive, messages)))
            receive = messages.get
        try:
            await await_many_dispatch(
                [receive, *others, self._wait_for_error], self._start
            )
        finally:
            self._is_ending = True
            is_told = self._failed.is_set()
            await _cancel(readers)
            await self._end_all()
            # Its traceback holds this frame.
            error, self._error = self._error, None
            try:
                if error is not None and not is_told:
                    raise error
            finally:
                del error

    async def _read_ahead(
        self, receive: Source, messages: asyncio.Queue[Message]
    ) -> None:
        """Read the client while handlers run."""
        try:
            while True:
                message = await receive()
                if message.get("type") in DISCONNECTS:
                    self._client_has_gone()
                    self._went_on.clear()
                await messages.put(message)
                # Servers may return the disconnect event again and again.
                await self._went_on.wait()
        except Exception as error:
            self._fail(error)
        except asyncio.CancelledError as error:
            # A server may cancel what its receive() waits for.
            if not self._is_ending:
                self._fail(error)

    async def _wait_for_error(self) -> Message:
        """Be a source without messages, which raises the error of a handler."""
        await self._failed.wait()
        assert self._error is not None
        raise self._error

    async def _start(self, message: Message) -> None:
        """Begin to handle *message*, and wait until the next one may be read."""
        kind = message.get("type")
        if kind in DISCONNECTS:
            await self._handle_disconnect(message)
        elif not self._gone and not self._failed.is_set():
            self._begin(message)
            # Nothing is handled beside connect().
            limit = self._settings.max_concurrency
            room = 1 if kind == "websocket.connect" else limit
            await self._until(
                lambda: len(self._running) < room or self._gone or self._failed.is_set()
            )
        if self._failed.is_set():
            await self._wait_for_error()

    async def _handle_disconnect(self, message: Message) -> None:
        self._client_has_gone()
        if self._settings.disconnect_policy != "concurrent":
            await self._until(lambda: not self._running)
        self._begin(message)
        await self._until(lambda: not self._running)
        if self._error is not None:
            self._failed.set()
        else:
            self._gone = False
            self._went_on.set()

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    def _begin(self, message: Message) -> None:
        """Run the handler of *message* in a task."""
        task = self._loop.create_task(self._handle(message))
        handler = _Handler(message.get("type"), task)
        self._running.add(handler)
        seconds = self._settings.limits.handler_timeout
        if seconds is not None:
            handler.timer = self._loop.call_later(seconds, self._timed_out, handler)
        task.add_done_callback(functools.partial(self._ended, handler))

    async def _handle(self, message: Message) -> None:
        # An overridden dispatch() may return any awaitable, and a task takes none.
        await self._dispatch(message)

    def _ended(self, handler: _Handler, task: asyncio.Task[None]) -> None:
        """Note the end of a handler, and its error."""
        self._running.remove(handler)
        self._changed.set()
        if handler.timer is not None:
            handler.timer.cancel()
        if not task.cancelled():
            self._fail(task.exception())
        elif not handler.stopped:
            self._fail(asyncio.CancelledError())
        if handler.timed_out and (self._timeout_ends or handler.kind in DISCONNECTS):
            self._fail(StopConsumer())

    def _fail(self, error: Optional[BaseException]) -> None:
        """End the consumer with *error*, as soon as a disconnect was handled."""
        if error is None:
            return
        if self._error is None or isinstance(self._error, StopConsumer):
            self._error = error
        elif not isinstance(error, StopConsumer):
            logger.error("%s: another handler failed too.", self._name, exc_info=error)
        if not self._gone:
            self._failed.set()
            self._changed.set()

    def _client_has_gone(self) -> None:
        if self._gone:
            return
        self._gone = True
        self._changed.set()
        if self._settings.disconnect_policy == "cancel" and self._can_cancel:
            self._cancel_all()

    def _timed_out(self, handler: _Handler) -> None:
        handler.timed_out = True
        what = "runs on in its thread"
        if self._can_cancel:
            what = "was cancelled"
            handler.stopped = True
            handler.task.cancel()
        reason = f"The handler of {handler.kind!r} took too long and {what}"
        self._tell_timed_out(reason)

    def _cancel_all(self) -> None:
        for handler in self._running:
            handler.stopped = True
            handler.task.cancel()

    async def _end_all(self) -> None:
        """Cancel all handlers and wait for their ends."""
        while self._running:
            self._cancel_all()
            # Whoever cancels this as well cancels them again.
            with contextlib.suppress(asyncio.CancelledError):
                await self._until(lambda: not self._running)
