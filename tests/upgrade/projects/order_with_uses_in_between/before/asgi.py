import os
import sys

from channels.auth import AuthMiddlewareStack
from channels.layers import get_channel_layer
from django.core.asgi import get_asgi_application

layer = get_channel_layer
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
# Early, for the models
http = get_asgi_application()
from channels.routing import ProtocolTypeRouter

application = ProtocolTypeRouter({"websocket": AuthMiddlewareStack(layer)})
