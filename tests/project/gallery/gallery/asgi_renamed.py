"""The same application in a module whose imports stand in the usual order."""

import channels_fast

channels_fast.install()

import os  # these two lines come first, as docs/migrating.md says

from channels.auth import AuthMiddlewareStack
from channels.routing import ChannelNameRouter, ProtocolTypeRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallery.settings_renamed")
http = get_asgi_application()

from photos.consumers import ThumbnailMaker  # it needs the models
from photos.routing import sockets  # as above

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(sockets)),
        "channel": ChannelNameRouter({"thumbnails": ThumbnailMaker.as_asgi()}),
    }
)
