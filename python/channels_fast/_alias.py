"""
Make ``channels`` another name of this package.

Two copies of one framework in a process would be two exceptions called
``ChannelFull`` and two registries of layers. So a finder answers for every
``channels.x`` with the module object of ``channels_fast.x``, and nothing is
executed a second time.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The other name.
ALIAS = "channels"

#: The package that gets it.
OWN = "channels_fast"

# What stands in INSTALLED_APPS for the package. Parts of it are applications too.
_APPS = {OWN, f"{OWN}.apps.ChannelsConfig"}

#: The version of Channels whose API this is. Sentry, for one, compares it.
CHANNELS_VERSION = "4.3.2"


def install() -> None:
    """
    Give this package the name ``channels``.

    Raises:
        RuntimeError: The real ``channels`` was imported already, so there are
            objects in use that this package cannot replace.
    """
    package = sys.modules[OWN]
    present = sys.modules.get(ALIAS)
    if present is not None and present is not package:
        _refuse_if_used(present)
    if present is not package:
        sys.modules.pop(ALIAS, None)
    finders: list[Any] = sys.meta_path
    if not any(isinstance(finder, _Finder) for finder in finders):
        # In front of what finds an installed `channels`, but behind the finders of
        # tracers, which call hooks after an import.
        finder = _Finder()
        finders.insert(
            finders.index(PathFinder) if PathFinder in finders else 0, finder
        )
        if not isinstance(importlib.util.find_spec(ALIAS), _Spec):
            finders.remove(finder)
            finders.insert(0, finder)
    # By an import, since there may be hooks for it.
    for name in list(sys.modules):
        if _is_in(name, OWN):
            importlib.import_module(ALIAS + name[len(OWN) :])
    package.__dict__["__version__"] = CHANNELS_VERSION


class _Finder:
    """Finds ``channels.x`` where ``channels_fast.x`` is."""

    def find_spec(
        self,
        fullname: str,
        path: Optional[Sequence[str]] = None,
        target: Optional[ModuleType] = None,
    ) -> Optional[ModuleSpec]:
        """Return how to load *fullname*, without loading it."""
        if not _is_in(fullname, ALIAS):
            return None
        own = importlib.util.find_spec(OWN + fullname[len(ALIAS) :])
        if own is None:
            return None
        spec = _Spec(fullname, _Loader(fullname, own), origin=own.origin)
        spec.submodule_search_locations = own.submodule_search_locations
        spec.has_location = own.has_location
        return spec


class _Spec(ModuleSpec):
    """A spec whose loader may be replaced by one that calls hooks, such as wrapt's."""

    @property
    def loader(self) -> Any:
        return self._loader

    @loader.setter
    def loader(self, loader: Any) -> None:
        # Its class, since wrapt's says that it is an instance of what it wraps.
        own = type(loader) in (_Loader, _HookedLoader)
        self._loader = loader if own else _HookedLoader(loader, self.name)


class _HookedLoader:
    """Shows a module under its other name to the hooks that look for that."""

    def __init__(self, loader: Any, fullname: str) -> None:
        self._loader = loader
        self._fullname = fullname

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def exec_module(self, module: ModuleType) -> None:
        own, module.__name__ = module.__name__, self._fullname
        try:
            self._loader.exec_module(module)
        finally:
            module.__name__ = own


class _Loader(SourceFileLoader):
    """Returns a module of this package, loaded under its own name."""

    def __init__(self, fullname: str, own: ModuleSpec) -> None:
        # `runpy` and others ask a loader for code and source without importing.
        super().__init__(fullname, str(own.origin))
        self._own = own

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(self._own.name)
        # The import system is about to replace it by *spec*. While a module is being
        # imported, its own spec says so; the one found before does not.
        self._own = module.__spec__ or self._own
        return module

    def exec_module(self, module: ModuleType) -> None:
        # It was executed under its own name. Reloading, `inspect` and Django's
        # autoreloader go by the spec.
        module.__spec__ = self._own


def _refuse_if_used(present: ModuleType) -> None:
    """
    Raise a RuntimeError if a module keeps a part of the real package.

    The package itself is empty. Code that looks for a module that is not there
    (Sentry, for ``channels.http``) loads it and keeps nothing of it.
    """
    users = _users()
    parts = [name for name in list(sys.modules) if name.startswith(f"{ALIAS}.")]
    if not users and not parts:
        return
    named = ", ".join(users) or "a module that has kept nothing of it"
    raise RuntimeError(
        f'"channels" cannot become another name of channels_fast: the real one '
        f"({getattr(present, '__file__', None)}) was imported already, by {named}. "
        + _cure()
    )


def is_in_settings() -> bool:
    """Return whether ``INSTALLED_APPS`` has this package, and not only a part of it."""
    from django.conf import settings  # noqa: PLC0415 # not there yet for install()

    return not _APPS.isdisjoint(settings.INSTALLED_APPS)


def _cure() -> str:
    """Return what the user can write instead."""
    from django.conf import settings  # noqa: PLC0415 # only to explain a mistake

    if settings.configured and ALIAS in settings.INSTALLED_APPS:
        return 'Take "channels" out of INSTALLED_APPS: "channels_fast" replaces it.'
    return (
        "Make these the first lines of manage.py, of asgi.py and of whatever else "
        'starts Python: "import channels_fast" and "channels_fast.install()". '
        "In asgi.py it is enough to import channels below get_asgi_application() or "
        "django.setup(). "
        "To use nothing but the router beside the real channels, leave "
        '"channels" in INSTALLED_APPS and import channels_fast.routing.'
    )


def _users() -> list[str]:
    """Return up to three modules that keep something of the real package."""
    users = []
    # In the order of loading, so the first one is in most cases the one to change.
    for name, module in list(sys.modules.items()):
        if not isinstance(module, ModuleType) or _is_in(name, ALIAS):
            continue
        if any(map(_is_of_channels, list(vars(module).values()))):
            file = getattr(module, "__file__", None)
            users.append(f"{name} ({file})" if file else name)
    return users[:3]


def _is_of_channels(value: Any) -> bool:
    """Return whether *value* is the real package, or a class or object of it."""
    if isinstance(value, ModuleType):
        return _is_in(str(getattr(value, "__name__", "")), ALIAS)
    # Instances are not asked for attributes: some of them run code for that.
    named = value if isinstance(value, (type, FunctionType)) else type(value)
    return _is_in(str(getattr(named, "__module__", "")), ALIAS)


def _is_in(name: str, package: str) -> bool:
    """Return whether the module *name* is *package* or below it."""
    return name == package or name.startswith(package + ".")
