"""
What the source of ``asgi.py`` tells. Nothing is imported, so any command may ask.

With ``"channels_fast"`` in ``INSTALLED_APPS``, ``import channels`` works as soon as
Django has read the settings. Commands do that before they import ``asgi.py``, and
servers in it. So an import that stands too early fails under a server only.
"""

from __future__ import annotations

import ast
import contextlib
import sys
import warnings
from importlib.util import resolve_name
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.core import checks

from .._alias import ALIAS, OWN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec

# Calls after which `import channels` gives this package.
_SWITCHES = {"django.setup", "configurations.setup", f"{OWN}.install"}
_SWITCHES_OF_ANY_PACKAGE = {"get_asgi_application", "get_wsgi_application"}
# The last one for an expression of a thousand parts.
_NOT_READABLE = (ImportError, SyntaxError, ValueError, RecursionError)
_STANDARD_LIBRARY = Path(ast.__file__).parent


def check_setting(name: Any) -> Iterator[checks.CheckMessage]:
    """Find a value of ``ASGI_APPLICATION`` that names no module with source."""
    module, _, attribute = str(name).rpartition(".")
    if not module or not attribute:
        yield not_loaded("there is no dot between a module and a name in it")
        return
    if module in sys.modules:
        return
    try:
        spec = _spec(module)
        if spec is None:
            yield not_loaded(f"there is no module {module!r}")
        else:
            _tree(spec)
    except _NOT_READABLE as error:
        yield not_loaded(f"{type(error).__name__}: {error}")


def not_loaded(
    reason: str, file: str | None = None, line: int | None = None
) -> checks.CheckMessage:
    """Return the message that the application cannot be loaded."""
    where = f" ({file}, line {line})" if file else ""
    return checks.Warning(
        f"ASGI_APPLICATION {settings.ASGI_APPLICATION!r} cannot be loaded: "
        f"{reason}{where}",
        hint='Write "package.module.name" of an ASGI application that can be imported.',
        id="channels_fast.W016",
    )


def check_order(name: Any, level: int) -> Iterator[checks.CheckMessage]:
    """Find an import of ``channels`` that a server meets before the settings."""
    if not any(entry.partition(".")[0] == OWN for entry in settings.INSTALLED_APPS):
        return  # `install()` is called somewhere
    # A server may be given another module than the one in the settings: as a rule the
    # one that `startproject` makes.
    module = str(name or "").rpartition(".")[0]
    urls = str(getattr(settings, "ROOT_URLCONF", ""))
    beside = [f"{one.rpartition('.')[0]}.asgi" for one in (module, urls) if one]
    reported = set()
    for served in dict.fromkeys(filter(None, [module, *beside])):
        found = _too_early(served.lstrip("."))
        if found is None or found in reported:
            continue
        reported.add(found)
        file, line = found
        yield checks.CheckMessage(
            level,
            f'{file}, line {line}: "channels" is imported before Django has read '
            "INSTALLED_APPS, so no server can start.",
            hint="Move the imports of channels below get_asgi_application() or "
            'django.setup(), or write above them: "import channels_fast" and '
            '"channels_fast.install()".',
            id="channels_fast.E011",
        )


def _too_early(module: str) -> tuple[str, int] | None:
    """Return where a server that imports *module* meets ``channels`` too early."""
    found = None
    # What cannot be read is no mistake of this kind.
    with contextlib.suppress(*_NOT_READABLE):
        for step in _Reading().steps(module):
            if step.does == "import":
                found = found or (step.file, step.line)
            elif found is None:
                return None
            elif step.does == "switch":
                return found
    # A module of routes is imported by another one, which sets up Django before. One
    # of this name is not.
    return found if module.rpartition(".")[2] == "asgi" else None


class _Step(NamedTuple):
    #: "import" (of channels), "switch", or "unknown".
    does: str
    file: str
    line: int


