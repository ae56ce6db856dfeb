"""Makes a ProtocolTypeRouter where Django has no settings yet, and then asks it."""

import asyncio
import warnings

import django
from django.conf import settings

from channels_fast.routing import ProtocolTypeRouter

warnings.simplefilter("ignore")
router = ProtocolTypeRouter({"websocket": None})
print(sorted(router.application_mapping))

urlpatterns = []
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
django.setup()
scope = {"type": "http", "method": "GET", "path": "/", "query_string": b""}


async def receive():
    return {"type": "http.request"}


async def send(message):
    if "status" in message:
        print(message["status"])


asyncio.run(router(scope, receive, send))
