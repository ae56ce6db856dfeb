"""Prints what the set-up of Django imports, and what runserver of staticfiles is."""

import sys

import django

django.setup()

print(*("twisted" in sys.modules, "django.core.servers" in sys.modules))

# Not before: an application may replace the bases of the command.
from django.contrib.staticfiles.management.commands.runserver import (
    Command,
)

print("twisted" in sys.modules, Command.__mro__[1].__module__)
