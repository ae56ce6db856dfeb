"""
Django's own URLs, resolved by the compiled table and reversed with kept checks.

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
    Let ``URLResolver.resolve`` answer from compiled tables, and speed ``reverse()`` up.

    A second call changes nothing. Where one of them cannot be done, Django goes on as
    it is there, and `describe()` and the log say why.

    With ``CHANNELS_FAST_URLS=check`` in the environment Django answers, and what this
    package would have answered is compared. With ``off`` nothing is changed.

    Raises:
        ImproperlyConfigured: The variable says something else.
    """
    from . import _compare, _hook, _reverse  # noqa: PLC0415 # settings may come later

    if _compare.mode() == "off":
        return
    _hook.install()
    _reverse.install()


def uninstall() -> None:
    """Give Django its own functions back."""
    from . import _hook, _reverse  # noqa: PLC0415 # as above

    _hook.uninstall()
    _reverse.uninstall()


def describe() -> str:
    """Say who resolves and who reverses, and why if that is Django itself."""
    from . import _compare, _hook, _reverse  # noqa: PLC0415 # as above

    if _compare.mode() == "off":
        return f"Django resolves and reverses its URLs: {_compare.VARIABLE} is off."
    return f"{_hook.describe()} {_reverse.describe()}"
