"""Other packages find the application by the name of channels."""

import django

django.setup()
import channels.apps
from django.apps import apps

import channels_fast

config = apps.get_app_config("channels")
assert apps.is_installed("channels")
assert type(config) is channels.apps.ChannelsConfig
assert (config.name, config.label, config.verbose_name) == (
    "channels",
    "channels",
    "Channels",
)
assert config.module is channels_fast
assert list(apps.get_app_configs()) == [config]
