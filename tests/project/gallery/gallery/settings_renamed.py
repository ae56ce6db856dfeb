"""The same project, which goes on saying "channels": see ``manage_renamed``."""

from gallery.settings import *  # noqa: F403 # settings, as Django's are

INSTALLED_APPS = [
    "channels" if app == "channels_fast" else app
    for app in INSTALLED_APPS  # noqa: F405 # it comes from there
]
ASGI_APPLICATION = "gallery.asgi_renamed.application"
