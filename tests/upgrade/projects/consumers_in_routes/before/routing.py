from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

import live
from elsewhere import consumers, views
from elsewhere.consumers import ChatConsumer, chat_application
from elsewhere.things import Gadget
from middleware import TokenAuth

application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": URLRouter(
            [
                path("a/", ChatConsumer),  # a comment
                re_path(r"^b/$", view=consumers.Other, name="b"),
                path("c/", live.Derived, {"key": 1}),
                path("d/", TokenAuth(ChatConsumer)),
                path("e/", ChatConsumer.as_asgi),
                path("f/", ChatConsumer.as_asgi()),
                path("g/", chat_application),
                path("h/", Gadget),
                path("i/", live.NoConsumer),
            ]
        ),
        "channel": ChannelNameRouter({"thumbnails": live.Derived}),
        "telegram": live.Base,
    }
)
