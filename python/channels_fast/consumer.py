"""
Consumers: classes that handle the events of one connection.

An event goes to the handler that its type names: ``websocket.connect`` goes to
the method ``websocket_connect``.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Callable, NoReturn, Optional, cast

from asgiref.sync import async_to_sync

from . import DEFAULT_CHANNEL_LAYER
from ._typing import (
    DISCONNECTS,
    ConsumerApplication,
    Message,
    Receive,
    Scope,
    Send,
)
from .db import aclose_old_connections, database_sync_to_async
from .exceptions import AcceptConnection, DenyConnection, StopConsumer
from .layers import BaseChannelLayer, get_channel_layer
from .signals import connection_closed, connection_opened, message_handled
from .utils import await_many_dispatch

# What `import *` gives: the names of Channels, none that could hide a project's own.
__all__ = [
    "DEFAULT_CHANNEL_LAYER",
    "AsyncConsumer",
    "StopConsumer",
    "SyncConsumer",
    "aclose_old_connections",
    "async_to_sync",
    "await_many_dispatch",
    "database_sync_to_async",
    "functools",
    "get_channel_layer",
    "get_handler_name",
]

if TYPE_CHECKING:
    from ._limits import LimitedConnection
    from .limits import Limits
else:
    # For those who evaluate annotations: few projects need the class itself.
    Limits = Any


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


# It is called with the error and the message, and so cannot handle a message.
_HOOK = "handle_exception"
_ENDS = (StopConsumer, AcceptConnection, DenyConnection)


def _is_hook(method: Any) -> bool:
    """Return whether *method* is a hook, not what a project calls by the same name."""
    # What sync_to_async() makes of a method has lost its first argument, and tells the
    # signature with it.
    follow = not isinstance(method, functools.partial)
    try:
        inspect.signature(method, follow_wrapped=follow).bind(None, None)
    except (TypeError, ValueError):
        return False
    return True


def _find_handler(consumer: AsyncConsumer, message: Message) -> Callable[..., Any]:
    """Return the method of *consumer* that handles *message*, or raise a ValueError."""
    name = get_handler_name(message)
    handler: Optional[Callable[..., Any]] = getattr(consumer, name, None)
    if not handler or (name == _HOOK and _is_hook(handler)):
        raise ValueError("No handler for message type {}".format(message["type"]))
    return handler


def _hook_of(consumer: AsyncConsumer) -> Optional[Callable[..., Any]]:
    """Return the ``handle_exception()`` of a project, if it has one."""
    hook = consumer.handle_exception
    # Ours raises the error again, which would add to its traceback.
    ours = (AsyncConsumer.handle_exception, SyncConsumer.handle_exception)
    if getattr(hook, "__func__", None) in ours:
        return None
    return hook if _is_hook(hook) else None


def _has_limits(kind: type[AsyncConsumer]) -> bool:
    """
    Return whether consumers of this class may have limits.

    It is asked of the class: an attribute of an object may be the project's own.
    """
    return (
        kind.limits is not None
        or kind.max_concurrency != 1
        or kind.disconnect_policy != "queue"
    )


def _end_if_last(message: Message) -> None:
    """Raise `StopConsumer` after the event of a client that has gone."""
    if message.get("type") in DISCONNECTS:
        raise StopConsumer from None


def _refuse(mistake: Any) -> None:
    """Raise `NotAnApplicationError` for what was passed on as an application."""
    from ._routes.applications import refuse  # noqa: PLC0415 # only for a mistake

    refuse(mistake)


class AsyncConsumer:
    """
    The base of all consumers: an ASGI application, one instance per connection.

    Handlers are coroutine functions. They run one at a time, in the order in
    which their events came.
    """

    _sync = False
    channel_layer_alias: str = DEFAULT_CHANNEL_LAYER

    # Off, all of them: docs/limits.md says what they do.
    max_concurrency: int = 1
    disconnect_policy: str = "queue"
    limits: Optional[Limits] = None

    # Set when the consumer is called: before that there is no connection.
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
        limited: Optional[LimitedConnection] = None
        if _has_limits(type(self)):
            from . import _limits  # noqa: PLC0415 # as_asgi() has loaded it

            limited = _limits.limit(self, scope, receive, send)
            if limited is not None:
                receive, send = limited.receive, limited.send
        layer = get_channel_layer(self.channel_layer_alias)
        self.channel_layer = layer  # type: ignore[assignment] # may be None, see the annotation
        sources: list[Callable[[], Awaitable[Message]]] = [receive]
        if layer is not None:
            self.channel_name = await layer.new_channel()
            self.channel_receive = functools.partial(layer.receive, self.channel_name)
            sources.append(self.channel_receive)
        self.base_send = async_to_sync(send) if self._sync else send
        try:
            dispatch_many = limited.run if limited else await_many_dispatch
            if (
                message_handled.receivers
                or connection_opened.receivers
                or connection_closed.receivers
            ):
                from ._observing import await_and_tell  # noqa: PLC0415 # few listen

                await await_and_tell(self, dispatch_many, sources)
            else:
                await dispatch_many(sources, self.dispatch)
        except StopConsumer as end:
            # A handler asked for the end. This is not an error. asgiref's frame that
            # waited for the thread holds it, and its traceback that frame: the whole
            # connection would stay until the garbage collector looks at everything.
            end.__traceback__ = None
        except Exception as error:
            from ._observing import tell_end  # noqa: PLC0415 # only for an error

            tell_end(self, error)
            raise

    async def dispatch(self, message: Message) -> None:
        """
        Close old database connections, then await the handler of *message*.

        Raises:
            ValueError: There is no handler for its type, or no type.
        """
        try:
            handler = _find_handler(self, message)
            await aclose_old_connections()
            await handler(message)
        except _ENDS:
            raise
        except Exception as error:
            hook = _hook_of(self)
            if hook is None:
                raise
            answer = hook(error, message)
            if not inspect.isawaitable(answer):
                raise  # a plain function of the project by the same name
            await answer
            _end_if_last(message)

    async def handle_exception(self, exc: Exception, message: Message) -> None:
        """
        Raise what the handler of *message* has raised, which ends the connection.

        Override it: if it returns, the connection goes on. It is also called for a
        message without a handler, and not for ``StopConsumer``, ``AcceptConnection``
        and ``DenyConnection``. A plain method on a sync consumer.
        """
        raise exc

    async def send(self, message: Message) -> None:
        """Send one event to the client. Subclasses may give it other arguments."""
        await self.base_send(message)

    #: Have asgiref call the class as others do, if it is given the class.
    _asgi_single_callable = True

    if not TYPE_CHECKING:

        def __await__(self) -> NoReturn:
            # Who calls an application awaits what it returns.
            _refuse(type(self))

    @classmethod
    def as_asgi(cls, *called: NoReturn, **initkwargs: Any) -> ConsumerApplication:
        """
        Return an application that makes a new consumer for every connection.

        *initkwargs* go to the constructor, as with Django's ``as_view()``.

        Raises:
            ImproperlyConfigured: A limit has a value that it cannot have.
            NotAnApplicationError: It was passed on in place of what it returns.
        """
        if called:
            _refuse(cls.as_asgi)
            raise TypeError("as_asgi() takes no positional arguments")
        if _has_limits(cls):
            from . import _limits  # noqa: PLC0415 # few projects need it

            _limits.check(cls)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            consumer = cls(**initkwargs)
            return await consumer(scope, receive, send)

        functools.update_wrapper(app, cls, updated=())
        app.__dict__.update(consumer_class=cls, consumer_initkwargs=initkwargs)
        return cast("ConsumerApplication", app)


class SyncConsumer(AsyncConsumer):
    """
    A consumer whose handlers are plain functions.

    They run in Django's thread for synchronous code, so the ORM may be used.
    """

    _sync = True

    @database_sync_to_async
    def dispatch(self, message: Message) -> None:
        """Call the handler of *message*, in the thread for synchronous code."""
        try:
            _find_handler(self, message)(message)
        except _ENDS:
            raise
        except Exception as error:
            hook = _hook_of(self)
            if hook is None:
                raise
            answer = hook(error, message)
            if inspect.iscoroutine(answer):
                answer.close()
                raise  # it would never run
            _end_if_last(message)

    def handle_exception(self, exc: Exception, message: Message) -> None:  # type: ignore[override] # sync here, as the handlers
        """Raise what the handler of *message* has raised. Override it."""
        raise exc

    def send(self, message: Message) -> None:  # type: ignore[override] # sync here, as in Channels
        """Send one event to the client. Subclasses may give it other arguments."""
        self.base_send(message)
