"""HTTP in a ``ProtocolTypeRouter``, which Channels 4 leaves to the project."""

from __future__ import annotations

from typing import Optional, Union

import libcst as cst

from .project import of_channels
from .rewrite import Rewrite

_ANCHOR = "a-router-without-an-http-key"
_GONE = "a-module-that-channels-4-took-away"
_ASGI = "django.core.asgi"


class Routers(Rewrite):
    """The "http" entry is written out, and Django's own handlers are used."""

    _made: Optional[str] = None

    def visit_Module(self, node: cst.Module) -> None:
        """Find a name of the module that Django's application has already."""
        for statement in node.body:
            value, name = assigned(statement)
            if (
                isinstance(value, cst.Call)
                and self.name_of(value.func) == f"{_ASGI}.get_asgi_application"
            ):
                self._made = name

    def leave_Call(
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        """Change routers, and the handlers of Channels 3."""
        name = self.name_of(original_node.func)
        if of_channels(name, "ProtocolTypeRouter") and updated_node.args:
            return self._router(updated_node)
        if name == "channels.http.AsgiHandler" and not original_node.args:
            return self._django()
        if name == "channels.staticfiles.StaticFilesWrapper":
            return self._static(original_node, updated_node)
        args = [
            new.with_changes(value=self._handler(old.value, new.value))
            for old, new in zip(original_node.args, updated_node.args)
        ]
        return updated_node.with_changes(args=args)

    def leave_DictElement(
        self, original_node: cst.DictElement, updated_node: cst.DictElement
    ) -> cst.DictElement:
        """Change the class of the handler, which Channels 2 took."""
        value = self._handler(original_node.value, updated_node.value)
        return updated_node.with_changes(value=value)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        """Say so of a class that is derived from what is gone."""
        for base in node.bases:
            name = self.name_of(base.value)
            if of_channels(name, "AsgiHandler", "StaticFilesHandler"):
                text = f"Channels 4 has no {str(name).rpartition('.')[2]}"
                self.remark(text, _GONE)

    def _handler(
        self, before: cst.BaseExpression, after: cst.BaseExpression
    ) -> cst.BaseExpression:
        if (
            isinstance(before, (cst.Name, cst.Attribute))
            and self.name_of(before) == "channels.http.AsgiHandler"
        ):
            return self._django()
        return after

    def _django(self) -> cst.BaseExpression:
        """Return Django's application: the one that there is, or a new one."""
        self.forget("channels.http", "AsgiHandler")
        if self._made:
            return cst.Name(self._made)
        self.import_name(_ASGI, "get_asgi_application")
        return cst.Call(cst.Name("get_asgi_application"))

    def _static(self, before: cst.Call, after: cst.Call) -> cst.Call:
        simple = len(before.args) == 1 and before.args[0].keyword is None
        if not simple or not isinstance(before.func, cst.Name):
            text = "ASGIStaticFilesHandler of Django does what StaticFilesWrapper did"
            self.remark(text, _GONE)
            return after
        self.forget("channels.staticfiles", "StaticFilesWrapper")
        handler = "ASGIStaticFilesHandler"
        self.import_name("django.contrib.staticfiles.handlers", handler)
        return after.with_changes(func=cst.Name(handler))

    def _router(self, call: cst.Call) -> cst.Call:
        mapping = call.args[0].value
        if not isinstance(mapping, cst.Dict) or any(
            isinstance(one, cst.StarredDictElement) for one in mapping.elements
        ):
            self.remark('give this mapping an "http" key, if it has none', _ANCHOR)
            return call
        keys = [one.key for one in mapping.elements if isinstance(one, cst.DictElement)]
        if not all(isinstance(key, cst.SimpleString) for key in keys):
            self.remark('give this mapping an "http" key, if it has none', _ANCHOR)
            return call
        texts = [key for key in keys if isinstance(key, cst.SimpleString)]
        if any(key.evaluated_value == "http" for key in texts):
            return call
        quote = texts[0].quote if texts else '"'
        value = self._django()
        first = call.args[0].with_changes(value=_with_http(mapping, quote, value))
        return call.with_changes(args=[first, *call.args[1:]])


def assigned(statement: cst.CSTNode) -> tuple[Optional[cst.BaseExpression], str]:
    """Return value and name of ``name = value``."""
    if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1:
        only = statement.body[0]
        if isinstance(only, cst.Assign) and len(only.targets) == 1:
            target = only.targets[0].target
            if isinstance(target, cst.Name):
                return only.value, target.value
    return None, ""


def _with_http(mapping: cst.Dict, quote: str, value: cst.BaseExpression) -> cst.Dict:
    before = mapping.lbrace.whitespace_after
    space: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
    brace = mapping.lbrace
    if isinstance(before, cst.ParenthesizedWhitespace):
        # The comments there are about what comes first, or the note of the tutorial of
        # Channels 2, which is no longer true.
        kept = [
            line
            for line in before.empty_lines
            if not (line.comment and "added by default" in line.comment.value)
        ]
        brace = brace.with_changes(whitespace_after=before.with_changes(empty_lines=[]))
        space = before.with_changes(
            first_line=cst.TrailingWhitespace(), empty_lines=kept
        )
    comma: Union[cst.Comma, cst.MaybeSentinel] = cst.MaybeSentinel.DEFAULT
    if mapping.elements:
        comma = cst.Comma(whitespace_after=space)
    element = cst.DictElement(
        cst.SimpleString(f"{quote}http{quote}"), value, comma=comma
    )
    return mapping.with_changes(lbrace=brace, elements=[element, *mapping.elements])
