"""Django Channels with a router compiled in Rust."""

__version__ = "0.1.0"

DEFAULT_CHANNEL_LAYER = "default"
