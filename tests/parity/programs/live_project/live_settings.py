"""Settings of a project that is tested with a live server."""

from pathlib import Path

HERE = Path(__file__).parent
SECRET_KEY = "not a secret"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(HERE / "real.sqlite3"),
        "TEST": {"NAME": str(HERE / "test.sqlite3")},
    }
}
ASGI_APPLICATION = "live_asgi.application"
ROOT_URLCONF = "live_asgi"
STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "assets"]
USE_TZ = True
DEBUG = True
