"""Helpers that are part of Channels' public API."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, Callable

from ._loop import serve_many

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from ._typing import Message


def name_that_thing(thing: Any) -> str:
    """
    Return the dotted path of a function or class.

    An instance, or anything else without a name of its own, answers with the
    path of its class. So does a bound method.
    """
    if hasattr(thing, "im_class"):
        # A mock answers every attribute with another mock, without end.
        if hasattr(thing, "mock_calls"):
            return "<mock>"
        return f"{name_that_thing(thing.im_class)}.{thing.im_func.func_name}"
    if not hasattr(thing, "__name__"):
        return name_that_thing(thing.__class__)
    # A named object that is neither a function nor a class, such as a partial
    # that was given a name, is described by its class.
    if not isinstance(thing, (types.FunctionType, types.MethodType, type)):
        return name_that_thing(thing.__class__)
    if isinstance(thing, types.MethodType):
        return name_that_thing(thing.__self__)
    return f"{thing.__module__}.{thing.__name__}"


async def await_many_dispatch(
    consumer_callables: Sequence[Callable[[], Awaitable[Message]]],
    dispatch: Callable[[Message], Awaitable[Any]],
) -> None:
    """
    Read from many sources at once and pass what comes to *dispatch*.

    One message is dispatched at a time, in the order of the sources. A source
    is read again only after its message was dispatched. Ends with the first
    exception of a source or of *dispatch*; all reads are cancelled then.
    """
    await serve_many(consumer_callables, dispatch)
