"""What ``ASGI_APPLICATION`` leads to, once it is imported."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import checks

from .._routes.languages import Languages
from .._routes.walk import walk
from ..routing import get_default_application
from .applications import check_applications
from .arguments import check_arguments
from .consumers import check_consumers, consumers_in
from .entries import check_entries
from .layers import check_layers
from .loading import not_imported, not_looked_at
from .origins import check_origin_validators, check_origins
from .routes import check_routes
from .servers import check_runserver
from .shadows import check_shadows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def check_imported() -> list[checks.CheckMessage]:
    """Import the application and check everything behind it."""
    threads = set(threading.enumerate())
    try:
        application = imported_application()
    except Exception as error:
        return [not_imported(error)]
    except SystemExit as error:  # it may want to be imported by a server only
        return [not_looked_at(error)]
    try:
        visits = list(walk(application, "ASGI_APPLICATION"))
        consumers = consumers_in(visits)
        languages = Languages()
        return [
            *_started(set(threading.enumerate()) - threads),
            *check_applications(visits),
            *check_consumers(consumers),
            *check_layers(consumers),
            *check_entries(visits),
            *check_routes(visits, languages),
            *check_shadows(visits, languages),
            *check_arguments(visits),
            *check_origins(visits),
            *check_runserver(visits),
        ]
    except (Exception, SystemExit) as error:  # it may be made when it is looked at
        return [not_looked_at(error)]


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
