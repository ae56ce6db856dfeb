"""Find spec finds a module without importing it."""

import importlib.util
import sys

import channels_fast

channels_fast.install()
spec = importlib.util.find_spec("channels.sessions")
assert "channels_fast.sessions" not in sys.modules
assert spec.name == "channels.sessions"
assert spec.origin.endswith("sessions.py")
assert spec.has_location
assert spec.loader.get_filename("channels.sessions") == spec.origin
assert importlib.util.find_spec("channels.generic").submodule_search_locations
assert importlib.util.find_spec("channels.nothing") is None
import channels.sessions

spec = importlib.util.find_spec("channels.sessions")
assert spec is sys.modules["channels_fast.sessions"].__spec__
