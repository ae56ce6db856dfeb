"""
Make ``channels`` another name of this package.

Two copies of one framework in a process would be two exceptions called
``ChannelFull`` and two registries of layers. So a finder answers for every
``channels.x`` with the module object of ``channels_fast.x``, and nothing is
executed a second time.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import linecache
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: The name that is given.
ALIAS = "channels"

#: The name of the modules that get it.
OWN = "channels_fast"

#: The version of Channels whose API this is. Sentry, for one, compares it.
CHANNELS_VERSION = "4.3.2"


def install() -> None:
    """
    Give this package the name ``channels``.

    Raises:
        RuntimeError: The real ``channels`` was imported already, so there are
            objects about that this package cannot take the place of.
    """
    package = sys.modules[OWN]
    present = sys.modules.get(ALIAS)
    if present is not None and present is not package:
        _refuse_if_used(present)
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        # First, so that an installed `channels` is not found before it.
        sys.meta_path.insert(0, _Finder())
    for name, module in list(sys.modules.items()):
        if _is_in(name, OWN):
            sys.modules[ALIAS + name[len(OWN) :]] = module
    package.__dict__["__version__"] = CHANNELS_VERSION


class _Finder(MetaPathFinder):
    """Finds ``channels.x`` where ``channels_fast.x`` is."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return how to load *fullname*, without loading it."""
        if not _is_in(fullname, ALIAS):
            return None
        own = importlib.util.find_spec(OWN + fullname[len(ALIAS) :])
        if own is None:
            return None
        spec = ModuleSpec(fullname, _Loader(own), origin=own.origin)
        spec.submodule_search_locations = own.submodule_search_locations
        spec.has_location = own.has_location
        return spec


class _Loader(Loader):
    """Gives a module of this package, loaded under its own name."""

    def __init__(self, own: ModuleSpec) -> None:
        self._own = own

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(self._own.name)
        # The import system is about to replace it by *spec*. A module that is
        # being imported has one that knows it, so it may not be `self._own`.
        self._own = module.__spec__ or self._own
        return module

    def exec_module(self, module: ModuleType) -> None:
        # It was executed under its own name. Reloading, `inspect` and Django's
        # autoreloader go by the spec.
        module.__spec__ = self._own

    # What `runpy`, `inspect` and `linecache` ask a loader of Python source.

    def is_package(self, fullname: str) -> bool:
        return self._own.submodule_search_locations is not None

    def get_code(self, fullname: str) -> Any:
        return self._ask("get_code")

    def get_source(self, fullname: str) -> Any:
        return self._ask("get_source")

    def get_filename(self, fullname: str) -> Any:
        return self._ask("get_filename")

    def _ask(self, method: str) -> Any:
        return getattr(self._own.loader, method)(self._own.name)


def _refuse_if_used(present: ModuleType) -> None:
    """
    Leave the way free if nobody has a part of the real package in hand.

    The package itself is empty. Code that looks for a module that is not there
    (Sentry, for ``channels.http``) loads it and keeps nothing of it.

    Raises:
        RuntimeError: Somebody has.
    """
    parts_are_loaded = any(
        _is_in(name, ALIAS) and name != ALIAS for name in list(sys.modules)
    )
    if not parts_are_loaded and not any(
        value is present
        for module in _modules()
        for value in list(vars(module).values())
    ):
        return
    users = ", ".join(_users()) or "a module that has kept nothing of it"
    raise RuntimeError(
        f'"channels" cannot become another name of channels_fast: the real one '
        f"({getattr(present, '__file__', None)}) was imported already, by {users}. "
        + _cure()
    )


def _cure() -> str:
    """Return what the user can write instead."""
    from django.conf import settings  # noqa: PLC0415  only to explain a mistake

    if settings.configured and ALIAS in settings.INSTALLED_APPS:
        return 'Take "channels" out of INSTALLED_APPS: "channels_fast" replaces it.'
    return (
        "Make these the first lines of manage.py, of asgi.py and of whatever else "
        'starts Python: "import channels_fast" and "channels_fast.install()". '
        "To use nothing but the router beside the real channels, leave "
        '"channels" in INSTALLED_APPS and import channels_fast.routing.'
    )


def _users() -> list[str]:
    """
    Return up to three modules that imported the real package, the first one first.

    Nobody wrote that down, so it is told from the sources: a module with an import
    of `channels` at its top, and the name that this binds. The earlier the part that
    it imports was loaded, the earlier it did so.
    """
    order = {name: number for number, name in enumerate(list(sys.modules))}
    users: list[tuple[int, int, str]] = []
    # With an import in a function, which binds nothing at the top.
    lazy_users: list[tuple[int, int, str]] = []
    for number, module in enumerate(_modules()):
        name = module.__name__
        if _is_in(name, ALIAS) or _is_in(name, OWN):
            continue
        namespace = vars(module)
        imports = [
            (order[target], number, f"{name} ({module.__file__}, line {line})", bound)
            for line, target, bound in _imports(module)
            if target in order
        ]
        users += sorted(found[:3] for found in imports if found[3] in namespace)[:1]
        lazy_users += [found[:3] for found in imports][:1]
        if not getattr(module, "__file__", None) and any(
            _is_of_channels(value) for value in list(namespace.values())
        ):
            # `python -c`, or a prompt.
            users.append((len(order), number, name))
    return [place for _, _, place in sorted(users or lazy_users)[:3]]


def _imports(module: ModuleType) -> Iterator[tuple[int, str, str]]:
    """Yield line, module and bound name of each import of the real package."""
    file = getattr(module, "__file__", None) or ""
    if not file.endswith(".py"):
        return
    try:
        # Not `open()`: this reads from a zip file as well.
        source = "".join(linecache.getlines(file, vars(module)))
        tree = ast.parse(source if ALIAS in source else "")
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            if not node.level and _is_in(node.module or "", ALIAS):
                first = node.names[0]
                yield node.lineno, node.module or "", first.asname or first.name
        elif isinstance(node, ast.Import):
            for name in node.names:
                if _is_in(name.name, ALIAS):
                    yield node.lineno, name.name, name.asname or ALIAS


def _is_of_channels(value: Any) -> bool:
    """Tell whether *value* is the real package, or a class or object of it."""
    if isinstance(value, ModuleType):
        return _is_in(value.__name__, ALIAS)
    # Nothing is asked of other objects: some run code to find an attribute.
    named = value if isinstance(value, (type, FunctionType)) else type(value)
    return _is_in(str(named.__module__), ALIAS)


def _modules() -> list[ModuleType]:
    return [
        module
        for module in list(sys.modules.values())
        if isinstance(module, ModuleType)
    ]


def _is_in(name: str, package: str) -> bool:
    """Tell whether the module *name* is *package* or below it."""
    return name == package or name.startswith(package + ".")
