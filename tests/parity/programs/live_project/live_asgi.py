"""The application, with the package that the variable PACKAGE names."""

import importlib
import os

import django
from django.apps import apps
from django.urls import path

PACKAGE = os.environ["PACKAGE"]

if django.VERSION >= (3, 0):
    from django.core.asgi import get_asgi_application

    http = get_asgi_application()
else:  # Django 2.2 has no ASGI; Channels has it in its place.
    django.setup()
    http = importlib.import_module(f"{PACKAGE}.http").AsgiHandler()

routing = importlib.import_module(f"{PACKAGE}.routing")
websocket = importlib.import_module(f"{PACKAGE}.generic.websocket")

urlpatterns = []


class Count(websocket.WebsocketConsumer):
    """Answers the label of an application with the number of its content types."""

    def receive(self, text_data=None, bytes_data=None):
        content_types = apps.get_model("contenttypes.ContentType").objects
        self.send(str(content_types.filter(app_label=text_data).count()))


application = routing.ProtocolTypeRouter(
    {
        "http": http,
        "websocket": routing.URLRouter([path("ws/", Count.as_asgi())]),
    }
)
