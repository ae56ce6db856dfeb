"""A server imports ``asgi.py``, which reads the settings first."""

import project.asgi
from django.apps import apps
from django.conf import settings

assert "channels" in settings.INSTALLED_APPS
assert apps.is_installed("channels")
module = type(project.asgi.application).__module__
assert module == "channels_fast.routing", module
