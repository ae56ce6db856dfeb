"""The Django application, for ``INSTALLED_APPS``."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig, apps

from . import install
from .hacks import monkeypatch_daphne, monkeypatch_django


class ChannelsConfig(AppConfig):
    """
    Makes this package what Django and other packages know as ``channels``.

    The switch is in the constructor, which Django calls for ``INSTALLED_APPS``
    only: importing this module, or only the router, changes nothing.
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
        # Other packages ask for `apps.is_installed("channels")`.
        super().__init__("channels", app_module)

    def ready(self) -> None:
        """Register the checks, and make ``runserver`` speak ASGI if Daphne is there."""
        from . import checks  # noqa: PLC0415 # they read settings, ready only now

        checks.register()
        # Once more, for hooks that wait for an import of what was imported since.
        install()
        # Where Daphne is listed, the command is Daphne's, as with Channels 4.
        if apps.is_installed("daphne"):
            monkeypatch_daphne()
        elif find_spec("daphne") is not None:
            monkeypatch_django()
