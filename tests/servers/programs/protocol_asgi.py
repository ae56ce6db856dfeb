"""
A consumer for all that the WebSocket protocol has, behind what WRAP names.

LAYER may have another channel layer, as JSON.
"""

import contextlib
import json
import os

from django.conf import settings

import channels_fast

channels_fast.install()
MEMORY = '{"BACKEND": "channels_fast.layers.InMemoryChannelLayer"}'
settings.configure(
    SECRET_KEY="not a secret",
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "channels_fast",
    ],
    ROOT_URLCONF=__name__,
    CHANNEL_LAYERS={"default": json.loads(os.environ.get("LAYER", MEMORY))},
)

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from django.http import HttpResponse
from django.urls import path, re_path

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.lifespan import Lifespan
from channels_fast.routing import ProtocolTypeRouter, URLRouter

WRAP = os.environ["WRAP"]
left = []
entered = []


@contextlib.asynccontextmanager
async def life():
    entered.append(os.getpid())
    yield


class Everything(AsyncWebsocketConsumer):
    groups = ["all"]

    async def connect(self):
        offered = self.scope["subprotocols"]
        await self.accept(subprotocol=offered[-1] if offered else None)

    async def receive(self, text_data=None, bytes_data=None):
        if text_data == "scope":
            found = {
                "path": self.scope["path"],
                "kwargs": self.scope["url_route"]["kwargs"],
                "query": self.scope["query_string"].decode(),
                "headers": [
                    value.decode("latin1")
                    for name, value in self.scope["headers"]
                    if name == b"x-test"
                ],
                "process": os.getpid(),
                "left": left,
                "lifespan": entered == [os.getpid()],
                "lifespan state": "state" in self.scope,
            }
            await self.send(json.dumps(found))
        elif text_data == "close":
            await self.close(4001, reason="bye")
        elif text_data == "to all":
            await self.channel_layer.group_send("all", {"type": "tell"})
        else:
            await self.send(text_data, bytes_data)

    async def tell(self, event):
        await self.send("for all")

    async def disconnect(self, code):
        left.append(code)


class Private(AsyncWebsocketConsumer):
    async def connect(self):
        await self.deny(401, "log in first", {"x-why": "a stranger"})


class LongPoll(AsyncHttpConsumer):
    async def handle(self, body):
        await self.send_headers(headers=[(b"Content-Type", b"text/plain")])
        await self.send_body(b"first ", more_body=True)
        await self.send_body(b"second")


def view(request, name):
    return HttpResponse(f"view {name} {request.method}")


urlpatterns = [path("view/<str:name>/", view)]
application = ProtocolTypeRouter(
    {
        "http": URLRouter(
            [path("poll/", LongPoll.as_asgi()), re_path("", django_application)]
        )
        if WRAP == "routes"
        else django_application,
        "websocket": AuthMiddlewareStack(
            URLRouter(
                [
                    path("ws/<str:room>/", Everything.as_asgi()),
                    path("private/", Private.as_asgi()),
                ]
            )
        ),
        "lifespan": Lifespan([life]),
    }
)
if WRAP == "sentry":
    import sentry_sdk
    from sentry_sdk.integrations.asgi import SentryAsgiMiddleware

    sentry_sdk.init("http://key@127.0.0.1:9/1", traces_sample_rate=1.0)
    application = SentryAsgiMiddleware(application)
elif WRAP == "opentelemetry":
    from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware

    application = OpenTelemetryMiddleware(application)
elif WRAP == "starlette":
    from starlette.applications import Starlette
    from starlette.routing import Mount

    application = Starlette(routes=[Mount("/", app=application)])
elif WRAP == "keywords":
    plain = application

    async def application(scope, receive, send):
        await plain(scope=scope, receive=receive, send=send)
