"""A system check of the server that a developer starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import checks
from django.core.management import get_commands, load_command_class
from django.core.management.commands.runserver import Command as RunserverCommand

from .._routes.describe import ends_of
from .._routes.names import name_of
from .._routes.walk import is_router
from .places import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._routes.walk import Visited

# Packages whose command is a server of ASGI, or says why it is none.
_OF_ASGI = ("channels_fast.", "daphne.")
# What a command overrides that may start another server.
_STARTS = ("execute", "get_handler", "handle", "inner_run", "run")


def check_runserver(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find routes of WebSockets that ``manage.py runserver`` does not serve."""
    if not settings.DEBUG:
        return  # nobody develops with these settings
    sockets = [end for end in ends_of(visits) if _has_key_for_websockets(end)]
    if not sockets:
        return
    try:
        source: Any = get_commands()["runserver"]
        is_loaded = not isinstance(source, str)
        command = source if is_loaded else load_command_class(source, "runserver")
    except Exception:  # the command itself will say it
        return
    if _is_of_wsgi(type(command)):
        name = name_of(command)
        yield checks.Warning(
            f"{place_of(sockets[0])}: `manage.py runserver` does not serve it. Its "
            f"command is {name}, which has no WebSockets.",
            hint='Install Daphne and put "daphne" at the top of INSTALLED_APPS, or '
            "start another server of ASGI, such as uvicorn.",
            id="channels_fast.W007",
        )


def _has_key_for_websockets(visited: Visited) -> bool:
    return not is_router(visited.application) and any(
        step.name == "type" and step.key == "websocket" for step in visited.steps
    )


def _is_of_wsgi(command: type[Any]) -> bool:
    if not issubclass(command, RunserverCommand):
        return False
    for cls in command.__mro__:
        if cls.__module__.startswith(_OF_ASGI):
            return False
        is_of_project = not cls.__module__.startswith("django.")
        if (
            cls is not object
            and is_of_project
            and not vars(cls).keys().isdisjoint(_STARTS)
        ):
            return False
    return True
