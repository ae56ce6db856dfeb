"""
The socket routes. Those of the pages are in ``urls.py``.

The page ``/routes/`` shows which engine serves each of them.
"""

from django.urls import path, re_path

from channels_fast.routing import URLRouter

from . import consumers

sockets = URLRouter(
    [
        path("ws/chat/<str:room>/", consumers.ChatConsumer.as_asgi()),
        path("ws/presence/", consumers.PresenceConsumer.as_asgi()),
        # The number is optional: "ws/echo/" answers once, "ws/echo/3/" three times.
        re_path(r"^ws/echo/(?:(?P<times>[0-9]+)/)?$", consumers.EchoConsumer.as_asgi()),
    ],
    # A path that no route accepts is refused with HTTP 404. Without this it would be an
    # error in the log of the server.
    on_miss="deny",
)
