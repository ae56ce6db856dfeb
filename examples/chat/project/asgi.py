"""What the server calls: pages to Django, sockets to the routes of the chat."""

import os

from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

# Sets Django up. Anything that imports models has to come after it.
django_application = get_asgi_application()

from chat.dice import CHANNEL, DiceConsumer  # noqa: E402 # as above
from chat.routing import sockets  # noqa: E402 # as above

from channels_fast.auth import AuthMiddlewareStack  # noqa: E402 # needs set-up Django
from channels_fast.routing import (  # noqa: E402 # as above
    ChannelNameRouter,
    ProtocolTypeRouter,
)
from channels_fast.security.websocket import (  # noqa: E402 # as above
    AllowedHostsOriginValidator,
)

application = ProtocolTypeRouter(
    {
        # Serves CSS and JavaScript too. In production a web server does that.
        "http": ASGIStaticFilesHandler(django_application),
        # First the origin, then the user, then the route to a consumer.
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(sockets)),
        # Messages to a worker, not to a client.
        "channel": ChannelNameRouter({CHANNEL: DiceConsumer.as_asgi()}),
    }
)
