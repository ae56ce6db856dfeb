"""The recipe for a lazy import, from the documentation of importlib."""

import importlib.util
import sys

import channels_fast

channels_fast.install()


def lazy_import(name):
    spec = importlib.util.find_spec(name)
    loader = importlib.util.LazyLoader(spec.loader)
    spec.loader = loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module


lazy = lazy_import("channels.routing")
assert lazy.URLRouter([]).routes == []
import channels.routing

import channels_fast.routing

assert lazy is channels.routing is channels_fast.routing
assert lazy.__name__ == lazy.__spec__.name == "channels_fast.routing"
