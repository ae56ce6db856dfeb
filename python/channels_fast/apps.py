"""The Django application, for ``INSTALLED_APPS``."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig, apps

from . import install
from .hacks import hand_over_runserver, monkeypatch_django


class ChannelsConfig(AppConfig):
    """
    Makes this package what Django and other packages know as ``channels``.

    The switch is in the constructor, which Django calls for ``INSTALLED_APPS``
    only: who imports this module, or nothing but the router, has changed nothing.
    """

    name = "channels_fast"
    label = "channels"
    verbose_name = "Channels"

    def __init__(self, app_name: str, app_module: Any) -> None:
        """
        Call :func:`channels_fast.install`.

        Raises:
            RuntimeError: The real ``channels`` was imported already.
        """
        install()
        # Others ask `apps.is_installed("channels")`, and nobody for the other name.
        super().__init__("channels", app_module)

    def ready(self) -> None:
        """Register the checks, and make ``runserver`` speak ASGI if Daphne is there."""
        # They read settings, so they are imported no sooner than now.
        from . import checks  # noqa: PLC0415

        checks.register()
        # The server itself is imported when it is started: most processes never
        # start it, and it brings Twisted along.
        if find_spec("daphne") is None:
            return
        if apps.is_installed("daphne"):
            hand_over_runserver()
        else:
            monkeypatch_django()
