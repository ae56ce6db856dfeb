from apps import found

# TODO(channels-fast): put "channels_fast" first in INSTALLED_APPS. See docs/troubleshooting.md#an-import-of-channels-that-comes-too-early
INSTALLED_APPS = found()
