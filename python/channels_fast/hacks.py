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

    from .management.commands.runserver import (  # noqa: PLC0415  as above
        Command as RunserverCommand,
    )

    StaticRunserverCommand.__bases__ = (RunserverCommand,)


def hand_over_runserver() -> None:
    """
    Leave ``runserver`` to Daphne, wherever it stands in ``INSTALLED_APPS``.

    Channels 4 has no such command, so projects list the two in either order, and
    Django runs the ``Command`` of whichever comes first.
    """
    try:
        from daphne.management.commands.runserver import (  # type: ignore[import-untyped]  # noqa: PLC0415  as above
            Command as DaphneCommand,
        )
    except ImportError:
        return  # older than 4, so it has none

    from .management.application import (  # noqa: PLC0415  as above
        ApplicationCommand,
    )
    from .management.commands import runserver  # noqa: PLC0415  as above

    if not issubclass(DaphneCommand, ApplicationCommand):
        DaphneCommand.__bases__ = (ApplicationCommand, *DaphneCommand.__bases__)
    runserver.Command = DaphneCommand  # type: ignore[misc]  # it is a class to Django only
