"""Monkeypatches for what Django has no API for."""

from __future__ import annotations


def monkeypatch_django() -> None:
    """
    Make the ``runserver`` of ``django.contrib.staticfiles`` start the ASGI server.

    Two applications have a ``runserver``, and the first one in ``INSTALLED_APPS``
    wins. If that is staticfiles, its command has to inherit from the one of this
    package to be more than a WSGI server.
    """
    from django.contrib.staticfiles.management.commands.runserver import (  # noqa: PLC0415  commands are imported when they are needed
        Command as StaticRunserverCommand,
    )

    from .management.commands.runserver import AsgiCommand  # noqa: PLC0415  as above

    StaticRunserverCommand.__bases__ = (AsgiCommand,)
