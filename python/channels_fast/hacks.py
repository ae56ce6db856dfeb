"""Monkeypatches for what Django has no API for."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_STATIC_RUNSERVER = "django.contrib.staticfiles.management.commands.runserver"


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


def monkeypatch_django_when_needed() -> None:
    """Call ``monkeypatch_django()`` when something imports that command."""
    if _STATIC_RUNSERVER in sys.modules:
        monkeypatch_django()
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """
    Finds the ``runserver`` of staticfiles, and patches it when it is loaded.

    Loading it beforehand would cost each process 20 milliseconds, and few need it.
    """

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return the spec that the other finders have for it."""
        if fullname != _STATIC_RUNSERVER:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                monkeypatch_django()

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
