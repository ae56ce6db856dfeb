"""What is told of a connection: signals while it lasts, a log record if it fails."""

from __future__ import annotations

import logging
import reprlib
import traceback
from collections.abc import Awaitable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any, Callable, Optional

import django
from django.dispatch import Signal
from django.urls.exceptions import Resolver404

from ._log import OncePerMinute
from .exceptions import StopConsumer
from .signals import connection_closed, connection_opened, message_handled
from .utils import name_that_thing

if TYPE_CHECKING:
    from ._typing import Message
    from .utils import Dispatch, Source

    DispatchMany = Callable[[Sequence[Source], Dispatch], Awaitable[None]]

logger = logging.getLogger("channels_fast.consumer")
_lines = OncePerMinute(logging.getLogger("channels_fast.signals"))

# On one line, and not as long as a client likes.
_shown = reprlib.Repr()
_shown.maxother = 300

# Later ones log what a receiver raises.
_DJANGO_IS_SILENT = django.VERSION < (3, 2)


def send_safely(signal: Signal, sender: Any, **named: Any) -> None:
    """Send *signal*, whatever its receivers do."""
    if not signal.receivers:
        return
    try:
        answers = signal.send_robust(sender, **named)
    except Exception as error:  # an async receiver
        warn = _lines.turn_of(id(signal))
        if warn:
            warn("A signal cannot be sent: %r. Receivers are plain functions.", error)
        return
    for receiver, answer in answers:
        if _DJANGO_IS_SILENT and isinstance(answer, Exception):
            text = "Error calling %s: %s"
            _lines.logger.error(text, receiver, answer, exc_info=answer)


async def await_and_tell(
    consumer: Any, dispatch_many: DispatchMany, sources: Sequence[Source]
) -> None:
    """
    Dispatch the messages of *sources* to *consumer*, and send the signals.

    Args:
        dispatch_many: Does what ``await_many_dispatch()`` does.
    """
    sender = type(consumer)
    code: Optional[int] = None
    failure: Optional[BaseException] = None

    async def dispatch(message: Message) -> None:
        nonlocal code
        error: Optional[BaseException] = None
        began = perf_counter()
        try:
            await consumer.dispatch(message)
        except StopConsumer:
            raise
        except BaseException as raised:
            error = raised
            raise
        finally:
            if isinstance(message, Mapping):
                if message.get("type") == "websocket.disconnect":
                    code = message.get("code")
                send_safely(
                    message_handled,
                    sender,
                    consumer=consumer,
                    message=message,
                    handler=_handler_of(consumer, message),
                    duration=perf_counter() - began,
                    exception=error,
                )
            del error  # its traceback holds this frame

    send_safely(connection_opened, sender, consumer=consumer)
    began = perf_counter()
    try:
        await dispatch_many(sources, dispatch)
    except StopConsumer:
        raise
    except BaseException as raised:
        failure = raised
        raise
    finally:
        send_safely(
            connection_closed,
            sender,
            consumer=consumer,
            duration=perf_counter() - began,
            code=code,
            exception=failure,
        )
        del failure  # its traceback holds this frame


def _handler_of(consumer: Any, message: Mapping[str, Any]) -> Optional[str]:
    """Return the name of the method for *message*, if its class has one."""
    name = str(message.get("type")).replace(".", "_")
    return name if callable(getattr(type(consumer), name, None)) else None


def tell_end(consumer: Any, error: Exception) -> None:
    """
    Log where *error* comes from, which ends the connection.

    The server logs the traceback, and knows neither the consumer nor the route. So this
    is a warning: trackers report each record of an error by itself.
    """
    if isinstance(error, Resolver404):
        return  # A router goes on with the next route.
    handler, sends = _found_in(error, consumer)
    if sends and isinstance(error, OSError):
        return  # The client has gone (ASGI, HTTP & WebSocket 2.4), as clients do.
    scope = consumer.scope if isinstance(consumer.scope, Mapping) else {}
    url_route = scope.get("url_route")
    known = {
        "consumer": name_that_thing(type(consumer)),
        "handler": handler,
        "route": url_route.get("route") if isinstance(url_route, Mapping) else None,
        "path": scope.get("path"),
        "client": scope.get("client"),
        "channel_name": getattr(consumer, "channel_name", None),
    }
    arguments = (
        "%s raised %s (route %r, client %s)",
        ".".join(filter(None, (known["consumer"], handler))),
        # Who keeps the record must not keep the error, and with it the consumer.
        _shown.repr(error),
        known["route"],
        known["client"],
    )
    try:
        logger.warning(*arguments, extra=known)
    except KeyError:  # the project's own records have one of these names
        logger.warning(*arguments)


def _found_in(error: Exception, consumer: Any) -> tuple[Optional[str], bool]:
    """Return the handler in the traceback of *error*, and whether it was sending."""
    handler, sends = None, False
    for frame, _ in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        # Before Python 3.13 a frame that was asked keeps its local variables, so not
        # that of `__call__`, which has the error.
        if code.co_name != "send" and "message" not in code.co_varnames:
            continue
        if frame.f_locals.get("self") is consumer:
            message = frame.f_locals.get("message")
            if handler is None and isinstance(message, Mapping):
                handler = _handler_of(consumer, message)
            sends = sends or code.co_name == "send"
    return handler, sends
