"""
Django's own URLs, resolved by the compiled table.

Put ``"channels_fast.urls"`` into ``INSTALLED_APPS``, or call `install()`. Nothing else
of this package is needed for it, and nothing else switches it on.
"""

from __future__ import annotations

import django

__all__ = ["describe", "install", "uninstall"]

if django.VERSION < (3, 2):
    # Later versions find it by themselves, and warn of this.
    default_app_config = "channels_fast.urls.apps.UrlsConfig"


def install() -> None:
    """
    Let ``URLResolver.resolve`` answer from compiled tables.

    A second call changes nothing. Where it cannot be done, Django goes on as it is, and
    `describe()` and the log say why.
    """
    from . import _hook  # noqa: PLC0415  Django's settings may come later

    _hook.install()


def uninstall() -> None:
    """Give Django its own functions back."""
    from . import _hook  # noqa: PLC0415  as above

    _hook.uninstall()


def describe() -> str:
    """Say in a sentence whether compiled tables answer, and why if they do not."""
    from . import _hook  # noqa: PLC0415  as above

    return _hook.describe()
