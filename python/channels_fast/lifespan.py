"""What runs around the life of a server process (ASGI, Lifespan Protocol)."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any, Callable, Union

from ._typing import Receive, Scope, Send

#: An async context manager, or a function that returns one.
Context = Union[
    AbstractAsyncContextManager[Any], Callable[[], AbstractAsyncContextManager[Any]]
]


class Lifespan:
    """
    An application for the key "lifespan": it enters *contexts* when the server starts.

    Each worker process enters them once, in order, before it accepts a connection, and
    leaves them in reverse order when it shuts down. A dict that one of them yields is
    added to ``scope["state"]``, which every connection of the process finds in its
    scope::

        @contextlib.asynccontextmanager
        async def broker():
            async with connect_to_broker() as connection:
                yield {"broker": connection}

        application = ProtocolTypeRouter({
            "lifespan": Lifespan([broker]),
            # ...
        })

    An error of a context ends the start, and is shown by the server. Daphne knows
    no lifespan: under it, no context is entered.

    Args:
        contexts: Async context managers, or functions that return them, such as those
            that ``contextlib.asynccontextmanager`` makes.
    """

    def __init__(self, contexts: Iterable[Context] = ()) -> None:
        self.contexts = list(contexts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Enter the contexts, wait for the end of the process, and leave them.

        Raises:
            Exception: Whatever a context raises.
        """
        stage = "startup"
        await receive()
        try:
            async with AsyncExitStack() as stack:
                for context in self.contexts:
                    manager: Any = context
                    if not hasattr(type(context), "__aenter__"):
                        manager = manager()
                    _share(scope, context, await stack.enter_async_context(manager))
                await send({"type": "lifespan.startup.complete"})
                await receive()
                stage = "shutdown"
            if stage == "startup":
                raise RuntimeError(
                    "Lifespan: a context has hidden the error of another."
                )
        except Exception:
            text = traceback.format_exc()
            await send({"type": f"lifespan.{stage}.failed", "message": text})
            raise
        await send({"type": "lifespan.shutdown.complete"})


def _share(scope: Scope, context: Any, state: Any) -> None:
    """
    Add what *context* yields to the state that connections get.

    Raises:
        TypeError: It is neither a dict nor None.
        RuntimeError: The server hands no state on.
    """
    if state is None:
        return
    name = getattr(context, "__qualname__", type(context).__qualname__)
    if not isinstance(state, Mapping):
        raise TypeError(
            f"Lifespan: {name} yields {type(state).__name__!r}. Yield a dict, which is "
            'added to scope["state"], or nothing.'
        )
    if "state" not in scope:
        raise RuntimeError(
            f"Lifespan: {name} yields a dict, and this server has no lifespan state to "
            "put it into. Yield nothing, and keep the value in a module."
        )
    scope["state"].update(state)
