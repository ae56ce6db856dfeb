"""Prints how Django knows the application of the package that the argument names."""

import sys
import warnings

import django
from django.apps import apps
from django.conf import settings

warnings.simplefilter("ignore")
settings.configure(
    INSTALLED_APPS=[sys.argv[1], "django.contrib.staticfiles"], STATIC_URL="/s/"
)
django.setup()

# Not before: an application may replace the bases of the command.
from django.contrib.staticfiles.management.commands.runserver import (
    Command,
)

config = apps.get_app_config("channels")
print(config.verbose_name, apps.is_installed("channels"))
print(Command.__mro__[1].__module__.replace("channels_fast", "channels"))
