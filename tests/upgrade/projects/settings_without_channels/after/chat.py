from channels.layers import get_channel_layer