class _Reading:
    """Reads what a module and those of the project that it imports do, in order."""

    def __init__(self) -> None:
        self._begun: set[str] = set()

    def steps(self, name: str) -> Iterator[_Step]:
        """
        Yield what the import of the module *name* does.

        Raises:
            ImportError: There is no source to read.
            SyntaxError: It is not valid.
        """
        for module in _with_packages(name):
            spec = _spec(module)
            if spec is None or not _is_of_project(spec):
                return
            if module not in self._begun:
                self._begun.add(module)
                yield from self._steps_of(spec)

    def _steps_of(self, spec: ModuleSpec) -> Iterator[_Step]:
        names: dict[str, str] = {}
        for node in _executed(_tree(spec)):
            if isinstance(node, ast.Call):
                called = _dotted(node.func, names)
                does = self._effect(called)
                if does:
                    yield _Step(does, str(spec.origin), node.lineno)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                for module, own_name, stands_for in _imports(node, spec):
                    names[own_name] = stands_for
                    if module.partition(".")[0] == ALIAS:
                        yield _Step("import", str(spec.origin), node.lineno)
                    else:
                        yield from self.steps(module)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                names[node.name] = f"{spec.name}.{node.name}"

    def _effect(self, called: str) -> str:
        """Return what a call does, as in `_Step`, or an empty string for nothing."""
        package, _, name = called.rpartition(".")
        if called in _SWITCHES or name in _SWITCHES_OF_ANY_PACKAGE:
            return "switch"
        # It may do anything, and is not followed.
        return "unknown" if package in self._begun else ""


def _executed(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of *tree* that an import runs, the inner ones first."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
        elif isinstance(node, ast.If) and _is_for_type_checkers(node.test):
            yield from _executed(ast.Module(node.orelse, []))
        elif not isinstance(node, ast.Lambda):
            yield from _executed(node)
            yield node


def _is_for_type_checkers(test: ast.expr) -> bool:
    return _dotted(test, {}).rpartition(".")[2] == "TYPE_CHECKING"


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    """Return what *node* stands for, such as "django.setup", as far as it is known."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, names)}.{node.attr}"
    return ""


def _imports(
    node: ast.Import | ast.ImportFrom, spec: ModuleSpec
) -> Iterator[tuple[str, str, str]]:
    """Yield each module that *node* may import, the name it binds, and what that is."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            top = alias.name.partition(".")[0]
            yield alias.name, alias.asname or top, alias.name if alias.asname else top
        return
    module = resolve_name("." * node.level + (node.module or ""), spec.parent)
    for alias in node.names:
        stands_for = f"{module}.{alias.name}"
        # It may be a module, or a name in one.
        yield stands_for, alias.asname or alias.name, stands_for


def _with_packages(module: str) -> Iterator[str]:
    """Yield the packages around *module*, the outermost first, and *module*."""
    for index, character in enumerate(module):
        if character == ".":
            yield module[:index]
    yield module


def _spec(name: str) -> ModuleSpec | None:
    """
    Return the spec of a module, if there is one.

    ``importlib.util.find_spec()`` imports the packages around it, which this does not.
    """
    spec, path = None, None
    for module in _with_packages(name):
        if spec is not None and path is None:
            return None  # below a module that is no package
        loaded = sys.modules.get(module)
        spec = getattr(loaded, "__spec__", None)
        if spec is None:
            finders = [one for one in sys.meta_path if hasattr(one, "find_spec")]
            found = (finder.find_spec(module, path) for finder in finders)
            spec = next(filter(None, found), None)
        if spec is None:
            return None
        path = getattr(loaded, "__path__", spec.submodule_search_locations)
    return spec


def _is_of_project(spec: ModuleSpec) -> bool:
    """Return whether it may matter what the module does. Others import no channels."""
    if spec.name.partition(".")[0] in (ALIAS, OWN, "django"):
        return False
    file = Path(spec.origin or "")
    return not {"site-packages", "dist-packages"} & {*file.parts} and (
        _STANDARD_LIBRARY not in file.parents
    )


def _tree(spec: ModuleSpec) -> ast.Module:
    """
    Return the source of a module, parsed; nothing if it is compiled.

    Raises:
        ImportError: It cannot be read.
        SyntaxError, ValueError: It is not valid.
    """
    # A package without `__init__.py` may have no loader.
    get_source = getattr(spec.loader, "get_source", None)
    source = (get_source and get_source(spec.name)) or ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those about the source are for its import
        return ast.parse(source, str(spec.origin))
