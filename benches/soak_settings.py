"""Settings of the soak: one in-memory layer, or Redis."""

import os

from benches.settings import *  # noqa: F403

REDIS = os.environ.get("SOAK_REDIS", "")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [REDIS]},
    }
    if REDIS
    else {
        "BACKEND": "channels_fast.layers.InMemoryChannelLayer",
        "CONFIG": {"capacity": 1000},
    }
}
