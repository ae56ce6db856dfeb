"""Reload works in place under both names."""

import importlib
import sys

import channels_fast

channels_fast.install()
import channels.exceptions

before = channels.exceptions, channels.exceptions.ChannelFull
assert importlib.reload(channels.exceptions) is before[0]
assert before[0] is channels_fast.exceptions
assert before[0] is sys.modules["channels.exceptions"]
assert channels.exceptions.ChannelFull is not before[1]
version = channels.__version__
assert importlib.reload(channels) is channels_fast
assert channels.__version__ == version
