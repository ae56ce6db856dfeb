"""Commands of ``channels_fast.urls``."""
