"""Routes one connection in a second interpreter, after the first has the extension."""

import importlib
import sys
from pathlib import Path

import channels_fast.routing  # noqa: F401 # it loads the extension

# From 3.12 on the default is an interpreter that shares nothing, for which Django's own
# dependencies are not made. Servers make those that share. The module that does it is
# private, and each Python has it another way.
if sys.version_info >= (3, 13):
    interpreters = importlib.import_module("_interpreters")
    second = interpreters.create("legacy")
elif sys.version_info >= (3, 12):
    interpreters = importlib.import_module("_xxsubinterpreters")
    second = interpreters.create(isolated=False)
else:
    interpreters = importlib.import_module("_xxsubinterpreters")
    second = interpreters.create()

program = Path(__file__).with_name("route_one.py").read_text()
failure = interpreters.run_string(second, program)
assert failure is None, failure
