"""Consumers and their checks; modules of them, since some checks read the source."""

from __future__ import annotations

import importlib
import itertools
import sys
import textwrap

import pytest
from django.urls import path

from channels_fast.exceptions import StopConsumer
from channels_fast.generic.http import AsyncHttpConsumer

from .checks import websocket

IMPORTS = (
    "import json\n"
    "from asgiref.sync import async_to_sync\n"
    "from channels_fast.consumer import *\n"
    "from channels_fast.generic.websocket import *\n"
    "from channels_fast.layers import get_channel_layer\n"
)
MEMORY = {"default": {"BACKEND": "channels_fast.layers.InMemoryChannelLayer"}}
_numbers = itertools.count()


@pytest.fixture(name="written")
def import_of_written(tmp_path, monkeypatch):
    """Return a function that imports a module, which begins at line 6."""
    monkeypatch.syspath_prepend(tmp_path)

    def written(source):
        name = f"project_consumers_{next(_numbers)}"
        text = IMPORTS + textwrap.dedent(source).lstrip("\n")
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        module = importlib.import_module(name)
        monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, name, module)
        return module

    return written


@pytest.fixture(name="check")
def consumer_checks(found, settings):
    """Return a function that checks consumers and layers, as {id: message}."""

    def check(*consumers, layers=MEMORY):
        for package in ("channels_redis", "channels_valkey"):
            if package in str(layers):
                pytest.importorskip(package)
        settings.CHANNEL_LAYERS = layers
        routes = [path(f"{n}/", one.as_asgi()) for n, one in enumerate(consumers)]
        return found(websocket(*routes))

    return check


async def async_anything(self, *args, **kwargs):
    """Do nothing."""


EVENTS = {
    "receive": {"type": "websocket.receive", "text": "{}"},
    "receive_json": {"type": "websocket.receive", "text": "{}"},
    "websocket_receive": {"type": "websocket.receive", "text": "{}"},
    "disconnect": {"type": "websocket.disconnect", "code": 1000},
}


async def connected(consumer, name):
    """Send a new object of *consumer* the event that leads to the method *name*."""
    event = EVENTS.get(name, {"type": "websocket.connect"})
    if issubclass(consumer, AsyncHttpConsumer):
        event = {"type": "http.request"}
    events = [event]

    async def receive():
        if not events:
            raise StopConsumer
        return events.pop()

    await consumer.as_asgi()({}, receive, async_anything)
