"""System checks of what the setting ``ASGI_APPLICATION`` leads to."""

from __future__ import annotations

import importlib
import traceback

from django.conf import settings
from django.core import checks

from ..routing import get_default_application
from .applications import (
    check_applications,
    check_consumers,
    check_origin_validators,
    check_origins,
)
from .routes import check_captures, check_routes
from .walk import walk

# The files that take part in the import and have no line of the project.
_FILES_OF_THE_IMPORT = {
    __file__,
    importlib.__file__,
    get_default_application.__code__.co_filename,
}


def check() -> list[checks.CheckMessage]:
    """Return what is wrong in any environment."""
    try:
        application = get_default_application()
    except Exception as error:  # whatever the project raises while it is imported
        return [_not_imported(error)]
    visits = list(walk(application, "ASGI_APPLICATION"))
    return [
        *check_applications(visits),
        *check_consumers(visits),
        *check_routes(visits),
        *check_captures(visits),
        *check_origins(visits),
    ]


def check_for_deployment() -> list[checks.CheckMessage]:
    """Return what is wrong in production only."""
    try:
        application = get_default_application()
    except Exception:  # `check()` reports it
        return []
    return list(check_origin_validators(walk(application, "ASGI_APPLICATION")))


def _not_imported(error: Exception) -> checks.CheckMessage:
    """Report the *error* at the bottom, with the line of the project that raised it."""
    cause = error.__cause__ or error
    text = f"{type(cause).__name__}: {cause}"
    frames = [
        frame
        for frame in traceback.extract_tb(cause.__traceback__)
        if not frame.filename.startswith("<")
        and frame.filename not in _FILES_OF_THE_IMPORT
    ]
    if frames:
        text += f" ({frames[-1].filename}, line {frames[-1].lineno})"
    return checks.Warning(
        f"ASGI_APPLICATION {settings.ASGI_APPLICATION!r} cannot be loaded: {text}",
        hint='Write "package.module.name" of an ASGI application that can be imported.',
        id="channels_fast.W016",
    )
