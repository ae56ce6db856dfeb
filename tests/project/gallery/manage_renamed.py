#!/usr/bin/env python
"""``manage.py`` of a project that switches by ``install()``, not in the settings."""

import channels_fast

channels_fast.install()

import os  # these two lines come first, as docs/migrating.md says
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallery.settings_renamed")
    execute_from_command_line(sys.argv)
