"""The same application in a module whose imports stand in the usual order."""

import channels_fast

channels_fast.install()

import os  # noqa: E402  these two lines come first, as docs/migrating.md says

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ChannelNameRouter, ProtocolTypeRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallery.settings_renamed")
http = get_asgi_application()

from photos.consumers import ThumbnailMaker  # noqa: E402  it needs the models
from photos.routing import sockets  # noqa: E402  as above

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(sockets)),
        "channel": ChannelNameRouter({"thumbnails": ThumbnailMaker.as_asgi()}),
    }
)
