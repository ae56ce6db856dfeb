"""Prints whether Twisted is imported, and what runserver of staticfiles inherits."""

import sys

import django

django.setup()

# Not before: an application may replace the bases of the command.
from django.contrib.staticfiles.management.commands.runserver import (  # noqa: E402
    Command,
)

print("twisted" in sys.modules, Command.__mro__[1].__module__)
