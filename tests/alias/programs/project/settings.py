"""A project as it was written for channels; the test says what is different."""

import os

SECRET_KEY = "not a secret"
DEBUG = os.environ.get("DEBUG") != "0"
INSTALLED_APPS = os.environ["INSTALLED_APPS"].split()
DATABASES = {}
STATIC_URL = "/static/"
USE_TZ = True
ROOT_URLCONF = "project.urls"
ASGI_APPLICATION = os.environ.get("ASGI_APPLICATION", "project.asgi.application")
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
