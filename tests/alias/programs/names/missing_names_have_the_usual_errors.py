"""Missing modules and names have the usual errors."""

import importlib

import channels_fast

channels_fast.install()

try:
    importlib.import_module("channels.nothing")
except ModuleNotFoundError as error:
    assert str(error) == "No module named 'channels.nothing'", error
else:
    raise AssertionError("it was found")

try:
    from channels.layers import nothing
except ImportError as error:
    start = "cannot import name 'nothing' from 'channels_fast.layers'"
    assert str(error).startswith(start), error
else:
    raise AssertionError(nothing)
