import os

import django
from environment import load

load()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()
