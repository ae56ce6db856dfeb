"""The line of ``INSTALLED_APPS``."""

from __future__ import annotations

from typing import TypeVar

import libcst as cst

from .project import is_list_of_apps
from .rewrite import Rewrite

CHANNELS = {"channels", "channels.apps.ChannelsConfig"}
DAPHNE = {"daphne", "daphne.apps.DaphneConfig"}
OURS = {"channels_fast", "channels_fast.apps.ChannelsConfig"}

_Apps = TypeVar("_Apps", cst.List, cst.Tuple)


class Settings(Rewrite):
    """``"channels"`` becomes ``"channels_fast"``, or that is put in front."""

    words = ("_APPS",)
    _lists = 0

    def visit_Assign(self, node: cst.Assign) -> None:
        """Notice a list of applications."""
        self._lists += any(is_list_of_apps(one.target) for one in node.targets)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        """Notice what is added to one."""
        self._lists += is_list_of_apps(node.target)

    def leave_AugAssign(
        self, original_node: cst.AugAssign, updated_node: cst.AugAssign
    ) -> cst.AugAssign:
        """Leave it."""
        self._lists -= is_list_of_apps(original_node.target)
        return updated_node

    def leave_Assign(
        self, original_node: cst.Assign, updated_node: cst.Assign
    ) -> cst.Assign:
        """Put the application in front where the project has no line for it."""
        named = [one.target for one in original_node.targets]
        if not any(is_list_of_apps(target) for target in named):
            return updated_node
        self._lists -= 1
        project = self.project
        installed = any(
            isinstance(name, cst.Name) and name.value == "INSTALLED_APPS"
            for name in named
        )
        if (
            not installed
            or project.apps & (OURS | CHANNELS | DAPHNE)
            or not project.uses_channels
        ):
            return updated_node
        value = updated_node.value
        if len(project.lists_of_apps) == 1:
            if isinstance(value, cst.List):
                return updated_node.with_changes(value=_in_front(value, 0))
            if isinstance(value, cst.Tuple):
                return updated_node.with_changes(value=_in_front(value, 0))
        self.remark(
            'put "channels_fast" first in INSTALLED_APPS',
            "an-import-of-channels-that-comes-too-early",
        )
        return updated_node

    def leave_Element(
        self, original_node: cst.Element, updated_node: cst.Element
    ) -> cst.Element:
        """Replace the line of Channels."""
        text = updated_node.value
        if (
            self._lists
            and isinstance(text, cst.SimpleString)
            and text.evaluated_value in CHANNELS
            and not self.project.apps & OURS
        ):
            new = text.with_changes(value=f"{text.quote}channels_fast{text.quote}")
            return updated_node.with_changes(value=new)
        return updated_node

    def leave_List(self, original_node: cst.List, updated_node: cst.List) -> cst.List:
        """Put the application in front of Daphne's, if that is all there is."""
        return self._before_daphne(updated_node)

    def leave_Tuple(
        self, original_node: cst.Tuple, updated_node: cst.Tuple
    ) -> cst.Tuple:
        """Do the same in a tuple."""
        return self._before_daphne(updated_node)

    def _before_daphne(self, apps: _Apps) -> _Apps:
        if not self._lists or self.project.apps & (OURS | CHANNELS):
            return apps
        for place, element in enumerate(apps.elements):
            text = element.value
            if isinstance(text, cst.SimpleString) and text.evaluated_value in DAPHNE:
                return _in_front(apps, place)
        return apps


def _in_front(apps: _Apps, place: int) -> _Apps:
    elements: list[cst.BaseElement] = list(apps.elements)
    quote = '"'
    for element in elements:
        if isinstance(element.value, cst.SimpleString):
            quote = element.value.quote
            break
    new = cst.Element(cst.SimpleString(f"{quote}channels_fast{quote}"))
    if not elements:
        return apps.with_changes(elements=[new])
    before = _space(apps, place)
    space: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
    if isinstance(before, cst.ParenthesizedWhitespace):
        # A comment above the first element is about that.
        above = [] if place else before.empty_lines
        plain = cst.TrailingWhitespace()
        space = before.with_changes(first_line=plain, empty_lines=above)
        if not place:
            apps = _with_space(apps, before.with_changes(empty_lines=[]))
    new = new.with_changes(comma=cst.Comma(whitespace_after=space))
    return apps.with_changes(elements=[*elements[:place], new, *elements[place:]])


def _space(apps: _Apps, place: int) -> cst.BaseParenthesizableWhitespace:
    """Return what stands in front of an element, such as a line break."""
    if place:
        comma = apps.elements[place - 1].comma
        assert isinstance(comma, cst.Comma)
        return comma.whitespace_after
    if isinstance(apps, cst.List):
        return apps.lbracket.whitespace_after
    return apps.lpar[0].whitespace_after if apps.lpar else cst.SimpleWhitespace("")


def _with_space(apps: _Apps, space: cst.BaseParenthesizableWhitespace) -> _Apps:
    if isinstance(apps, cst.List):
        bracket = apps.lbracket.with_changes(whitespace_after=space)
        return apps.with_changes(lbracket=bracket)
    first = apps.lpar[0].with_changes(whitespace_after=space)
    return apps.with_changes(lpar=[first, *apps.lpar[1:]])
