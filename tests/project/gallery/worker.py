"""What a Celery worker does before its first task: set Django up, and check it."""

import logging
import os

import django
from django.core.checks import run_checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallery.settings")
django.setup()
logger = logging.getLogger("worker")
for message in run_checks():
    print(message)
logger.info("a task logs")
print("worked")
