"""Methods of a class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional, TypeVar

import libcst as cst

_Node = TypeVar("_Node", bound=cst.CSTNode)


def method(node: cst.ClassDef, name: str) -> Optional[cst.FunctionDef]:
    """Return the method *name* of the class itself."""
    for member in node.body.body:
        if isinstance(member, cst.FunctionDef) and member.name.value == name:
            return member
    return None


def names(function: cst.FunctionDef) -> list[str]:
    """Return the names of all parameters."""
    params = function.params
    found = [param.name.value for param in params.params]
    if isinstance(params.star_arg, cst.Param):
        found.append("*")
    found += [param.name.value for param in params.kwonly_params]
    return [*found, "**"] if params.star_kwarg else found


def with_methods(node: cst.ClassDef, methods: list[cst.FunctionDef]) -> cst.ClassDef:
    """Return *node* with *methods* in place of those of the same names."""
    new = {one.name.value: one for one in methods}
    body: list[cst.CSTNode] = []
    for member in node.body.body:
        if isinstance(member, cst.FunctionDef) and member.name.value in new:
            # Remarks that were made meanwhile stand above the old one.
            changed = new[member.name.value]
            body.append(changed.with_changes(leading_lines=member.leading_lines))
        else:
            body.append(member)
    return node.with_changes(body=node.body.with_changes(body=body))


def replaced(node: _Node, new: Mapping[cst.CSTNode, cst.CSTNode]) -> _Node:
    """
    Return *node* with the nodes in *new* replaced, found by identity.

    All at once: a change makes new nodes of all others, too.
    """

    class Replacer(cst.CSTTransformer):
        def on_leave(self, original_node: Any, updated_node: Any) -> Any:
            return new.get(original_node, updated_node)

    changed = node.visit(Replacer())
    assert isinstance(changed, type(node))
    return changed
