"""What cannot be had from Django by asking."""

from __future__ import annotations


def monkeypatch_django() -> None:
    """
    Make the ``runserver`` of ``django.contrib.staticfiles`` start the ASGI server.

    Two applications bring a ``runserver``, and the one that stands first in
    ``INSTALLED_APPS`` wins. If that is staticfiles, its command has to inherit
    from the one of this package to be more than a WSGI server.
    """
    from django.contrib.staticfiles.management.commands.runserver import (  # noqa: PLC0415  commands are imported when they are needed
        Command as StaticRunserverCommand,
    )

    from .management.commands.runserver import (  # noqa: PLC0415  as above
        Command as RunserverCommand,
    )

    StaticRunserverCommand.__bases__ = (RunserverCommand,)
