from django.core.asgi import get_asgi_application
django_asgi_app = get_asgi_application()

# isort: skip_file
# ruff: noqa: E402
from channels.routing import ProtocolTypeRouter
from routing import websockets

more = {"http": None}
# TODO(channels-fast): give this mapping an "http" key, if it has none. See docs/troubleshooting.md#a-router-without-an-http-key
one = ProtocolTypeRouter({**more, "websocket": websockets})
# TODO(channels-fast): give this mapping an "http" key, if it has none. See docs/troubleshooting.md#a-router-without-an-http-key
two = ProtocolTypeRouter(more)
three = ProtocolTypeRouter({"http": django_asgi_app})
four = ProtocolTypeRouter(application_mapping={'http': django_asgi_app, 'websocket': websockets})
