"""Imports of Channels, and the modules that are nowhere any more."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import libcst as cst

from .project import from_module, of_channels
from .removed import REMOVED
from .rewrite import Rewrite

_PACKAGE = Path(__file__).parents[1]
_ANCHOR = "a-module-that-channels-4-took-away"


class Gone(Rewrite):
    """Say which imports lead nowhere, and of which nothing is known."""

    words = ("channels", "import *")

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        """Look at ``from channels.x import y``."""
        module = from_module(node)
        if isinstance(node.names, cst.ImportStar):
            self._tell_of_star(module)
        if not _is_channels(module):
            return
        if not _exists(module):
            self.remark(f"there is no {module}", _ANCHOR)
        elif not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                name = f"{module}.{alias.evaluated_name}"
                if name in REMOVED:
                    self.remark(f"there is no {name}", _ANCHOR)

    def _tell_of_star(self, module: str) -> None:
        """Say that ``from module import *`` may hide what would be rewritten."""
        origin = self.source.absolute(module)
        consumers = [
            name
            for name in self.project.classes
            if name.rpartition(".")[0] == origin and self.project.is_consumer(name)
        ]
        if of_channels(module) or consumers:
            text = "write out what you import here, its uses are not looked at"
            self.remark(text, "a-class-in-place-of-an-application")

    def visit_Import(self, node: cst.Import) -> None:
        """Look at ``import channels.x``."""
        for alias in node.names:
            module = alias.evaluated_name
            if _is_channels(module) and not _exists(module):
                self.remark(f"there is no {module}", _ANCHOR)


class Renamed(Rewrite):
    """``channels`` becomes ``channels_fast``: everywhere, or for the router."""

    only_router = False

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom:
        """Change ``from channels.x import y``."""
        module = from_module(original_node)
        if not _is_channels(module) or not _exists(module):
            return updated_node
        if self.only_router and module != "channels.routing":
            return updated_node
        return updated_node.with_changes(module=_renamed(updated_node.module))

    def leave_Import(
        self, original_node: cst.Import, updated_node: cst.Import
    ) -> cst.Import:
        """Change ``import channels.x as y``; without "as", its uses have to change."""
        names = []
        for alias in updated_node.names:
            module = alias.evaluated_name
            wanted = module == "channels.routing" or not self.only_router
            if _is_channels(module) and wanted and _exists(module):
                if alias.asname:
                    alias = alias.with_changes(name=_renamed(alias.name))  # noqa: PLW2901 # by its new name
                else:
                    text = f"write {_ours(module)} here and where it is used"
                    self.remark(text, "an-import-of-channels-that-comes-too-early")
            names.append(alias)
        return updated_node.with_changes(names=names)


class RenamedRouter(Renamed):
    """Only ``channels.routing``."""

    only_router = True


def _is_channels(module: str) -> bool:
    return module.partition(".")[0] == "channels"


def _ours(module: str) -> str:
    return "channels_fast" + module[len("channels") :]


def _exists(module: str) -> bool:
    path = _PACKAGE.joinpath(*module.split(".")[1:])
    return path.is_dir() or path.with_suffix(".py").is_file()


def _renamed(node: Optional[cst.CSTNode]) -> cst.CSTNode:
    """Return a dotted name with another first part."""
    if isinstance(node, cst.Attribute):
        return node.with_changes(value=_renamed(node.value))
    assert isinstance(node, cst.Name)
    return node.with_changes(value="channels_fast")
