"""Sentry does so, from within the settings."""

try:
    from channels.gone import AsgiHandler
except ImportError:
    AsgiHandler = None
