"""Middleware that takes the scope first and the rest later, as in Channels 2."""

from __future__ import annotations

from typing import Optional

import libcst as cst
import libcst.matchers as m

from .inner import SECOND, in_one_step, inner_call, with_second
from .methods import method, names, replaced, with_methods
from .project import of_channels
from .rewrite import Rewrite

_ANCHOR = "middleware-of-asgi-2"
_QUERIES = m.Attribute(attr=m.Name("objects")) | m.Call(
    func=m.Name("close_old_connections")
)


class Middleware(Rewrite):
    """``__call__(self, scope)`` becomes a coroutine with all three arguments."""

    words = ("__call__", "populate_scope", "resolve_scope")

    def visit_Module(self, node: cst.Module) -> None:
        """Find the classes of instances, which middleware makes for connections."""
        self._instances = {}
        text = f"{self.source.path.name} {node.code}".lower()
        self._is_about_middleware = "channels" in text or "middleware" in text
        self._changed: dict[str, list[cst.FunctionDef]] = {}
        for one in node.body:
            if isinstance(one, cst.ClassDef):
                call = method(one, "__call__")
                if (
                    call
                    and call.asynchronous
                    and names(call)[1:] == ["receive", "send"]
                ):
                    self._instances[one.name.value] = one

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        """Say so of hooks that nothing calls any more."""
        direct = [self.name_of(base.value) for base in node.bases]
        hooks = [n for n in ("populate_scope", "resolve_scope") if method(node, n)]
        if (
            any(of_channels(base, "BaseMiddleware") for base in direct)
            and hooks
            and not method(node, "__call__")
        ):
            text = f"nothing calls {hooks[0]}() since Channels 3, write __call__()"
            self.remark(text, _ANCHOR)

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        """Change the methods of a middleware."""
        call = method(original_node, "__call__")
        attribute = self._inner(original_node) if self._is_one(original_node) else None
        if call is None or call.asynchronous or names(call) != ["self", "scope"]:
            return updated_node
        if attribute is None and not self._has_middleware_as_base(original_node):
            return updated_node
        new = attribute and self._in_one_step(original_node, call, attribute)
        if not new:
            self.remark("write async def __call__(self, scope, receive, send)", _ANCHOR)
            return updated_node
        if m.findall(call.body, _QUERIES):
            text = "this runs in the event loop now, use database_sync_to_async"
            self.remark(text, "the-database-in-an-async-function")
        return with_methods(updated_node, new)

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        """Change the classes of instances whose middleware has been changed."""
        body = [
            with_methods(one, self._changed[one.name.value])
            if isinstance(one, cst.ClassDef) and one.name.value in self._changed
            else one
            for one in updated_node.body
        ]
        return updated_node.with_changes(body=body)

    def _is_one(self, node: cst.ClassDef) -> bool:
        # Others have a __call__() with a scope too, such as a permission of OAuth.
        init = method(node, "__init__")
        argument = names(init)[1:2] if init else []
        return self._is_about_middleware or argument in (["inner"], ["app"])

    def _has_middleware_as_base(self, node: cst.ClassDef) -> bool:
        bases = [self.name_of(base.value) for base in node.bases]
        return any(base and self.project.is_middleware(base) for base in bases)

    def _inner(self, node: cst.ClassDef) -> Optional[str]:
        """Return the attribute that holds the inner application."""
        init = method(node, "__init__")
        if init is not None and len(names(init)) > 1:
            parameter = names(init)[1]
            for found in m.findall(
                init.body,
                m.Assign(
                    [m.AssignTarget(m.Attribute(m.Name("self"), m.Name()))],
                    m.Name(parameter),
                ),
            ):
                assert isinstance(found, cst.Assign)
                target = found.targets[0].target
                assert isinstance(target, cst.Attribute)
                return target.attr.value
        for base in node.bases:
            if of_channels(self.name_of(base.value)):
                last = str(self.name_of(base.value)).rpartition(".")[2]
                return "inner" if last.endswith("Middleware") else None
        return None

    def _in_one_step(
        self, node: cst.ClassDef, call: cst.FunctionDef, attribute: str
    ) -> Optional[list[cst.FunctionDef]]:
        """Return the changed methods, or None if the meaning of one is not certain."""
        returns = _returns(call)
        last = call.body.body[-1]
        if not returns or not m.matches(last, m.SimpleStatementLine([m.Return()])):
            return None
        methods: list[cst.FunctionDef] = []
        changed: dict[str, list[cst.FunctionDef]] = {}
        new: dict[cst.CSTNode, cst.CSTNode] = {}
        for one in returns:
            value = one.value
            if not isinstance(value, cst.Call):
                return None
            if m.matches(value, inner_call(attribute)):
                awaited = with_second(value)
            elif self.name_of(value.func) == "functools.partial":
                coroutine = self._partial(node, value, attribute)
                if coroutine is None:
                    return None
                methods.append(coroutine)
                function = value.args[0].value
                awaited = with_second(
                    value.with_changes(func=function, args=value.args[1:])
                )
            elif (
                isinstance(value.func, cst.Name) and value.func.value in self._instances
            ):
                name = value.func.value
                made = self._instance(self._instances[name])
                if made is None:
                    return None
                changed[name] = made
                awaited = cst.Call(value, SECOND)
            else:
                return None
            space = cst.SimpleWhitespace(" ")
            new[one] = one.with_changes(
                value=cst.Await(awaited), whitespace_after_return=space
            )
        if len(m.findall(call.body, inner_call(attribute))) != sum(
            m.matches(one, m.Return(inner_call(attribute))) for one in returns
        ):
            return None
        self._changed.update(changed)
        last_one = call.params.params[-1]
        params = [
            *call.params.params[:-1],
            last_one.with_changes(comma=cst.MaybeSentinel.DEFAULT),
            cst.Param(cst.Name("receive")),
            cst.Param(cst.Name("send")),
        ]
        new[call.params] = call.params.with_changes(params=params)
        changed_call = replaced(call, new).with_changes(asynchronous=cst.Asynchronous())
        return [changed_call, *methods]

    def _partial(
        self, node: cst.ClassDef, value: cst.Call, attribute: str
    ) -> Optional[cst.FunctionDef]:
        """Return the coroutine that ``partial(self.coroutine, scope)`` is of."""
        if not value.args or any(arg.keyword or arg.star for arg in value.args):
            return None
        function = value.args[0].value
        if not m.matches(function, m.Attribute(m.Name("self"), m.Name())):
            return None
        assert isinstance(function, cst.Attribute)
        coroutine = method(node, function.attr.value)
        if coroutine is None or not coroutine.asynchronous:
            return None
        if names(coroutine)[-2:] != ["receive", "send"]:
            return None
        return in_one_step(coroutine, attribute)

    def _instance(self, node: cst.ClassDef) -> Optional[list[cst.FunctionDef]]:
        call = method(node, "__call__")
        assert call is not None
        new = in_one_step(call, "inner")
        return None if new is None else [new]


def _returns(function: cst.FunctionDef) -> list[cst.Return]:
    """Return the ``return`` statements of *function* itself."""
    found = []

    class Finder(cst.CSTVisitor):
        def on_visit(self, node: cst.CSTNode) -> bool:
            if isinstance(node, cst.Return):
                found.append(node)
            return not isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda))

    function.body.visit(Finder())
    return found
