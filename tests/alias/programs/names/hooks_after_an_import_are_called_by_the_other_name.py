"""Tracers register hooks for ``channels``, before or after the alias is there."""

import importlib
import inspect
import sys

from import_hooks import after_import, waiting

import channels_fast
import channels_fast.layers

called = []


def hook(module):
    called.append((module.__name__, module))
    module.replaced = True


for name in ("channels", "channels.layers", "channels.routing"):
    after_import(name, hook)
channels_fast.install()
# What was loaded already counts as imported.
assert [name for name, _ in called] == ["channels", "channels.layers"]

import channels.routing

assert channels.routing.replaced
assert [name for name, _ in called[2:]] == ["channels.routing"]
after_import("channels.consumer", hook)
from channels.consumer import AsyncConsumer

assert AsyncConsumer.__module__ == "channels_fast.consumer"
for name, module in called:
    own = name.replace("channels", "channels_fast", 1)
    assert module is sys.modules[name] is sys.modules[own]
    assert module.__name__ == module.__spec__.name == own
    assert inspect.getsource(module)
    assert importlib.reload(module) is module
assert len(called) == 4
assert not waiting
