"""Pickles of either name can be read."""

import pickle

import channels_fast

channels_fast.install()
from channels.exceptions import ChannelFull

assert pickle.loads(pickle.dumps(ChannelFull)) is ChannelFull
# What another process wrote, with the channels of PyPI.
assert pickle.loads(b"cchannels.exceptions\nChannelFull\n.") is ChannelFull
