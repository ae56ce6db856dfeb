"""The Django application, for ``INSTALLED_APPS``."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import AppConfig

from .hacks import monkeypatch_django


class ChannelsConfig(AppConfig):
    """Makes ``runserver`` speak ASGI where Daphne is installed."""

    name = "channels_fast"
    verbose_name = "Channels"

    def ready(self) -> None:
        # The server itself is imported when it is started: most processes never
        # start it, and it brings Twisted along.
        if find_spec("daphne") is not None:
            monkeypatch_django()
