"""System checks of Django: what works, but not as it may be meant to."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core import checks, mail

from ._routes import compile as compiling
from .layers import InMemoryChannelLayer, channel_layers

#: For ``manage.py check --tag channels``.
TAG = "channels"


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
    """Find layers in the memory of one process among the settings for many."""
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
    if not getattr(settings, "ASGI_APPLICATION", None) or _is_too_early():
        return []
    # PERF: brings sessions, users and consumers along.
    from . import _check_asgi  # noqa: PLC0415

    return _check_asgi.check()


def check_application_for_deployment(
    app_configs: Any, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Find WebSockets that pages of other sites can open in a visitor's name."""
    if not getattr(settings, "ASGI_APPLICATION", None) or _is_too_early():
        return []
    from . import _check_asgi  # noqa: PLC0415 # as above

    return _check_asgi.check_for_deployment()


def _is_too_early() -> bool:
    """
    Tell if tests are about to run that may change the settings yet.

    A live test adds its host to ``ALLOWED_HOSTS``, and validators of the origin
    keep what they find there when ``asgi.py`` is imported. So the checks of
    ``manage.py test`` must not be the first to import it.
    """
    module = str(settings.ASGI_APPLICATION).rpartition(".")[0]
    # `setup_test_environment()` of Django makes the outbox.
    return hasattr(mail, "outbox") and module not in sys.modules


def register() -> None:
    """Register the checks, some of them for ``check --deploy`` only."""
    checks.register(check_router, TAG)
    checks.register(check_application, TAG)
    checks.register(check_layers, TAG, deploy=True)
    checks.register(check_application_for_deployment, TAG, deploy=True)
