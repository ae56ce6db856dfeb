"""What modules do when they are imported, read from their source. None is imported."""

from __future__ import annotations

import ast
import itertools
import re
import sys
import warnings
from importlib.util import resolve_name
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Optional, Union

from .._alias import ALIAS, OWN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec

# Calls that read the settings and load the applications. After them `import channels`
# gives this package, too.
_SWITCHES = {"django.setup", "django.apps.apps.populate", "configurations.setup"}
_SWITCHES_OF_ANY_PACKAGE = {"get_asgi_application", "get_wsgi_application"}
# What Django refuses before the applications are loaded.
_MODELS = {"django.db.models.Model", "django.contrib.gis.db.models.Model"}
_CALLS_FOR_MODELS = {"django.contrib.auth.get_user_model"}
_MODELS_OF_DJANGO = re.compile(r"django\.contrib\.\w+\.models(\.|$)")
#: ``try``, and with ``except*``, which Python has since 3.11.
TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))
#: What comes of a module without a source that can be read. The last one is for an
#: expression of a thousand parts.
NOT_READABLE = (ImportError, OSError, SyntaxError, ValueError, RecursionError)
_STANDARD_LIBRARY = Path(ast.__file__).parent
_INSTALLED = {"site-packages", "dist-packages"}


class Step(NamedTuple):
    """Something that matters for the name ``channels``, or for models."""

    #: "import" (of channels), "models", "install", "switch", or "unknown".
    does: str
    #: File and line, for people: in the module that was asked about, and where it is
    #: done, maybe in a module that this one imports.
    place: str
    inner_place: str


class Reading:
    """Reads what a module and those that it imports do, in order."""

    def __init__(self) -> None:
        self._begun: set[str] = set()
        # Those of the project.
        self._own: set[str] = set()

    def steps(self, name: str) -> Iterator[Step]:
        """
        Yield what the import of the module *name* does.

        Raises:
            ImportError: There is no source to read.
            SyntaxError: It is not valid.
        """
        if _MODELS_OF_DJANGO.match(name):
            yield Step("models", "", "")
        for module in _with_packages(name):
            spec = spec_of(module)
            if spec is None or _is_known(spec):
                return
            if module not in self._begun:
                source = source_of(spec)
                if not is_installed(spec.origin or ""):
                    self._own.add(module)
                elif ALIAS not in source.lower():
                    continue  # for speed: it has nothing to do with them
                self._begun.add(module)
                yield from self._steps_of(spec, parsed(spec, source))

    def _steps_of(self, spec: ModuleSpec, tree: ast.Module) -> Iterator[Step]:
        names: dict[str, str] = {}
        for node in _executed(tree):
            if isinstance(node, ast.Call):
                does = self._effect(_dotted(node.func, names))
                if does:
                    place = f"{spec.origin}, line {node.lineno}"
                    yield Step(does, place, place)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                place = f"{spec.origin}, line {node.lineno}"
                for module, own_name, stands_for in _imports(node, spec):
                    names[own_name] = stands_for
                    if module.partition(".")[0] == ALIAS:
                        yield Step("import", place, place)
                    for step in self.steps(module):
                        inner_place = step.inner_place or place
                        yield step._replace(place=place, inner_place=inner_place)
            elif isinstance(
                node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            ):
                names[node.name] = f"{spec.name}.{node.name}"
                bases = getattr(node, "bases", ())
                if any(_dotted(base, names) in _MODELS for base in bases):
                    place = f"{spec.origin}, line {node.lineno}"
                    yield Step("models", place, place)

    def _effect(self, called: str) -> str:
        """Return what a call does, as in `Step`, or an empty string for nothing."""
        *packages, name = called.split(".")
        if called in _SWITCHES or name in _SWITCHES_OF_ANY_PACKAGE:
            return "switch"
        if called == f"{OWN}.install":
            return "install"
        if called in _CALLS_FOR_MODELS:
            return "models"
        # It may do anything, and is not followed.
        around = itertools.accumulate(packages, "{}.{}".format)
        return "" if self._own.isdisjoint(around) else "unknown"


def _executed(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of *tree* that an import runs, the inner ones first."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
        elif isinstance(node, ast.If) and _is_for_type_checkers(node.test):
            yield from _executed(ast.Module(node.orelse, []))
        elif isinstance(node, TRIES) and node.handlers:
            # An import that may fail is no mistake.
            for inner in _executed(node):
                if not isinstance(inner, (ast.Import, ast.ImportFrom)):
                    yield inner
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
    node: Union[ast.Import, ast.ImportFrom], spec: ModuleSpec
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


def spec_of(name: str) -> Optional[ModuleSpec]:
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


def _is_known(spec: ModuleSpec) -> bool:
    """Return whether the module imports no ``channels`` for sure."""
    top = spec.name.partition(".")[0]
    return top in (ALIAS, OWN, "django") or is_of_python(spec.origin or "")


def is_installed(file: str) -> bool:
    """Return whether *file* is one of an installed package."""
    return not _INSTALLED.isdisjoint(Path(file).parts)


def is_of_python(file: str) -> bool:
    """Return whether *file* is one of the standard library."""
    return _STANDARD_LIBRARY in Path(file).parents and not is_installed(file)


def source_of(spec: ModuleSpec) -> str:
    """
    Return the source of a module, nothing if it is compiled.

    Raises:
        ImportError: It cannot be read.
        SyntaxError, ValueError: It cannot be decoded.
    """
    # A package without `__init__.py` may have no loader.
    get_source = getattr(spec.loader, "get_source", None)
    return (get_source and get_source(spec.name)) or ""


def parsed(spec: ModuleSpec, source: str) -> ast.Module:
    """
    Return the *source* of a module as a tree.

    Raises:
        SyntaxError, ValueError, RecursionError: It is not valid, or too deep.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those about the source are for its import
        return ast.parse(source, str(spec.origin))
