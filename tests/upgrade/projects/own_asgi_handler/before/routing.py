from channels.auth import AuthMiddlewareStack
from channels.http import AsgiHandler
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf.urls import url

application = ProtocolTypeRouter(
    {
        "http": URLRouter(
            [
                url(r"^polls/", AuthMiddlewareStack(AsgiHandler)),
                url(r"", AsgiHandler),
            ]
        ),
        "other": AsgiHandler(),
    }
)
