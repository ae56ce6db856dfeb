"""
Event loops whose clock leaps, as on a machine that is too busy.

It finds in minutes the tests that such a machine breaks once in a while:

    python -m pytest -p tests.support.leaping_clock tests/unit tests/parity

A test that gives one loop very much to do may fail by its safety net as well.
"""

import asyncio
import itertools
import time

#: Each look at the clock is so much later than the one before.
LEAP_SECONDS = 0.3

leaps = itertools.count()
asyncio.BaseEventLoop.time = lambda loop: time.monotonic() + LEAP_SECONDS * next(leaps)
