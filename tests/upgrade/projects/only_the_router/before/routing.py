import channels.routing as routing
from channels.auth import AuthMiddlewareStack
from channels.routing import (
    ProtocolTypeRouter,
    URLRouter,  # the one of URLs
)

application = ProtocolTypeRouter({"websocket": AuthMiddlewareStack(URLRouter([]))})
