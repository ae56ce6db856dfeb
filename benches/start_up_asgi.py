"""An application as projects have it, for `benches.start_up`."""

from django.core.asgi import get_asgi_application

http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402 # it needs the settings
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 # as above

application = ProtocolTypeRouter(
    {"http": http, "websocket": AuthMiddlewareStack(URLRouter([]))}
)
