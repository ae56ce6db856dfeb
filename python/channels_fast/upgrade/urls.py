"""``url()``, which Django 4 took away."""

from __future__ import annotations

import libcst as cst

from .project import from_module
from .rewrite import Rewrite

_OLD, _NEW = "django.conf.urls", "django.urls"


class Urls(Rewrite):
    """``url()`` becomes ``re_path()``, which is the same."""

    words = (_OLD, "django.conf import")

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        """Rename the function, where the module has it by this name."""
        if self.name_of(original_node) != f"{_OLD}.url":
            return updated_node
        name = original_node.value
        self.import_name(_NEW, "re_path")
        self.forget(_OLD, "url", None if name == "url" else name)
        return cst.Name("re_path")

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """Say so of ``urls.url``."""
        if self.name_of(node) == f"{_OLD}.url":
            text = "url() is gone since Django 4, write re_path()"
            self.remark(text, "a-module-that-channels-4-took-away")

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom:
        """Change an import in its place, if it is of nothing else."""
        names = original_node.names
        if (
            from_module(original_node) == _OLD
            and not isinstance(names, cst.ImportStar)
            and [alias.evaluated_name for alias in names] == ["url"]
            and names[0].asname is None
            and f"from {_NEW} import" not in self.source.module.code
        ):
            new = cst.parse_statement(f"from {_NEW} import re_path")
            assert isinstance(new, cst.SimpleStatementLine)
            line = new.body[0]
            assert isinstance(line, cst.ImportFrom)
            return line
        return updated_node
