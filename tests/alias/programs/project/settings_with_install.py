"""The settings of a project that keeps the old entry, for packages that look for it."""

import channels_fast

channels_fast.install()

from project.settings import *  # noqa: F403 # settings, as Django's are
