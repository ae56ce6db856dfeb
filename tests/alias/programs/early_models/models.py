"""Django imports models when all applications are known."""

from channels.layers import get_channel_layer

__all__ = ["get_channel_layer"]
