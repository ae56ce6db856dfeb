"""Consumers for clients that behave badly, with the package that PACKAGE names."""

import asyncio
import importlib
import json
import os
import time
from pathlib import Path

import django
from django.conf import settings

PACKAGE = os.environ["PACKAGE"]
settings.configure(
    SECRET_KEY="not a secret",
    INSTALLED_APPS=[PACKAGE],
    CHANNEL_LAYERS={"default": {"BACKEND": f"{PACKAGE}.layers.InMemoryChannelLayer"}},
    LOGGING_CONFIG=None,
)
django.setup()

from django.urls import path

db = importlib.import_module(f"{PACKAGE}.db")
layers = importlib.import_module(f"{PACKAGE}.layers")
routing = importlib.import_module(f"{PACKAGE}.routing")
websocket = importlib.import_module(f"{PACKAGE}.generic.websocket")

FRAME = "x" * 65_536
counts = {"sent": 0, "connected": 0, "disconnected": 0}


class Counted(websocket.AsyncWebsocketConsumer):
    async def connect(self):
        counts["connected"] += 1
        await self.accept()

    async def disconnect(self, code):
        counts["disconnected"] += 1


class Echo(Counted):
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data)


class Flood(Counted):
    """Sends as many frames as it is asked for, whether its client reads or not."""

    async def receive(self, text_data=None, bytes_data=None):
        counts["sent"] = 0
        for _ in range(int(text_data)):
            await self.send(FRAME)
            counts["sent"] += 1


class Member(Counted):
    groups = ["all"]

    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.group_send("all", {"type": "say", "text": text_data})

    async def say(self, event):
        await self.send(event["text"])


class Busy(Counted):
    """Waits for the file that its first message names, and passes over the others."""

    async def receive(self, text_data=None, bytes_data=None):
        if text_data.startswith("/"):
            await self.send("begins")
            await asyncio.to_thread(wait_for_file, text_data)


class FloodMember(Flood):
    groups = ["all"]


class CleanFloodMember(FloodMember):
    """Leaves its group however it ends: docs/reliability.md."""

    async def __call__(self, scope, receive, send):
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self.channel_layer.group_discard("all", self.channel_name)


class LargeMember(Member):
    """Hears each message with something large behind it."""

    async def say(self, event):
        await self.send(f"{event['text']} {FRAME}")


class Blocking(websocket.AsyncWebsocketConsumer):
    """Waits for a file in one of the ways in which code can wait."""

    async def receive(self, text_data=None, bytes_data=None):
        how, _, name = text_data.partition(" ")
        await self.send("begins")
        if how == "loop":
            wait_for_file(name)
        elif how == "database":
            await db.database_sync_to_async(wait_for_file)(name)
        elif how == "thread":
            await db.database_sync_to_async(wait_for_file, thread_sensitive=False)(name)
        await self.send("done")


class SyncBlocking(websocket.WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send("begins")
        wait_for_file(text_data)
        self.send("done")


class SyncEcho(websocket.WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send(text_data)


class QueryEcho(websocket.AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(await db.database_sync_to_async(str)(text_data))


def wait_for_file(name):
    while not Path(name).exists():
        time.sleep(0.01)


def resident_bytes():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def state(scope, receive, send):
    """Answer HTTP with what the process has."""
    layer = layers.get_channel_layer()
    found = {
        **counts,
        "tasks": len(asyncio.all_tasks()) - 1,
        "channels": len(layer.channels),
        "members": len(layer.groups.get("all", ())),
        "files": len(os.listdir("/proc/self/fd")),
        "bytes": resident_bytes(),
    }
    body = json.dumps(found).encode()
    headers = [(b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


CONSUMERS = [Echo, Flood, Member, LargeMember, FloodMember, CleanFloodMember]
CONSUMERS += [Busy, Blocking, SyncBlocking, SyncEcho, QueryEcho]
application = routing.ProtocolTypeRouter(
    {
        "http": state,
        "websocket": routing.URLRouter(
            [path(f"{one.__name__}/", one.as_asgi()) for one in CONSUMERS]
        ),
    }
)
