"""Constructors of consumers, which get no scope since Channels 3."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from .methods import method, names, replaced, with_methods
from .rewrite import Rewrite

_ANCHOR = "a-class-in-place-of-an-application"
_SCOPE = m.Name("scope") | m.Attribute(m.Name("self"), m.Name("scope"))
_BASE_CALL = m.Call(func=m.Attribute(attr=m.Name("__init__")))
_NO_SCOPE = "a constructor gets no scope since Channels 3, take it out"
_LATE = "this has no scope yet since Channels 3, move it to connect()"


class Constructors(Rewrite):
    """``__init__(self, scope)`` becomes ``__init__(self, **kwargs)``."""

    words = ("__init__",)

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        """Look at the constructor of a consumer."""
        name = self.name_of(original_node.name)
        if name is None or not self.project.is_consumer(name):
            return updated_node
        init = method(original_node, "__init__")
        if init is None:
            return updated_node
        passed = [arg.value for arg in _passed(init)]
        uses = m.findall(init.body, _SCOPE)
        if any(all(use is not value for value in passed) for use in uses):
            self.remark(_LATE, _ANCHOR)
            return updated_node
        if names(init) != ["self", "scope"]:
            if names(init)[1:2] == ["scope"]:
                self.remark(_NO_SCOPE, _ANCHOR)
            return updated_node
        keywords = cst.Param(cst.Name("kwargs"), star="**")
        passed_on = cst.Arg(keywords.name, star="**")
        params = init.params.with_changes(
            params=[
                init.params.params[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)
            ],
            star_kwarg=keywords,
        )
        new = replaced(
            init, {init.params: params, **dict.fromkeys(_passed(init), passed_on)}
        )
        return with_methods(updated_node, [new])


def _passed(init: cst.FunctionDef) -> list[cst.Arg]:
    """Return where the constructor of the base gets the scope."""
    return [
        arg
        for call in m.findall(init.body, _BASE_CALL)
        if isinstance(call, cst.Call)
        for arg in call.args
        if m.matches(arg, m.Arg(m.Name("scope"), keyword=None, star=""))
    ]
