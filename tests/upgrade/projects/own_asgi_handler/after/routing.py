from django.urls import re_path
from django.core.asgi import get_asgi_application
django_asgi_app = get_asgi_application()

# isort: skip_file
# ruff: noqa: E402
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter

application = ProtocolTypeRouter(
    {
        "http": URLRouter(
            [
                re_path(r"^polls/", AuthMiddlewareStack(django_asgi_app)),
                re_path(r"", django_asgi_app),
            ]
        ),
        "other": django_asgi_app,
    }
)
