"""Old entry works after a call of install."""

import channels_fast

channels_fast.install()
import django

django.setup()
from django.apps import apps

assert type(apps.get_app_config("channels")).__module__ == "channels_fast.apps"
