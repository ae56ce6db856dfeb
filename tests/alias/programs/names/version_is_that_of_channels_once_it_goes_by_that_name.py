"""Sentry takes anything below 3.0.0 for Channels 2."""

import channels_fast

own = channels_fast.__version__
assert own == channels_fast.VERSION
channels_fast.install()
import channels

assert channels.__version__ == "4.3.2"
assert own == channels_fast.VERSION
