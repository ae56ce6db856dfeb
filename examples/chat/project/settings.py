"""
Settings of the demo: SQLite, and a channel layer in the memory of one process.

``deploy/`` serves it with several processes, and tells them by the environment what
they share: CHAT_REDIS, CHAT_POSTGRES, CHAT_STATIC, CHAT_SECRET_KEY.
"""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

# This project is meant to be tried on your own machine. A real one keeps its key
# out of the repository and turns DEBUG off, as deploy/ does.
SECRET_KEY = os.environ.get("CHAT_SECRET_KEY", "the demo has no secrets")
DEBUG = "CHAT_SECRET_KEY" not in os.environ
# The origin check of WebSockets reads this list as well. To open the demo from
# another device, add its address to CHAT_HOSTS; separate several by commas.
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *filter(None, os.environ.get("CHAT_HOSTS", "").split(",")),
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "channels_fast",
    "chat",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]

ROOT_URLCONF = "project.urls"
ASGI_APPLICATION = "project.asgi.application"

# Several processes need a layer that they share. For redis-py 8, docs/deploying.md
# explains the two settings beside the address.
CHAT_REDIS = os.environ.get("CHAT_REDIS")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [
                {
                    "address": CHAT_REDIS,
                    "socket_timeout": None,
                    "max_connections": 10_000,
                }
            ]
        },
    }
    if CHAT_REDIS
    else {"BACKEND": "channels_fast.layers.InMemoryChannelLayer"},
}

CHAT_POSTGRES = os.environ.get("CHAT_POSTGRES")  # the folder of its socket, or a host
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": CHAT_POSTGRES,
        "NAME": "chat",
        "USER": "chat",
        "PASSWORD": os.environ.get("CHAT_POSTGRES_PASSWORD", ""),
    }
    if CHAT_POSTGRES
    else {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("CHAT_DATABASE", BASE_DIR / "chat.sqlite3"),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "rooms"
LOGOUT_REDIRECT_URL = "login"

STATIC_URL = "/static/"
STATIC_ROOT = os.environ.get("CHAT_STATIC")
USE_TZ = True
