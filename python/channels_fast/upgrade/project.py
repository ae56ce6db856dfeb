"""What the files of a project say of each other: modules, classes, consumers."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from pathlib import Path
from typing import Optional

import libcst as cst
from libcst.metadata import MetadataWrapper, QualifiedNameProvider, QualifiedNameSource

from .methods import method, names

# A class, by its looks: a capital, and not a constant.
CLASS_NAME = re.compile(r"_*[A-Z]\w*[a-z]\w*")


@dataclasses.dataclass
class Source:
    """One file, and the module that it is."""

    path: Path
    dotted: str
    module: cst.Module
    is_package: bool = False
    imported: dict[str, str] = dataclasses.field(default_factory=dict)

    def absolute(self, name: str) -> str:
        """Return *name*, as an import of this module has it, without leading dots."""
        rest = name.lstrip(".")
        dots = len(name) - len(rest)
        if not dots:
            return name
        package = self.dotted.split(".")
        up = dots - 1 if self.is_package else dots
        return ".".join([*package[: max(len(package) - up, 0)], rest])


@dataclasses.dataclass
class Project:
    """All files that were given."""

    sources: dict[str, Source] = dataclasses.field(default_factory=dict)
    classes: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    #: Those of `classes` that have a ``__call__(self, scope)``.
    in_two_steps: set[str] = dataclasses.field(default_factory=set)
    uses_channels: bool = False
    apps: set[str] = dataclasses.field(default_factory=set)
    lists_of_apps: list[Path] = dataclasses.field(default_factory=list)

    def add(self, source: Source) -> None:
        """Read what the other files may want to know of *source*."""
        self.sources[source.dotted] = source
        MetadataWrapper(source.module).visit(_Reader(source, self))

    def owns(self, module: str) -> bool:
        """Return whether *module* is one of the project's, by its first name."""
        first = module.partition(".")[0]
        return any(name.partition(".")[0] == first for name in self.sources)

    def is_consumer(self, name: str, seen: Collection[str] = ()) -> Optional[bool]:
        """Return whether *name* is a class of consumers; None if it is not known."""
        if name in seen:
            return None
        module, _, last = name.rpartition(".")
        if name in self.classes:
            bases = self.classes[name]
            verdicts = [self.is_consumer(base, [*seen, name]) for base in bases]
            if True in verdicts:
                return True
            return None if None in verdicts else False
        if name in ("builtins.object", "abc.ABC"):
            return False
        if module in self.sources:
            imported = self.sources[module].imported.get(last)
            return self.is_consumer(imported, [*seen, name]) if imported else False
        if of_channels(name) and last.endswith("Consumer"):
            return True
        if of_channels(name):
            return False
        if module.rpartition(".")[2] == "consumers" and CLASS_NAME.fullmatch(last):
            return True
        return None

    def is_middleware(self, name: str, seen: Collection[str] = ()) -> bool:
        """Return whether *name* is known as middleware of Channels 2, or as a base."""
        if name in self.in_two_steps or of_channels(name):
            return name in self.in_two_steps or name.endswith("Middleware")
        module, _, last = name.rpartition(".")
        if name not in self.classes and module in self.sources:
            name = self.sources[module].imported.get(last, "")
        return name not in seen and any(
            self.is_middleware(base, [*seen, name])
            for base in self.classes.get(name, ())
        )


def of_channels(name: Optional[str], *last: str) -> bool:
    """Return whether *name* is of Channels, by either name, and one of *last*."""
    if name is None or name.partition(".")[0] not in ("channels", "channels_fast"):
        return False
    return not last or name.rpartition(".")[2] in last


def strings(node: cst.CSTNode) -> list[str]:
    """Return the texts of the elements of a list or tuple, wherever it stands."""
    found: list[str] = []

    class Finder(cst.CSTVisitor):
        def visit_Element(self, node: cst.Element) -> None:
            if isinstance(node.value, cst.SimpleString):
                found.append(str(node.value.evaluated_value))

    node.visit(Finder())
    return found


def is_list_of_apps(target: cst.BaseExpression) -> bool:
    """Return whether *target* names a list of applications, or a part of one."""
    return isinstance(target, cst.Name) and target.value.endswith("_APPS")


class _Reader(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (QualifiedNameProvider,)

    def __init__(self, source: Source, project: Project) -> None:
        super().__init__()
        self._source = source
        self._project = project

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        bases = [resolved(self, self._source, base.value) for base in node.bases]
        name = resolved(self, self._source, node.name)
        if name is not None:
            # A base such as `make()` is one that nothing is known of.
            self._project.classes[name] = [base or "?" for base in bases]
            call = method(node, "__call__")
            if call and not call.asynchronous and names(call) == ["self", "scope"]:
                self._project.in_two_steps.add(name)

    def visit_Import(self, node: cst.Import) -> None:
        if any(of_channels(alias.evaluated_name) for alias in node.names):
            self._project.uses_channels = True

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        module = self._source.absolute(from_module(node))
        if of_channels(module):
            self._project.uses_channels = True
        if not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                bound = alias.evaluated_alias or alias.evaluated_name
                name = f"{module}.{alias.evaluated_name}"
                self._source.imported[bound] = name

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            if is_list_of_apps(target.target):
                self._project.apps.update(strings(node.value))
                assert isinstance(target.target, cst.Name)
                if target.target.value == "INSTALLED_APPS":
                    self._project.lists_of_apps.append(self._source.path)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        if is_list_of_apps(node.target):
            self._project.apps.update(strings(node.value))


def from_module(node: cst.ImportFrom) -> str:
    """Return the module of ``from module import ...``, with its leading dots."""
    name = cst.helpers.get_full_name_for_node(node.module) if node.module else ""
    return "." * len(node.relative) + (name or "")


def resolved(
    reader: cst.MetadataDependent, source: Source, node: cst.CSTNode
) -> Optional[str]:
    """Return the dotted name of what *node* refers to; None if that is not certain."""
    names = list(reader.get_metadata(QualifiedNameProvider, node, ()))
    if len(names) != 1:
        return None
    if names[0].source is QualifiedNameSource.IMPORT:
        return source.absolute(names[0].name)
    if names[0].source is QualifiedNameSource.BUILTIN:
        return str(names[0].name)
    return f"{source.dotted}.{names[0].name}"
