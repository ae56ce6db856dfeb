"""Every form of import gives the same objects."""

import channels_fast

channels_fast.install()
import channels.generic.websocket as websocket
import channels.layers
from channels import exceptions, routing
from channels.db import database_sync_to_async
from channels.exceptions import ChannelFull

import channels_fast.db
import channels_fast.exceptions
import channels_fast.generic.websocket
import channels_fast.routing

assert channels.layers is channels_fast.layers
assert websocket is channels_fast.generic.websocket
assert websocket is channels.generic.websocket
assert exceptions is channels_fast.exceptions
assert routing.URLRouter is channels_fast.routing.URLRouter
assert database_sync_to_async is channels_fast.db.database_sync_to_async
assert issubclass(ChannelFull, channels_fast.exceptions.ChannelFull)
assert channels.layers.channel_layers is channels_fast.layers.channel_layers
