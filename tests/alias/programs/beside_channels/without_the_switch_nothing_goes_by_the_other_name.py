"""Whoever wants the router alone keeps the real ``channels``."""

import sys

import channels_fast.apps
import channels_fast.generic.websocket
from channels_fast.routing import URLRouter

assert "channels" not in sys.modules
import channels.routing

assert channels.routing.URLRouter is not URLRouter
assert channels.__file__ != sys.modules["channels_fast"].__file__
assert not channels_fast.__version__.startswith("4.")
