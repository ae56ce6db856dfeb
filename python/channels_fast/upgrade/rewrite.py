"""What the rewrites have in common: names, imports and remarks for a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional, TypeVar, Union

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor
from libcst.metadata import MetadataWrapper, QualifiedNameProvider

from .project import Project, Source, resolved

_Statement = TypeVar(
    "_Statement", bound=Union[cst.SimpleStatementLine, cst.BaseCompoundStatement]
)

# Those that a remark may stand above.
_STATEMENTS = (cst.SimpleStatementLine, cst.FunctionDef, cst.ClassDef)


class Rewrite(cst.CSTTransformer):
    """One kind of change to one file."""

    METADATA_DEPENDENCIES = (QualifiedNameProvider,)
    # A file without any of these has nothing to change: to find the meaning of each
    # name in it takes far longer than to look.
    words: tuple[str, ...] = ("channels",)

    def __init__(self, source: Source, project: Project) -> None:
        super().__init__()
        self.source = source
        self.project = project
        self._context = CodemodContext()
        self._imports: set[tuple[str, str]] = set()
        self._forgotten = False
        self._remarks: list[list[str]] = [[]]
        self._header = source.module.header

    def apply(self) -> None:
        """Change the module of the source."""
        if not any(word in self.source.module.code for word in self.words):
            return
        changed = MetadataWrapper(self.source.module).visit(self)
        changed = changed.with_changes(
            header=_remarked(changed.header, self._remarks[0])
        )
        # These two are slow, so they are not asked for nothing.
        if self._imports:
            for module, name in sorted(self._imports):
                AddImportsVisitor.add_needed_import(self._context, module, name)
            changed = AddImportsVisitor(self._context).transform_module(changed)
        if self._forgotten:
            changed = RemoveImportsVisitor(self._context).transform_module(changed)
        self.source.module = changed

    def name_of(self, node: cst.CSTNode) -> Optional[str]:
        """Return the dotted name of what *node*, as it was, refers to."""
        return resolved(self, self.source, node)

    def import_name(self, module: str, name: str) -> None:
        """Have *name* imported, if it is not."""
        self._imports.add((module, name))

    def forget(self, module: str, name: str, other: Optional[str] = None) -> None:
        """Take out an import of *name* as *other*, if nothing uses it any more."""
        self._forgotten = True
        RemoveImportsVisitor.remove_unused_import(self._context, module, name, other)

    def remark(self, text: str, anchor: str) -> None:
        """Leave a comment above the statement that is being read."""
        self._remarks[-1].append(todo(text, anchor))

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Begin to collect the remarks of a statement."""
        if isinstance(node, _STATEMENTS):
            self._remarks.append([])
        return super().on_visit(node)

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        """Put the remarks of a statement above it."""
        result = super().on_leave(original_node, updated_node)
        if isinstance(original_node, _STATEMENTS):
            remarks = self._remarks.pop()
            if isinstance(result, _STATEMENTS):
                return remarked(result, remarks, self._header)
        return result


def todo(text: str, anchor: str) -> str:
    """Return a comment for what only a person can decide."""
    return f"# TODO(channels-fast): {text}. See docs/troubleshooting.md#{anchor}"


def remarked(
    node: _Statement, comments: list[str], header: Iterable[cst.EmptyLine]
) -> _Statement:
    """Return *node* below *comments*, each of them once."""
    # The comments above the first statement of a file are in the module's header.
    above = _comments(header)
    new = [comment for comment in comments if comment not in above]
    changed = node.with_changes(leading_lines=_remarked(node.leading_lines, new))
    assert isinstance(changed, type(node))
    return changed


def _remarked(
    lines: Iterable[cst.EmptyLine], comments: list[str]
) -> list[cst.EmptyLine]:
    out = list(lines)
    for comment in comments:
        if comment not in _comments(out):
            out.append(cst.EmptyLine(comment=cst.Comment(comment)))
    return out


def _comments(lines: Iterable[cst.EmptyLine]) -> set[str]:
    return {line.comment.value for line in lines if line.comment}
