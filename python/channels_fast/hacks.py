"""
Monkeypatches for what Django has no API for.

They wait until somebody imports the module: a ``runserver`` loads what only a server
needs, and most processes never start one.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Callable


def monkeypatch_django() -> None:
    """
    Make the ``runserver`` of ``django.contrib.staticfiles`` start the ASGI server.

    Two applications have a ``runserver``, and the first one in ``INSTALLED_APPS``
    wins. If that is staticfiles, its command has to inherit from the one of this
    package to be more than a WSGI server.
    """
    _when_imported(
        "django.contrib.staticfiles.management.commands.runserver", _serve_asgi
    )


def monkeypatch_daphne() -> None:
    """Make the checks of Daphne's ``runserver`` look behind ``ASGI_APPLICATION``."""
    _when_imported("daphne.management.commands.runserver", _check_application)


def _serve_asgi(static: Any) -> None:
    from .management.commands.runserver import (  # noqa: PLC0415 # as said above
        AsgiCommand,
    )

    static.Command.__bases__ = (AsgiCommand,)


def _check_application(daphne: Any) -> None:
    from .management.application import (  # noqa: PLC0415 # as said above
        ApplicationCommand,
    )

    if not issubclass(daphne.Command, ApplicationCommand):
        daphne.Command.__bases__ = (ApplicationCommand, *daphne.Command.__bases__)


def _when_imported(name: str, patch: Callable[[ModuleType], None]) -> None:
    if name in sys.modules:
        patch(sys.modules[name])
    else:
        sys.meta_path.insert(0, _Finder(name, patch))


class _Finder:
    """Finds one module as the others do, to patch it when it has been executed."""

    def __init__(self, name: str, patch: Callable[[ModuleType], None]) -> None:
        self._name = name
        self._patch = patch

    def find_spec(
        self, fullname: str, path: Any = None, target: Any = None
    ) -> Optional[ModuleSpec]:
        if fullname != self._name:
            return None
        sys.meta_path.remove(self)
        try:
            spec = find_spec(fullname)
        finally:  # somebody may only ask where it is
            sys.meta_path.insert(0, self)
        loader: Any = spec and spec.loader
        if loader is not None:
            execute = loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                sys.meta_path.remove(self)
                self._patch(module)

            loader.exec_module = exec_module
        return spec
