"""Tests the project, in processes that start in the way that the argument names."""

import multiprocessing
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    os.environ["DJANGO_SETTINGS_MODULE"] = "live_settings"
    execute_from_command_line(["manage.py", "test", "live_tests", "--noinput"])
