"""Settings of the soak: one in-memory layer, or Redis."""

import os

from benches.settings import *  # noqa: F403 # as settings are

#: As much as the sync consumers, which share a thread, may fall behind.
CAPACITY = 1000
REDIS = os.environ["SOAK_REDIS"]
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "benches.soak.layers.redis_layer",
        "CONFIG": {
            "hosts": [
                {"address": REDIS, "socket_timeout": None, "max_connections": 10_000}
            ],
            "capacity": CAPACITY,
            # What expires in Redis cannot be counted, and no client waits so long.
            "expiry": 600,
        },
    }
    if REDIS
    else {
        "BACKEND": "benches.soak.layers.MemoryLayer",
        "CONFIG": {"capacity": CAPACITY, "expiry": float(os.environ["SOAK_EXPIRY"])},
    }
}
