"""System checks of what the routes lead to: consumers, middleware and the rest."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from django.core import checks

from .._routes.applications import (
    is_uncalled,
    is_view,
    mistake_in,
    takes_scope_only,
)
from .._routes.names import source_of
from .._routes.router import Router
from ..consumer import AsyncConsumer
from ..http import HandlerByDefault
from .middleware import MIDDLEWARE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._routes.walk import Visited


def check_applications(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find what is not an application, or one of a kind that fails later."""
    for visited in visits:
        application = visited.application
        mistake = mistake_in(application)
        if mistake:
            outer = visited.ancestors[-1:]
            if outer and not isinstance(outer[0], (Router, *MIDDLEWARE)):
                continue  # middleware of the project may ask for a class
            text, hint = mistake
            yield checks.Error(
                f"{visited.location}: {text}",
                hint=hint,
                id=f"channels_fast.{_number_of(application)}",
            )
        elif isinstance(application, AsyncConsumer):
            name = type(application).__name__
            yield checks.Warning(
                f"{visited.location}: one object of {source_of(application)} serves "
                "all connections.",
                hint="Each connection overwrites what the others keep in it. "
                f"Write {name}.as_asgi(), which makes an object for each.",
                id="channels_fast.W015",
            )
        elif isinstance(application, HandlerByDefault):
            yield checks.Warning(
                f'{application.made_at}: a ProtocolTypeRouter without an "http" key. '
                "The views of Django answer HTTP.",
                hint='Write "http": get_asgi_application() to keep that. Channels 4 '
                "refuses HTTP without the key; an application that answers 404 does.",
                id="channels_fast.W006",
            )
        elif takes_scope_only(application):
            yield _of_asgi_2(visited)


def _number_of(mistaken: Any) -> str:
    """Return the number of the error that `mistake_in` has found."""
    if is_uncalled(mistaken):
        return "E002"
    if is_view(mistaken):
        return "E003"
    return "E001" if inspect.isclass(mistaken) else "E004"


def _of_asgi_2(visited: Visited) -> checks.CheckMessage:
    name = source_of(visited.application)
    hint = (
        "Make it a single callable, `async def __call__(self, scope, receive, send)`, "
        "or pass `.as_asgi()` of a consumer."
    )
    outer = type(visited.ancestors[-1]) if visited.ancestors else None
    # Middleware of the project may call what it wraps differently.
    calls = {kind.__call__ for kind in MIDDLEWARE}
    if getattr(outer, "__call__", None) not in calls:  # noqa: B004 # which, not whether
        return checks.Warning(
            f"{visited.location}: {name} is an application of ASGI 2, which is "
            "deprecated.",
            hint=hint,
            id="channels_fast.W014",
        )
    return checks.Error(
        f"{visited.location}: {name} is an application of ASGI 2, which middleware "
        "cannot call.",
        hint=hint,
        id="channels_fast.E004",
    )
