"""``channels-fast upgrade``: rewrite a project of Channels 2, 3 or 4."""
