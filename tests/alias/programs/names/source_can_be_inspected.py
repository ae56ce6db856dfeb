"""Source can be inspected."""

import inspect
import linecache
import sys

import channels_fast

channels_fast.install()
import channels.exceptions

source = inspect.getsource(channels.exceptions.ChannelFull)
assert source.startswith("class ChannelFull"), source
assert inspect.getmodule(channels.exceptions.ChannelFull) is channels.exceptions
assert channels.exceptions.__file__.endswith("exceptions.py")
