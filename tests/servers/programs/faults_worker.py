"""``runworker jobs`` on a Redis, with the package that PACKAGE names."""

import asyncio
import importlib
import os
import time
from pathlib import Path

import django
from django.conf import settings

PACKAGE = os.environ["PACKAGE"]
DONE = Path(os.environ["DONE"])
if PACKAGE == "channels_fast":
    # channels_redis imports channels.
    importlib.import_module("channels_fast").install()
settings.configure(
    SECRET_KEY="not a secret",
    INSTALLED_APPS=["channels"],
    ASGI_APPLICATION="faults_worker.application",
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {
                "hosts": [
                    {
                        "address": f"redis://127.0.0.1:{os.environ['REDIS_PORT']}",
                        "socket_timeout": None,
                    }
                ]
            },
        }
    },
    LOGGING_CONFIG=None,
)
django.setup()

from channels.consumer import AsyncConsumer
from channels.routing import (
    ChannelNameRouter,
    ProtocolTypeRouter,
)
from django.core.management import call_command


def note(text):
    with DONE.open("a") as done:
        done.write(f"{text}\n")


def wait_for_file(file):
    while not file.exists():
        time.sleep(0.01)


class Jobs(AsyncConsumer):
    async def job(self, event):
        note(f"begin {event['name']}")
        if "wait_for" in event:
            await asyncio.to_thread(wait_for_file, Path(event["wait_for"]))
        if event.get("fails"):
            raise ValueError(event["name"])
        note(f"end {event['name']}")


async def no_pages(scope, receive, send):
    """Stand for Django, which is not needed here."""


application = ProtocolTypeRouter(
    {"http": no_pages, "channel": ChannelNameRouter({"jobs": Jobs.as_asgi()})}
)


def run():
    call_command("runworker", "jobs")
