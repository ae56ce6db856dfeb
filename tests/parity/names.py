"""The list of public names, and what the tests of this directory use of them."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

HERE = Path(__file__).parent
LIST = HERE / "public_names.txt"
SUPPORT = HERE.parent / "support"


class Name(NamedTuple):
    """A line of the list: a module, or a name in one, such as ``Class.method``."""

    module: str
    name: str
    versions: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}".rstrip(".")

    def find(self, package: str) -> Any:
        """Return what *package* has by this name, a method as its class has it."""
        if not self.name:
            return importlib.import_module(package + self.module[len("channels") :])
        owner, attribute = self.owner(package)
        look_up = inspect.getattr_static if inspect.isclass(owner) else getattr
        return look_up(owner, attribute)

    def owner(self, package: str) -> tuple[Any, str]:
        """Return what has the name as an attribute in *package*, and the attribute."""
        owner: Any = importlib.import_module(package + self.module[len("channels") :])
        *path, attribute = self.name.split(".")
        for step in path:
            owner = getattr(owner, step)
        return owner, attribute


def read_list() -> list[Name]:
    """Return the names of the list."""
    names = []
    module, of_module = "", "34"
    for line in LIST.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        text, _, versions = line.strip().rstrip("]").partition(" [")
        if line.startswith(" "):
            names.append(Name(module, text, versions or of_module))
        else:
            module, of_module = text, versions or "34"
            names.append(Name(module, "", of_module))
    return names


def introspect(package: str) -> set[str]:
    """Return the public names that *package* defines."""
    root = importlib.import_module(package)
    modules = [package]
    modules += [m.name for m in pkgutil.walk_packages(root.__path__, f"{package}.")]
    # The parts of a command, which need libcst: nobody imports them.
    modules = [m for m in modules if not m.startswith("channels_fast.upgrade.")]
    found = set()
    for module in modules:
        found.add(module)
        for name, value in vars(importlib.import_module(module)).items():
            if name.startswith("_") or not _is_defined_in(module, name, value):
                continue
            found.add(f"{module}.{name}")
            # A second name of a class has no methods of its own.
            if inspect.isclass(value) and value.__name__ == name:
                members = (m for m in vars(value) if not m.startswith("_"))
                found.update(f"{module}.{name}.{member}" for member in members)
    return found


def _is_defined_in(module: str, name: str, value: Any) -> bool:
    if isinstance(value, ModuleType):
        return False
    if isinstance(value, str):
        # It does not tell where it comes from.
        return name in _assigned_names(module)
    return getattr(value, "__module__", type(value).__module__) == module or (
        name in _assigned_names(module)
    )


def _assigned_names(module: str) -> set[str]:
    source = inspect.getsource(importlib.import_module(module))
    return {
        target.id
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


class Uses(ast.NodeVisitor):
    """
    What a file of tests takes from the fixture ``channels``.

    ``names`` holds pairs of a module and a name in it, ``words`` every attribute,
    keyword, text, and function of the file. A test that picks a name by a variable
    uses the names that stand as texts in its file.
    """

    def __init__(self, source: str, modules: set[str]) -> None:
        self.modules = modules
        self.names: set[tuple[str, str]] = set()
        self.words: set[str] = set()
        self.texts: set[str] = set()
        self._variables: dict[str, str] = {"channels": "channels"}
        self._picked_from: set[str] = set()
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                self.texts.add(node.value)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                for module in self._resolve(node.value):
                    self._variables[node.targets[0].id] = module
            if isinstance(node, ast.FunctionDef) and isinstance(
                node.body[-1], ast.Return
            ):
                # A function of the tests that returns a module.
                for module in self._resolve(node.body[-1].value or node):
                    self._variables[f"{node.name}()"] = module
        self.visit(tree)
        # The type of a message names the method that handles it.
        self.words |= {text.replace(".", "_") for text in self.texts}
        self.names |= {(m, text) for m in self._picked_from for text in self.texts}

    def _resolve(self, node: ast.AST) -> list[str]:
        """Return the modules that an expression may be."""
        if isinstance(node, ast.Name):
            return [self._variables[node.id]] if node.id in self._variables else []
        if isinstance(node, ast.Attribute):
            inner = [f"{module}.{node.attr}" for module in self._resolve(node.value)]
            return [module for module in inner if module in self.modules]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            module = self._variables.get(f"{node.func.id}()")
            if module is not None:
                return [module]
        if isinstance(node, ast.Call) and self._resolve(node.func) == ["channels"]:
            [argument] = node.args or [ast.Constant("")]
            if isinstance(argument, ast.Constant):
                return [f"channels.{argument.value}".rstrip(".")]
            first = argument.values[0] if isinstance(argument, ast.JoinedStr) else None
            prefix = first.value if isinstance(first, ast.Constant) else ""
            picked = [f"channels.{prefix}{text}" for text in self.texts]
            return [module for module in picked if module in self.modules]
        return []

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.names |= {(module, node.attr) for module in self._resolve(node.value)}
        self.words.add(node.attr)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in ("getattr", "hasattr"):
            self._picked_from.update(self._resolve(node.args[0]))
        self.words |= {keyword.arg for keyword in node.keywords if keyword.arg}
        self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        # f"{channels!r}.db.close_old_connections", for `mock.patch`.
        first, *rest = node.values
        if isinstance(first, ast.FormattedValue) and self._resolve(first.value):
            for part in rest:
                if isinstance(part, ast.Constant):
                    module, _, name = f"channels{part.value}".rpartition(".")
                    self.names.add((module, name))
        self.generic_visit(node)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.words.add(node.name)
        self.generic_visit(node)

    visit_FunctionDef = visit_AsyncFunctionDef = _visit_function  # noqa: N815 # names of ast

    def visit_Assign(self, node: ast.Assign) -> None:
        self.words |= {each.id for each in node.targets if isinstance(each, ast.Name)}
        self.generic_visit(node)


def unused(names: list[Name], package: str) -> list[str]:
    """Return those of *names* that no test of this directory uses."""
    modules = {name.module for name in names}
    files = [
        Uses(_with_helpers(file), modules)
        for file in sorted(HERE.glob("*.py"))
        if file.name not in ("names.py", "test_public_names.py")
    ]
    # The same function or class may be had from several modules.
    spellings: dict[int, set[tuple[str, str]]] = {}
    for module, name, _ in names:
        value = Name(module, name, "").find(package) if name else None
        if inspect.isroutine(value) or inspect.isclass(value):
            spellings.setdefault(id(value), set()).add((module, name))

    def users(each: Name) -> list[Uses]:
        """Return the files that use a name of a module."""
        key = (each.module, each.name)
        same = spellings.get(id(each.find(package)), set()) | {key}
        return [file for file in files if file.names & same]

    missing = []
    for each in names:
        if not each.name:
            continue
        top, _, member = each.name.partition(".")
        found = users(Name(each.module, top, ""))
        if member:
            # Inherited by the class of a test, or by another class of the package.
            found += _users_of_heirs(names, each, package, users)
            found = [file for file in found if member in file.words]
        if not found:
            missing.append(str(each))
    return missing


def _with_helpers(file: Path) -> str:
    """Return the source of a test and of the helpers that it imports."""
    source = file.read_text()
    helpers = re.findall(r"(?m)^from \.\.support\.(\w+) import", source)
    return "\n".join(
        [source, *((SUPPORT / f"{name}.py").read_text() for name in helpers)]
    )


def _users_of_heirs(names: list[Name], each: Name, package: str, users: Any) -> Any:
    owner, member = each.owner(package)
    value = inspect.getattr_static(owner, member)
    for other in names:
        heir = other.find(package) if other.name and "." not in other.name else None
        if not inspect.isclass(heir) or heir is owner or not issubclass(heir, owner):
            continue
        if inspect.getattr_static(heir, member) is value:
            yield from users(other)
