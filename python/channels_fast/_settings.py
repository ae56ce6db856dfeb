"""Settings that are read for each connection."""

from __future__ import annotations

from typing import Any

from django.conf import Settings, settings

# PERF: Django's object is slow to ask, but keeps here what it was asked for, until the
# settings change. It empties this dict then, and never replaces it.
_kept: dict[str, Any] = vars(settings)


def get_setting(name: str) -> Any:
    """
    Return the setting *name* as it is now.

    Raises:
        AttributeError: There is no such setting.
    """
    try:
        return _kept[name]
    except KeyError:
        return getattr(settings, name)


def find_setting(name: str, default: Any) -> Any:
    """Return the setting *name* as it is now, or *default* if there is none."""
    try:
        return _kept[name]
    except KeyError:
        pass
    # PERF: an object of plain attributes inside of Django's, which would raise and
    # catch an error for each setting that is not there.
    wrapped = _kept.get("_wrapped")
    if type(wrapped) is Settings:
        return getattr(wrapped, name, default)
    return getattr(settings, name, default)
