"""It is the switch."""

import sys

import django

django.setup()
import channels.layers

import channels_fast

assert channels is channels_fast
layer = channels.layers.get_channel_layer()
assert type(layer) is channels_fast.layers.InMemoryChannelLayer
