import channels_fast.routing as routing
from channels.auth import AuthMiddlewareStack
from channels_fast.routing import (
    ProtocolTypeRouter,
    URLRouter,  # the one of URLs
)

application = ProtocolTypeRouter({"websocket": AuthMiddlewareStack(URLRouter([]))})
