"""Annotations can be evaluated: dependency injection and document generators do it."""

from __future__ import annotations

import contextlib
import pkgutil
import types
import typing

import pytest

from channels_fast.consumer import AsyncConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from tests.parity.names import introspect, read_list

#: Public only in name: commands of the terminal, and what Django calls.
TOOLS = ("channels_fast.bench", "channels_fast.checks", "channels_fast.doctor")


def public():
    """Return what is public, by its name: of this package and of channels."""
    found = {}
    for path in introspect("channels_fast"):
        if not path.startswith(TOOLS) and "._" not in path:
            found[path] = look_up(path)
    for name in read_list():
        path = str(name).replace("channels", "channels_fast", 1)
        with contextlib.suppress(AttributeError):  # `no_op`
            found[path] = look_up(path)
    return found


def look_up(path):
    """Return what goes by the dotted *path*, a method as its class gives it."""
    return pkgutil.resolve_name(path)


KINDS = (type, types.ModuleType, types.FunctionType, types.MethodType)
PUBLIC = {path: value for path, value in public().items() if isinstance(value, KINDS)}


@pytest.mark.parametrize("path", sorted(PUBLIC))
def test_the_annotations_of_a_public_name_can_be_evaluated(path):
    value = PUBLIC[path]
    typing.get_type_hints(value)
    if isinstance(value, type):
        for method in ("__init__", "__call__"):
            typing.get_type_hints(getattr(value, method))


def test_a_project_adds_its_own_to_those_of_a_consumer():
    class Chat(AsyncWebsocketConsumer):
        room: str

        async def receive_room(self, room: typing.Optional[str] = None) -> None: ...

    hints = typing.get_type_hints(Chat)
    assert hints["room"] is str
    assert hints.keys() >= typing.get_type_hints(AsyncConsumer).keys() >= {"scope"}
    optional = typing.Optional[str]
    assert typing.get_type_hints(Chat.receive_room)["room"] == optional
    assert typing.get_type_hints(Chat.send)["text_data"] == optional
