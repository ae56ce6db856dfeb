"""Consumers where an application is wanted: routes, routers and communicators."""

from __future__ import annotations

from typing import Optional

import libcst as cst

from .project import CLASS_NAME, of_channels
from .rewrite import Rewrite

ROUTES = {
    "django.urls.path": "path",
    "django.urls.re_path": "re_path",
    "django.urls.conf.path": "path",
    "django.urls.conf.re_path": "re_path",
    "django.conf.urls.url": "url",
}
_ANCHOR = "a-class-in-place-of-an-application"


class Applications(Rewrite):
    """``ChatConsumer`` becomes ``ChatConsumer.as_asgi()``."""

    words = ("path", "url", "Router", "Communicator")
    _in_router = 0

    def visit_Call(self, node: cst.Call) -> None:
        """Notice that what follows are routes of a router."""
        if of_channels(self.name_of(node.func), "URLRouter"):
            self._in_router += 1

    def visit_Assign(self, node: cst.Assign) -> None:
        """Notice a list that is named as the tutorial names its routes."""
        self._in_router += self._is_list_of_routes(node)

    def leave_Assign(
        self, original_node: cst.Assign, updated_node: cst.Assign
    ) -> cst.Assign:
        """Leave such a list."""
        self._in_router -= self._is_list_of_routes(original_node)
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        """Look at each argument that is an application."""
        name = self.name_of(original_node.func)
        if of_channels(name, "URLRouter"):
            self._in_router -= 1
        elif name in ROUTES:
            return self._argument(original_node, updated_node, 1, "view")
        elif of_channels(
            name, "WebsocketCommunicator", "HttpCommunicator", "ApplicationCommunicator"
        ):
            self._in_router += 1
            changed = self._argument(original_node, updated_node, 0, "application")
            self._in_router -= 1
            return changed
        elif of_channels(name, "ProtocolTypeRouter", "ChannelNameRouter"):
            return self._mapping(original_node, updated_node)
        return updated_node

    def _argument(
        self, before: cst.Call, after: cst.Call, place: int, keyword: str
    ) -> cst.Call:
        args = list(after.args)
        for number, arg in enumerate(before.args):
            named = arg.keyword.value if arg.keyword else None
            if named == keyword or (named is None and number == place):
                value = self._application(arg.value, args[number].value)
                args[number] = args[number].with_changes(value=value)
        return after.with_changes(args=args)

    def _mapping(self, before: cst.Call, after: cst.Call) -> cst.Call:
        if not before.args or not isinstance(before.args[0].value, cst.Dict):
            return after
        mapping = after.args[0].value
        assert isinstance(mapping, cst.Dict)
        elements = list(mapping.elements)
        self._in_router += 1
        for number, element in enumerate(before.args[0].value.elements):
            value = self._application(element.value, elements[number].value)
            elements[number] = elements[number].with_changes(value=value)
        self._in_router -= 1
        first = after.args[0].with_changes(
            value=mapping.with_changes(elements=elements)
        )
        return after.with_changes(args=[first, *after.args[1:]])

    def _application(
        self, before: cst.BaseExpression, after: cst.BaseExpression
    ) -> cst.BaseExpression:
        if isinstance(before, cst.Call):
            return self._inside(before, after)
        if not isinstance(before, (cst.Name, cst.Attribute)):
            return after
        if isinstance(before, cst.Attribute) and before.attr.value == "as_asgi":
            return cst.Call(after) if self._verdict(before.value) else after
        verdict = self._verdict(before)
        if verdict:
            return cst.Call(cst.Attribute(after, cst.Name("as_asgi")))
        last = before.attr if isinstance(before, cst.Attribute) else before
        if verdict is None and self._routes_here() and CLASS_NAME.fullmatch(last.value):
            text = f"if {last.value} is a consumer, write {last.value}.as_asgi()"
            self.remark(text, _ANCHOR)
        return after

    def _inside(
        self, before: cst.Call, after: cst.BaseExpression
    ) -> cst.BaseExpression:
        """Look at what middleware is put around."""
        assert isinstance(after, cst.Call)
        function = before.func
        if isinstance(function, cst.Attribute) and function.attr.value.startswith(
            "as_"
        ):
            return after
        args = list(after.args)
        for number, arg in enumerate(before.args):
            if self._verdict(arg.value):
                value = self._application(arg.value, args[number].value)
                args[number] = args[number].with_changes(value=value)
        return after.with_changes(args=args)

    def _verdict(self, node: cst.BaseExpression) -> Optional[bool]:
        name = self.name_of(node)
        if name is None or name.startswith("builtins."):
            return None
        return self.project.is_consumer(name)

    def _routes_here(self) -> bool:
        return self._in_router > 0 or self.source.dotted.rpartition(".")[2] == "routing"

    def _is_list_of_routes(self, node: cst.Assign) -> bool:
        return any(
            isinstance(target.target, cst.Name) and "websocket" in target.target.value
            for target in node.targets
        )
