"""Second call changes nothing."""

import sys

import channels_fast

channels_fast.install()
import channels.layers

finders, modules = list(sys.meta_path), dict(sys.modules)
channels.install()
channels_fast.install()
assert finders == sys.meta_path
assert all(sys.modules[name] is module for name, module in modules.items())
