"""
Consumers: classes that handle the events of one connection.

An event goes to the handler that its type names: ``websocket.connect`` goes to
the method ``websocket_connect``.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from contextvars import copy_context
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Callable, cast

from asgiref.sync import async_to_sync

from . import DEFAULT_CHANNEL_LAYER
from ._loop import (
    ALWAYS_NEEDS_TASK,
    READY_IN_A_ROW,
    noting_cancel,
    rest_of,
)
from ._reads import as_coroutine, reading
from ._to_loop import quickened
from .db import (
    aclose_old_connections,
    database_sync_to_async,
    housekeeping_paused,
    knows_loop,
    needs_closing,
    nothing_to_close,
)
from .exceptions import StopConsumer
from .layers import get_channel_layer
from .utils import await_many_dispatch

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from ._typing import ConsumerApplication, Message, Receive, Scope, Send
    from .layers import BaseChannelLayer

# Event type -> handler name. A name depends on nothing but the type, so one
# dict serves all classes. It holds names and not methods: a handler that is set
# on an instance, or patched into a class later, is found all the same. Only
# types that had a handler are kept, so a peer that makes up types cannot grow it.
_handler_names: dict[str, str] = {}

_own_aclose_old_connections = aclose_old_connections
_own_await_many_dispatch = await_many_dispatch


def get_handler_name(message: Message) -> str:
    """
    Return the name of the method that handles *message*.

    Raises:
        ValueError: The message has no type, or the name would be private.
    """
    if "type" not in message:
        raise ValueError("Incoming message has no 'type' attribute")
    name: str = message["type"].replace(".", "_")
    if name.startswith("_"):
        raise ValueError("Malformed type in message (leading underscore)")
    return name


def _find_handler(consumer: AsyncConsumer, message: Message) -> Callable[..., Any]:
    """Return the bound handler of *consumer* for *message*."""
    name = get_handler_name(message)
    handler = getattr(consumer, name, None)
    if not handler:
        raise ValueError("No handler for message type {}".format(message["type"]))
    _handler_names[message["type"]] = name
    return handler  # type: ignore[no-any-return] # what a user's attribute holds


class AsyncConsumer:
    """
    The base of all consumers: an ASGI application, one instance per connection.

    Handlers are coroutine functions. They run one at a time, in the order in
    which their events came.
    """

    _sync = False
    # Whether old connections were looked for on the loop of this connection.
    __knows_loop = False
    channel_layer_alias: str = DEFAULT_CHANNEL_LAYER

    # Set when the consumer is called, since only then there is a connection.
    scope: Scope
    #: ``None`` without a layer. Handlers that use one are written for projects that
    #: have it, so the type does not say so.
    channel_layer: BaseChannelLayer
    channel_name: str
    channel_receive: Callable[[], Awaitable[Message]]
    base_send: Callable[[Message], Any]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle the events of one connection until a handler ends it."""
        self.scope = scope
        self.__knows_loop = False
        layer = get_channel_layer(self.channel_layer_alias)
        self.channel_layer = layer  # type: ignore[assignment] # may be None, see there
        if layer is not None:
            self.channel_name = await layer.new_channel()
            self.channel_receive = functools.partial(layer.receive, self.channel_name)
        self.base_send = quickened(async_to_sync(send)) if self._sync else send
        dispatch: Any = self.dispatch
        # PERF: a coroutine less for each message, where nobody has put another
        # method in its place.
        if getattr(dispatch, "__func__", None) is _own_dispatch:
            dispatch = self.__handle
        task: Any = None
        try:
            if (
                layer is not None
                or ALWAYS_NEEDS_TASK
                or await_many_dispatch is not _own_await_many_dispatch
            ):
                await await_many_dispatch(
                    (receive,) if layer is None else (receive, self.channel_receive),
                    dispatch,
                )
                return
            # PERF: here and not in a coroutine, which would live as long as the
            # connection. `_loop` tells why it is done in this way. The loop is asked
            # for once, since that costs a system call before Python 3.12.
            loop = asyncio.get_running_loop()
            self.__knows_loop = knows_loop(loop)
            task = noting_cancel(asyncio.current_task(loop))
            del loop
            in_a_row = 0
            read: Any = None
            while True:
                coroutine: Any = receive()
                if type(coroutine) is not CoroutineType:
                    coroutine = as_coroutine(coroutine)
                context = copy_context()
                if read is None:
                    read, coroutine = reading(coroutine), None
                message = context.run(read.send, coroutine)
                if read.gi_yieldfrom is not None:
                    message = await rest_of(read, context, message)
                await dispatch(message)
                in_a_row += 1
                if in_a_row >= READY_IN_A_ROW or task._must_cancel:
                    in_a_row = 0
                    await asyncio.sleep(0)
        except StopConsumer:
            # A handler asked for the end. It is no error.
            return
        finally:
            # The task holds the error, and the error's traceback holds this frame.
            del task

    async def dispatch(self, message: Message) -> None:
        """
        Await the handler of *message*.

        Raises:
            ValueError: There is no handler for its type, or no type.
        """
        await self.__handle(message)

    def __handle(self, message: Message) -> Awaitable[Any]:
        """Return what has to be awaited for *message*."""
        # PERF: a type that had a handler before needs no further call.
        try:
            name = _handler_names[message["type"]]
        except (KeyError, TypeError):
            handler = _find_handler(self, message)
        else:
            handler = getattr(self, name, None) or _find_handler(self, message)
        if aclose_old_connections is _own_aclose_old_connections and (
            # PERF: nearly always this is all.
            nothing_to_close() if self.__knows_loop else self._has_nothing_to_close()
        ):
            return handler(message)  # type: ignore[no-any-return] # what a handler returns
        return self.__close_and_handle(handler, message)

    def _has_nothing_to_close(self) -> bool:
        """Tell if nothing has to go to another thread to close old connections."""
        if self.__knows_loop:
            return nothing_to_close()
        # Before Python 3.11 what asgiref is asked for here leaves a loop of references
        # to the frames of its callers, and so to the message. A coroutine is no caller.
        if sys.version_info < (3, 11) or needs_closing():
            return False
        self.__knows_loop = not housekeeping_paused.depth
        return True

    async def __close_and_handle(
        self, handler: Callable[..., Awaitable[Any]], message: Message
    ) -> None:
        await aclose_old_connections()
        self.__knows_loop = not housekeeping_paused.depth
        await handler(message)

    async def send(self, message: Message) -> None:
        """Send one event to the client. Subclasses may give it other arguments."""
        await self.base_send(message)

    @classmethod
    def as_asgi(cls, **initkwargs: Any) -> ConsumerApplication:
        """
        Return an application that makes a new consumer for every connection.

        *initkwargs* go to the constructor, as with Django's ``as_view()``.
        """

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            consumer = cls(**initkwargs)
            return await consumer(scope, receive, send)

        functools.update_wrapper(app, cls, updated=())
        app.__dict__.update(consumer_class=cls, consumer_initkwargs=initkwargs)
        return cast("ConsumerApplication", app)


_own_dispatch = AsyncConsumer.dispatch


class SyncConsumer(AsyncConsumer):
    """
    A consumer whose handlers are plain functions.

    They run in Django's thread for synchronous code, so the ORM may be used.
    """

    _sync = True

    @database_sync_to_async
    def dispatch(self, message: Message) -> None:
        """
        Call the handler of *message*, in the thread for synchronous code.

        Raises:
            ValueError: There is no handler for its type, or no type.
        """
        _find_handler(self, message)(message)

    def send(self, message: Message) -> None:  # type: ignore[override] # sync here, as in Channels
        """Send one event to the client. Subclasses may give it other arguments."""
        self.base_send(message)
