"""A whole project in one file: settings, and the application that they name."""

from __future__ import annotations

import os
from pathlib import Path

SECRET_KEY = "not a secret"
DEBUG = True
ALLOWED_HOSTS = ["127.0.0.1"]
# Staticfiles stands first on purpose: its runserver is the one that Django finds.
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    os.environ.get("PACKAGE", "channels_fast"),
]
DATABASES = {}
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [str(Path(__file__).parent)]
ROOT_URLCONF = "tests.support.runserver_project"
ASGI_APPLICATION = "tests.support.runserver_project.application"

urlpatterns = []


async def application(scope, receive, send):
    """Answer HTTP with the path, and WebSockets with what they sent."""
    await receive()
    if scope["type"] == "http":
        headers = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": scope["path"].encode()})
    else:
        await send({"type": "websocket.accept"})
        message = await receive()
        await send({"type": "websocket.send", "text": message["text"]})
        await receive()
