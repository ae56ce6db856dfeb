"""Settings of the benchmarks: each side has its own in-memory layer."""

import os

SECRET_KEY = "not a secret"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
# In a file, since a connection to a database in memory is never closed, and the
# work of closing is part of what is measured.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("BENCH_DATABASE", ":memory:"),
    }
}
CHANNEL_LAYERS = {
    package: {
        "BACKEND": f"{package}.layers.InMemoryChannelLayer",
        "CONFIG": {"capacity": 1000},
    }
    for package in ("channels", "channels_fast")
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
LOGGING_CONFIG = None
