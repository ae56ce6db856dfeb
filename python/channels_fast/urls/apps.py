"""The Django application, for ``INSTALLED_APPS``."""

from __future__ import annotations

from django.apps import AppConfig

from . import install


class UrlsConfig(AppConfig):
    """Lets compiled tables answer for Django's URLs."""

    name = "channels_fast.urls"
    label = "channels_fast_urls"
    verbose_name = "Channels: URLs"

    def ready(self) -> None:
        """Call :func:`channels_fast.urls.install`, and register its check."""
        from ._checks import register  # noqa: PLC0415 # only where it is installed

        install()
        register()
