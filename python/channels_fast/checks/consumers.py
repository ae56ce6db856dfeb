"""System checks of consumers: methods that are never called as they are written."""

from __future__ import annotations

import functools
import inspect
from types import FunctionType
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

from django.core import checks

from .._alias import OWN
from .._routes.names import source_of
from ..consumer import AsyncConsumer, SyncConsumer
from ..generic.http import AsyncHttpConsumer
from .written import Sent, Written, read, returns_none, sent_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._routes.walk import Visited

# Arguments by position and by name.
_Call = tuple[tuple[Any, ...], dict[str, Any]]


class Method(NamedTuple):
    """A method that a consumer calls on itself."""

    #: The arguments, as they should be written.
    written: str
    #: The methods that call it. Those of a project may call it differently.
    callers: tuple[str, ...] = ("dispatch",)
    #: How it is called. One way that works is enough.
    calls: tuple[_Call, ...] = ((({},), {}),)


_HANDLER = Method("self, event")
_METHODS = {
    "dispatch": Method("self, message", ("__call__",)),
    "websocket_connect": _HANDLER,
    "websocket_receive": _HANDLER,
    "websocket_disconnect": _HANDLER,
    "http_request": _HANDLER,
    "http_disconnect": _HANDLER,
    "connect": Method("self", ("websocket_connect",), (((), {}),)),
    "accept": Method(
        "self, subprotocol=None, headers=None",
        ("websocket_connect", "connect"),
        (((), {}),),
    ),
    "receive": Method(
        "self, text_data=None, bytes_data=None",
        ("websocket_receive",),
        (((), {"text_data": ""}), ((), {"bytes_data": b""})),
    ),
    "receive_json": Method("self, content, **kwargs", ("websocket_receive", "receive")),
    "decode_json": Method("cls, text_data", ("websocket_receive", "receive")),
    "encode_json": Method("cls, content", ("send_json",)),
    "disconnect": Method("self, code", ("websocket_disconnect",)),
    "handle": Method("self, body", ("http_request",)),
}
_METHODS_OF_HTTP = {
    "disconnect": Method("self", ("http_request", "http_disconnect"), (((), {}),)),
    "send": Method("self, message", ("send_headers", "send_body")),
}


def consumers_in(visits: Iterable[Visited]) -> dict[type[AsyncConsumer], str]:
    """Return the classes of consumers, and where each is found first."""
    found: dict[type[AsyncConsumer], str] = {}
    for visited in visits:
        consumer = getattr(visited.application, "consumer_class", None)
        if inspect.isclass(consumer) and issubclass(consumer, AsyncConsumer):
            found.setdefault(consumer, visited.location)
    return found


def check_consumers(
    consumers: dict[type[AsyncConsumer], str],
) -> Iterator[checks.CheckMessage]:
    """Find methods that cannot be called as they are, and messages for no handler."""
    reading = functools.cache(read)
    sent = {consumer: list(_sent_by(consumer, reading)) for consumer in consumers}
    reported: set[FunctionType] = set()
    for consumer, location in consumers.items():
        for name, method in _methods_of(consumer, sent[consumer]).items():
            function = _function_of(consumer, name)
            if function is None or function in reported:
                continue
            found = _mistake_in(consumer, name, method, function)
            if found:
                reported.add(function)
                number, text, hint = found
                yield checks.Error(
                    f"{location}: {source_of(function)} {text}",
                    hint=hint,
                    id=f"channels_fast.{number}",
                )
    yield from _collisions(consumers, sent)


def _methods_of(
    consumer: type[AsyncConsumer], sent: Iterable[Sent]
) -> dict[str, Method]:
    """Return the methods that *consumer* calls, and handlers of what it sends."""
    found = {
        name: method
        for name, method in _METHODS.items()
        if method is _HANDLER or any(name in vars(cls) for cls in _own(consumer))
    }
    if issubclass(consumer, AsyncHttpConsumer):
        found.update(_METHODS_OF_HTTP)
    for one in sent:
        name = _handler_of(one)
        function = _function_of(consumer, name)
        # With other arguments it may be a method that sends such messages.
        if function and _can_be_called(function, *_HANDLER.calls[0]):
            found.setdefault(name, _HANDLER)
    return found


