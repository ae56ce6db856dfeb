"""Settings that are read for each connection."""

from __future__ import annotations

from typing import Any

from django.conf import settings


def get_setting(name: str) -> Any:
    """
    Return the setting *name* as it is now.

    Raises:
        AttributeError: There is no such setting.
    """
    try:
        # PERF: Django's object is slow to ask, but keeps what it was asked for, until
        # the settings change.
        return object.__getattribute__(settings, name)
    except AttributeError:
        return getattr(settings, name)
