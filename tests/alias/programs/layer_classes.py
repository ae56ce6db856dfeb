"""channels_valkey: its layer, as far as it works without a server."""

import channels_fast

channels_fast.install()

import channels_valkey.core

import channels_fast.exceptions
import channels_fast.layers

layer = channels_valkey.core.ValkeyChannelLayer(channel_capacity={"jobs!*": 7})
assert isinstance(layer, channels_fast.layers.BaseChannelLayer)
assert channels_valkey.core.ChannelFull is channels_fast.exceptions.ChannelFull
assert layer.get_capacity("jobs!x") == 7
assert layer.require_valid_group_name("room")
try:
    layer.require_valid_channel_name("two words")
except TypeError:
    print("a layer")