def _mistake_in(
    consumer: type[AsyncConsumer], name: str, method: Method, function: FunctionType
) -> Optional[tuple[str, str, str]]:
    """Return the number of an error, its text and a hint."""
    if any(_is_of_project(consumer, caller) for caller in method.callers):
        return None
    # `dispatch()` is awaited, also that of a SyncConsumer.
    is_awaited = not issubclass(consumer, SyncConsumer) or name == "dispatch"
    right = f"`{'async def' if is_awaited else 'def'} {name}({method.written})`"
    if not is_awaited and _is_async(function):
        text = "is `async def` in a consumer that does not await it, so it never runs."
    elif is_awaited and not _is_async(function) and returns_none(function):
        text = "is `def` in a consumer that awaits it, and returns nothing to await."
    elif any(_can_be_called(function, *call) for call in method.calls):
        return None
    else:
        text = "cannot be called with the arguments that it gets."
        return "E010", text, f"Write {right}."
    other = _other_kind(consumer)
    derive = f", or derive {consumer.__name__} from {other}" if other else ""
    return "E009", text, f"Write {right}{derive}."


def _function_of(consumer: type[AsyncConsumer], name: str) -> Optional[FunctionType]:
    """Return the method *name* of the project, if it is as it was written."""
    cls = _definer(consumer, name)
    if cls is None or _is_own(cls):
        return None
    function = vars(cls)[name]
    if isinstance(function, classmethod):
        function = function.__func__
    # What a decorator makes may return something to await, or nothing.
    is_plain = type(function) is FunctionType and not vars(function)
    return function if is_plain else None


def _definer(consumer: type[AsyncConsumer], name: str) -> Optional[type]:
    return next((cls for cls in consumer.__mro__ if name in vars(cls)), None)


def _is_of_project(consumer: type[AsyncConsumer], name: str) -> bool:
    cls = _definer(consumer, name)
    return cls is not None and not _is_own(cls)


def _is_own(cls: type) -> bool:
    return cls is object or cls.__module__.partition(".")[0] == OWN


def _is_async(function: FunctionType) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def _can_be_called(
    function: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> bool:
    # Without annotations, which run code when they are looked at.
    bare = FunctionType(
        function.__code__, {}, None, function.__defaults__, function.__closure__
    )
    bare.__kwdefaults__ = function.__kwdefaults__
    try:
        inspect.signature(bare).bind(None, *args, **kwargs)
    except TypeError:
        return False
    return True


def _own(consumer: type[AsyncConsumer]) -> list[type]:
    return [cls for cls in consumer.__mro__ if _is_own(cls)]


def _other_kind(consumer: type[AsyncConsumer]) -> str:
    """Return the name of the base that calls methods of the other kind, if any."""
    base = _own(consumer)[0]
    if base is AsyncHttpConsumer:
        return ""
    if base in (SyncConsumer, AsyncConsumer):
        return "AsyncConsumer" if base is SyncConsumer else "SyncConsumer"
    name = base.__name__
    return name[len("Async") :] if name.startswith("Async") else f"Async{name}"


def _sent_by(
    consumer: type[AsyncConsumer], reading: Callable[[str], Optional[Written]]
) -> Iterator[Sent]:
    for cls in consumer.__mro__:
        written = None if _is_own(cls) else reading(cls.__module__)
        for sent in sent_by(written, cls) if written else ():
            if not _handler_of(sent).startswith("_"):
                yield sent


def _handler_of(sent: Sent) -> str:
    return sent.type.replace(".", "_")


def _collisions(
    consumers: dict[type[AsyncConsumer], str],
    sent_by_consumer: dict[type[AsyncConsumer], list[Sent]],
) -> Iterator[checks.CheckMessage]:
    """Find types of messages that lead to a method which is no handler."""
    reported: set[str] = set()
    for consumer, location in consumers.items():
        for sent in sent_by_consumer[consumer]:
            name = _handler_of(sent)
            cls = _definer(consumer, name)
            if (
                cls is None
                or not _is_own(cls)
                or _METHODS.get(name) is _HANDLER
                # It may be meant for a consumer that has such a handler.
                or any(_is_of_project(other, name) for other in consumers)
                or sent.place in reported
            ):
                continue
            reported.add(sent.place)
            yield checks.Error(
                f"{location}: {sent.place}: a message of the type {sent.type!r} calls "
                f"{cls.__name__}.{name}(), which is no handler.",
                hint=f"Give it a type that is no method, such as 'group.{sent.type}', "
                f"and {consumer.__name__} a method group_{name}(self, event).",
                id="channels_fast.E010",
            )
