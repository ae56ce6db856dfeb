"""A project as it was written for channels, with one line of it changed."""

from __future__ import annotations

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "not a secret"
DEBUG = True
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "channels_fast",  # was: "channels"
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "photos",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "gallery.sqlite3",
        # In a file, so that the server of the live tests can see it.
        "TEST": {"NAME": BASE_DIR / "test.sqlite3"},
    }
}
ROOT_URLCONF = "gallery.urls"
ASGI_APPLICATION = "gallery.asgi.application"
WSGI_APPLICATION = "gallery.wsgi.application"
STATIC_URL = "/static/"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
if "REDIS_PORT" in os.environ:
    # Both settings are for redis-py 8: docs/deploying.md.
    REDIS = {
        "address": f"redis://127.0.0.1:{os.environ['REDIS_PORT']}",
        "socket_timeout": 30,
        "max_connections": 10_000,
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [REDIS], "prefix": os.environ["REDIS_PREFIX"]},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
