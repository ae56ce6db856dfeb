"""What ``ASGI_APPLICATION`` leads to, once it is imported."""

from __future__ import annotations

import contextlib
import importlib
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import checks

from .._routes.walk import walk
from ..routing import get_default_application
from .applications import check_applications
from .consumers import check_consumers, consumers_in
from .layers import check_layers
from .origins import check_origin_validators, check_origins
from .routes import check_captures, check_routes
from .unimported import not_loaded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What takes part in the import and has no line of the project.
_PACKAGE = Path(__file__).parents[1]


def check_imported() -> list[checks.CheckMessage]:
    """Import the application and check everything behind it."""
    threads = set(threading.enumerate())
    try:
        visits = list(walk(imported_application(), "ASGI_APPLICATION"))
        consumers = consumers_in(visits)
        return [
            *_started(set(threading.enumerate()) - threads),
            *check_applications(visits),
            *check_consumers(consumers),
            *check_layers(consumers),
            *check_routes(visits),
            *check_captures(visits),
            *check_origins(visits),
        ]
    # Whatever the project raises, or because it gives up: a check must not end the
    # command. An application may also be made when it is looked at.
    except (Exception, SystemExit) as error:
        return [not_imported(error)]


def check_imported_for_deployment() -> Iterator[checks.CheckMessage]:
    """Find WebSockets that pages of other sites can open in a visitor's name."""
    # `check_imported()` reports an error.
    with contextlib.suppress(Exception, SystemExit):
        yield from check_origin_validators(
            walk(imported_application(), "ASGI_APPLICATION")
        )


def imported_application() -> Any:
    """Return the application; whatever the project raises goes on."""
    # `django.setup()` in asgi.py configures logging once more, which by default
    # switches off all loggers that there are.
    configured = settings.LOGGING_CONFIG
    settings.LOGGING_CONFIG = None
    try:
        return get_default_application()
    finally:
        settings.LOGGING_CONFIG = configured


def _started(threads: Iterable[threading.Thread]) -> Iterator[checks.CheckMessage]:
    """Find why a command that has imported the application may not end."""
    for thread in threads:
        if not thread.daemon:
            yield checks.Warning(
                f"ASGI_APPLICATION {settings.ASGI_APPLICATION!r} starts the thread "
                f"{thread.name!r} when it is imported.",
                hint="`manage.py check` does not end before that thread. Start it with "
                "`daemon=True`, or when the server has started.",
                id="channels_fast.W018",
            )


def not_imported(error: BaseException) -> checks.CheckMessage:
    """Report the *error* at the bottom, with the line of the project that raised it."""
    cause = error.__cause__ or error
    reason = f"{type(cause).__name__}: {cause}"
    for frame in reversed(traceback.extract_tb(cause.__traceback__)):
        file = frame.filename
        is_ours = file == importlib.__file__ or _PACKAGE in Path(file).parents
        if not is_ours and not file.startswith("<"):
            return not_loaded(reason, file, frame.lineno)
    return not_loaded(reason)
