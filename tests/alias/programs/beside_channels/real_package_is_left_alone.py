"""Real package is left alone."""

import contextlib
import sys

import channels.layers

import channels_fast

finders, modules = list(sys.meta_path), set(sys.modules)
with contextlib.suppress(RuntimeError):
    channels_fast.install()
assert sys.meta_path == finders
assert sys.modules["channels"] is channels is not channels_fast
assert not any(n.startswith("channels.") for n in set(sys.modules) - modules)
assert not channels_fast.__version__.startswith("4.")
