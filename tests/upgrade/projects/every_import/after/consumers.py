# TODO(channels-fast): write channels_fast.layers here and where it is used. See docs/troubleshooting.md#an-import-of-channels-that-comes-too-early
import channels.layers
import channels_fast.exceptions as errors
from channels_fast import auth
from channels_fast.db import database_sync_to_async
from channels_redis.core import RedisChannelLayer

layer = channels.layers.get_channel_layer()
