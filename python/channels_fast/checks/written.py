"""What the source of a consumer says. Nothing is called or imported to find out."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import TYPE_CHECKING, NamedTuple, Optional

from .source import NOT_READABLE, TRIES, parsed, source_of, spec_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FunctionType

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Sent(NamedTuple):
    """A message to a channel or a group whose type is written there."""

    type: str
    #: File and line, for people.
    place: str


class Written(NamedTuple):
    """A module with consumers."""

    file: str
    tree: ast.Module
    #: By their qualified names.
    classes: dict[str, ast.ClassDef]


def read(name: str) -> Optional[Written]:
    """Return the module *name*, if it has a source that can be read."""
    try:
        spec = spec_of(name)
        tree = spec and parsed(spec, source_of(spec))
    except (*NOT_READABLE, TypeError):  # a class may have any `__module__`
        return None
    if not spec or not tree or not spec.origin:
        return None
    return Written(spec.origin, tree, dict(_classes(tree, "")))


def _classes(node: ast.AST, outer: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.ClassDef):
            yield f"{outer}{inner.name}", inner
            yield from _classes(inner, f"{outer}{inner.name}.")
        elif isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _classes(inner, f"{outer}{inner.name}.<locals>.")
        else:
            yield from _classes(inner, outer)


def sent_by(written: Written, consumer: type) -> Iterator[Sent]:
    """Yield what *consumer* sends, and what its module sends outside of any class."""
    found = written.classes.get(consumer.__qualname__)
    for node in (
        *_outside_of_classes(written.tree),
        *(ast.walk(found) if found else ()),
    ):
        message = _message_of(node) if isinstance(node, ast.Call) else None
        if isinstance(message, ast.Dict):
            for key, value in zip(message.keys, message.values):
                if (
                    isinstance(key, ast.Constant)
                    and key.value == "type"
                    and isinstance(value, ast.Constant)
                    and isinstance(value.value, str)
                ):
                    yield Sent(value.value, f"{written.file}, line {value.lineno}")


def _outside_of_classes(node: ast.AST) -> Iterator[ast.AST]:
    for inner in ast.iter_child_nodes(node):
        if not isinstance(inner, ast.ClassDef):
            yield inner
            yield from _outside_of_classes(inner)


def _message_of(call: ast.Call) -> Optional[ast.expr]:
    """Return the message, if *call* is one of a layer that sends."""
    function = call.func
    if isinstance(function, ast.Call) and function.args:
        function = function.args[0]  # `async_to_sync(layer.group_send)(...)`
    if not isinstance(function, ast.Attribute):
        return None
    if function.attr != "group_send" and not (
        function.attr == "send" and _last_name(function.value) in _LAYERS
    ):
        return None
    named = [one.value for one in call.keywords if one.arg == "message"]
    return next(iter([*call.args[1:2], *named]), None)


_LAYERS = {"channel_layer", "get_channel_layer", "channel_layers"}


def _last_name(node: ast.AST) -> str:
    """Return "channel_layer" for `self.channel_layer`, and so on."""
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    return getattr(node, "attr", getattr(node, "id", ""))


def line_that_needs_a_layer(node: ast.ClassDef) -> Optional[int]:
    """
    Return a line that calls a method of ``self.channel_layer``, if all uses do.

    Any other use may be the question whether there is one.
    """
    lines: list[int] = []
    for one in ast.walk(node):
        if isinstance(one, TRIES) or _last_name(one) == "suppress":
            return None  # it may expect the error
        for inner in ast.iter_child_nodes(one):
            if (
                isinstance(inner, ast.Attribute)
                and inner.attr == "channel_layer"
                and _last_name(inner.value) == "self"
            ):
                if not isinstance(one, ast.Attribute):
                    return None
                lines.append(one.lineno)
            elif isinstance(inner, ast.Constant) and inner.value == "channel_layer":
                return None  # `getattr(self, "channel_layer", None)`
    return min(lines, default=None)


def returns_none(function: FunctionType) -> bool:
    """Return whether *function*, which is a `def`, may return ``None`` and no more."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (*NOT_READABLE, TypeError):
        return False
    node = tree.body[0]
    if not isinstance(node, ast.FunctionDef):
        return False
    inside = list(_inside(node))
    if any(isinstance(one, (ast.Yield, ast.YieldFrom)) for one in inside):
        return False
    returned = [one.value for one in inside if isinstance(one, ast.Return)]
    return _may_end(node.body) and all(map(_is_none, returned))


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    for inner in ast.iter_child_nodes(node):
        yield inner
        if not isinstance(inner, _SCOPES):
            yield from _inside(inner)


def _is_none(value: Optional[ast.expr]) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


#: Statements that come to an end by themselves.
_PLAIN = (
    *(ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Pass),
    *(ast.Delete, ast.Assert, ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.AsyncFor),
)


def _may_end(body: list[ast.stmt]) -> bool:
    """Return whether *body* may do more than raise."""
    last = body[-1]
    if isinstance(last, ast.If):
        return not last.orelse or _may_end(last.body) or _may_end(last.orelse)
    if isinstance(last, ast.With):
        return _may_end(last.body)
    if isinstance(last, TRIES):
        if last.finalbody and not _may_end(last.finalbody):
            return False
        bodies = [last.orelse or last.body, *(one.body for one in last.handlers)]
        return any(map(_may_end, bodies))
    # Of loops, `match` and what later Pythons have nothing is known.
    return isinstance(last, _PLAIN)
