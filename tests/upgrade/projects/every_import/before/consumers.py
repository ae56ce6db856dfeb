import channels.layers
import channels.exceptions as errors
from channels import auth
from channels.db import database_sync_to_async
from channels_redis.core import RedisChannelLayer

layer = channels.layers.get_channel_layer()
