import django

django.setup()  # get_asgi_application() does so

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter

websocket = AuthMiddlewareStack(URLRouter([]))
application = ProtocolTypeRouter({"http": None, "websocket": websocket})
