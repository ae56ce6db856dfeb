"""Search for a part that is not there does no harm."""

import sys

import looks_for_a_part

assert "channels" in sys.modules
import channels_fast

channels_fast.install()
import channels.http

assert channels.http.AsgiHandler.__module__ == "channels_fast.http"
