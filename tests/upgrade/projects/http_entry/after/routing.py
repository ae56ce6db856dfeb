from django.core.asgi import get_asgi_application
django_asgi_app = get_asgi_application()

# isort: skip_file
# ruff: noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter

websockets = URLRouter([])
application = ProtocolTypeRouter({"http": django_asgi_app, "websocket": websockets})
