"""The types of ASGI, named as the specification names them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Protocol, TypeVar, Union

    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    User = Union[AbstractBaseUser, AnonymousUser]
    Returned = TypeVar("Returned")

    class ConsumerApplication(Protocol):
        """
        What ``as_asgi()`` returns.

        The stubs of Django let ``path()`` lead to it, since it may return anything.
        """

        consumer_class: Any
        consumer_initkwargs: dict[str, Any]

        def __call__(
            self, scope: Scope, receive: Receive, send: Send
        ) -> Coroutine[Any, Any, Any]: ...

else:
    # Models can be imported when Django has loaded the applications, and not before.
    User = Any
    # To make a protocol takes as long as to import three modules.
    ConsumerApplication = Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: An application that a project gives. Its three arguments may be described by the
#: types above, by those of ``asgiref.typing``, or by a server's.
Application = Callable[[Any, Any, Any], Awaitable[Any]]

#: Pairs of text or bytes, or a dict of them.
Headers = Iterable[Any]

#: The types of the last event that a client causes.
DISCONNECTS = ("websocket.disconnect", "http.disconnect")


def overridable(method: Callable[..., Returned]) -> Callable[..., Returned]:
    """
    Let a subclass name and leave out parameters as it likes, for type checkers.

    The tutorial has ``receive(self, text_data)`` and ``disconnect(self, close_code)``.
    """
    return method
