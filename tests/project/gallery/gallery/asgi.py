"""What an ASGI server calls."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallery.settings")
http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # it needs the settings
from channels.routing import (  # as above
    ChannelNameRouter,
    ProtocolTypeRouter,
)
from channels.security.websocket import (  # as above
    AllowedHostsOriginValidator,
)
from photos.consumers import ThumbnailMaker  # it needs the models
from photos.routing import sockets  # as above

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(sockets)),
        "channel": ChannelNameRouter({"thumbnails": ThumbnailMaker.as_asgi()}),
    }
)
