from django.core.asgi import get_asgi_application
django_asgi_app = get_asgi_application()

# isort: skip_file
# ruff: noqa: E402
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter

from django.urls import path, re_path

import live
from elsewhere import consumers, views
from elsewhere.consumers import ChatConsumer, chat_application
from elsewhere.things import Gadget
from middleware import TokenAuth

# TODO(channels-fast): if Gadget is a consumer, write Gadget.as_asgi(). See docs/troubleshooting.md#a-class-in-place-of-an-application
application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": URLRouter(
            [
                path("a/", ChatConsumer.as_asgi()),  # a comment
                re_path(r"^b/$", view=consumers.Other.as_asgi(), name="b"),
                path("c/", live.Derived.as_asgi(), {"key": 1}),
                path("d/", TokenAuth(ChatConsumer.as_asgi())),
                path("e/", ChatConsumer.as_asgi()),
                path("f/", ChatConsumer.as_asgi()),
                path("g/", chat_application),
                path("h/", Gadget),
                path("i/", live.NoConsumer),
            ]
        ),
        "channel": ChannelNameRouter({"thumbnails": live.Derived.as_asgi()}),
        "telegram": live.Base.as_asgi(),
    }
)
