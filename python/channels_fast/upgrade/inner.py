"""Calls of what middleware wraps: in two steps as in Channels 2, or in one."""

from __future__ import annotations

from typing import Optional

import libcst as cst
import libcst.matchers as m

from .methods import replaced

# The arguments of ASGI 3, and those that come second in ASGI 2.
SECOND = [cst.Arg(cst.Name("receive")), cst.Arg(cst.Name("send"))]
_SECOND = [m.Arg(m.Name("receive")), m.Arg(m.Name("send"))]


def inner_call(attribute: str) -> m.Call:
    """Return a matcher of ``self.inner(anything)``, or of the same of a base class."""
    inner = m.Attribute(m.Name("self"), m.Name(attribute))
    base = m.Attribute(m.Call(func=m.Name("super")), m.Name("__call__"))
    return m.Call(func=inner | base, args=[m.Arg(keyword=None, star="")])


def in_one_step(function: cst.FunctionDef, attribute: str) -> Optional[cst.FunctionDef]:
    """
    Return *function* with each call of the inner application in one step.

    None, if there is a call of another form than the two of the documentation:
    ``inner = self.inner(scope)`` with ``await inner(receive, send)`` further down,
    and ``await self.inner(scope)(receive, send)``.
    """
    call = inner_call(attribute)
    kept = []
    # The comments of statements that go away.
    above: list[cst.EmptyLine] = []
    names: dict[str, cst.Call] = {}
    for statement in function.body.body:
        if m.matches(
            statement,
            m.SimpleStatementLine(
                body=[m.Assign([m.AssignTarget(m.Name())], call)],
            ),
        ):
            assert isinstance(statement, cst.SimpleStatementLine)
            assign = statement.body[0]
            assert isinstance(assign, cst.Assign)
            assert isinstance(assign.value, cst.Call)
            name = assign.targets[0].target
            assert isinstance(name, cst.Name)
            if name.value in names:
                return None
            names[name.value] = assign.value
            above += statement.leading_lines
        else:
            if above and isinstance(statement, cst.SimpleStatementLine):
                lines = [*above, *statement.leading_lines]
                statement = statement.with_changes(leading_lines=lines)  # noqa: PLW2901 # with what stood above it
                above = []
            kept.append(statement)
    body = function.body.with_changes(body=kept)
    for name_of_inner, made in names.items():
        uses = m.findall(body, m.Name(name_of_inner))
        later = m.Await(m.Call(m.Name(name_of_inner), _SECOND))
        attributes = m.findall(body, m.Attribute(attr=m.Name(name_of_inner)))
        if len(uses) - len(attributes) != 1 or len(m.findall(body, later)) != 1:
            return None
        changed = m.replace(body, later, cst.Await(with_second(made)))
        assert isinstance(changed, type(body))
        body = changed
    new_calls: dict[cst.CSTNode, cst.CSTNode] = {}
    for found in m.findall(body, m.Await(m.Call(call, _SECOND))):
        assert isinstance(found, cst.Await)
        outer = found.expression
        assert isinstance(outer, cst.Call)
        assert isinstance(outer.func, cst.Call)
        new_calls[outer] = with_second(outer.func)
    body = replaced(body, new_calls)
    if m.findall(body, call):
        return None
    return function.with_changes(body=body)


def with_second(call: cst.Call) -> cst.Call:
    """Return *call* with the arguments ``receive`` and ``send`` behind its own."""
    own = [arg.with_changes(comma=cst.MaybeSentinel.DEFAULT) for arg in call.args]
    return call.with_changes(args=[*own, *SECOND])
