import os
import sys

# TODO(channels-fast): put this below get_asgi_application() or django.setup(). See docs/troubleshooting.md#an-import-of-channels-that-comes-too-early
from channels.layers import get_channel_layer
from django.core.asgi import get_asgi_application

layer = get_channel_layer
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
# Early, for the models
http = get_asgi_application()

# isort: skip_file
# ruff: noqa: E402
from channels.auth import AuthMiddlewareStack

from channels.routing import ProtocolTypeRouter

application = ProtocolTypeRouter({"http": http, "websocket": AuthMiddlewareStack(layer)})
