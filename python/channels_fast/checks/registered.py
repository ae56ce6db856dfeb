"""The checks that Django knows of. They import the project when they are run."""

from __future__ import annotations

import importlib
import sys
import traceback
from typing import Any

from django.conf import settings
from django.core import checks, mail

from .._routes import compile as compiling
from ..layers import InMemoryChannelLayer, channel_layers
from ..routing import get_default_application
from .applications import (
    check_applications,
    check_consumers,
    check_origin_validators,
    check_origins,
)
from .routes import check_captures, check_routes
from .urlconf import check_urlconf
from .walk import walk

#: For ``manage.py check --tag channels``.
TAG = "channels"

# The files that take part in the import and have no line of the project.
_FILES_OF_THE_IMPORT = {
    __file__,
    importlib.__file__,
    get_default_application.__code__.co_filename,
}


def check_router(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Say why routes are not compiled in this process."""
    if not compiling.WHY_NOT_COMPILED:
        return []
    return [
        checks.Info(
            f"Routes are matched by Python: {compiling.WHY_NOT_COMPILED}.",
            hint="They give the same answers, slower. The packages for CPython have "
            "the compiled part: pip install --force-reinstall channels_fast",
            id="channels_fast.I002",
        )
    ]


def check_layers(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Find layers in the memory of one process, which production rarely has."""
    if settings.DEBUG:
        return []
    return [
        checks.Warning(
            f"The channel layer {alias!r} is in the memory of one process.",
            hint="A group in it has no members of other processes. "
            "channels_redis.core.RedisChannelLayer reaches them.",
            id="channels_fast.W010",
        )
        for alias, config in channel_layers.configs.items()
        if str(config.get("BACKEND", "")).endswith(f".{InMemoryChannelLayer.__name__}")
    ]


def check_application(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Check everything behind the setting ``ASGI_APPLICATION``."""
    if not _can_import():
        return []
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


def check_application_for_deployment(
    app_configs: Any, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Find WebSockets that pages of other sites can open in a visitor's name."""
    if not _can_import():
        return []
    try:
        application = get_default_application()
    except Exception:  # `check_application()` reports it
        return []
    return list(check_origin_validators(walk(application, "ASGI_APPLICATION")))


def _can_import() -> bool:
    """
    Return whether there is an application that may be imported now.

    A live test adds its host to ``ALLOWED_HOSTS``, and validators of the origin
    keep what they find there when ``asgi.py`` is imported. So the checks of
    ``manage.py test`` must not be the first to import it.
    """
    name = getattr(settings, "ASGI_APPLICATION", None)
    if not name:
        return False
    # `setup_test_environment()` of Django makes the outbox.
    return not hasattr(mail, "outbox") or str(name).rpartition(".")[0] in sys.modules


def _not_imported(error: Exception) -> checks.CheckMessage:
    """Report the *error* at the bottom, with the line of the project that raised it."""
    cause = error.__cause__ or error
    text = f"{type(cause).__name__}: {cause}"
    for frame in reversed(traceback.extract_tb(cause.__traceback__)):
        file = frame.filename
        if not file.startswith("<") and file not in _FILES_OF_THE_IMPORT:
            text += f" ({file}, line {frame.lineno})"
            break
    return checks.Warning(
        f"ASGI_APPLICATION {settings.ASGI_APPLICATION!r} cannot be loaded: {text}",
        hint='Write "package.module.name" of an ASGI application that can be imported.',
        id="channels_fast.W016",
    )


def register() -> None:
    """Register the checks, some of them for ``check --deploy`` only."""
    checks.register(check_router, TAG)
    checks.register(check_application, TAG)
    checks.register(check_urlconf, TAG)
    checks.register(check_layers, TAG, deploy=True)
    checks.register(check_application_for_deployment, TAG, deploy=True)
