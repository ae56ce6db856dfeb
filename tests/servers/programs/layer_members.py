"""
Consumers with the layer that the variable LAYER describes, moved by lines of JSON.

Each line on standard input is a list:

    ["join", NAME]        begin a consumer, which joins all groups
    ["work"]              begin what runworker does, for the channel "work"
    ["say", GROUP, TEXT]  send to a group
    ["order", TEXT]       send to the channel "work", for the answer to "boss"

Each line on standard output is one too:

    ["answer", "done"]    to each command, or the name of the error
    ["got", NAME, TEXT]   what a consumer got
    ["ended", NAME, ERROR]
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import threading
from typing import Any

import django
from django.conf import settings

import channels_fast

channels_fast.install()
settings.configure(
    SECRET_KEY="not a secret",
    INSTALLED_APPS=["channels"],
    CHANNEL_LAYERS={"default": json.loads(os.environ["LAYER"])},
)
django.setup()

from channels.consumer import AsyncConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ChannelNameRouter
from channels.worker import Worker

#: So different that each of two shards gets some.
GROUPS = ["coffee", "juice", "lemonade", "milk", "tea", "water"]
channel_names: dict[str, str] = {}
tasks = set()


def show(*words: str) -> None:
    print(json.dumps(words), flush=True)


class Member(AsyncWebsocketConsumer):
    groups = GROUPS

    async def connect(self) -> None:
        channel_names[self.scope["name"]] = self.channel_name
        await self.accept()

    async def say(self, event: dict[str, Any]) -> None:
        await self.send(event["text"])


class Workshop(AsyncConsumer):
    async def work(self, event: dict[str, Any]) -> None:
        message = {"type": "say", "text": f"done: {event['text']}"}
        await self.channel_layer.send(event["reply_to"], message)


async def join(name: str) -> None:
    """Begin a consumer as a server does, and wait until it has joined."""
    events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    joined = asyncio.get_running_loop().create_future()

    async def send(event: dict[str, Any]) -> None:
        if event["type"] == "websocket.accept":
            joined.set_result(None)
        else:
            show("got", name, event.get("text", event["type"]))

    async def live() -> None:
        scope = {"type": "websocket", "path": "/", "headers": [], "name": name}
        try:
            await Member.as_asgi()(scope, events.get, send)
        except Exception as error:
            if not joined.done():
                joined.set_exception(error)
            else:
                show("ended", name, type(error).__name__)

    events.put_nowait({"type": "websocket.connect"})
    tasks.add(asyncio.ensure_future(live()))
    await joined


async def obey(command: str, *arguments: str) -> None:
    layer = get_channel_layer()
    if command == "join":
        await join(*arguments)
    elif command == "say":
        group, text = arguments
        await layer.group_send(group, {"type": "say", "text": text})
    elif command == "order":
        message = {"type": "work", "reply_to": channel_names["boss"]}
        await layer.send("work", {**message, "text": arguments[0]})
    elif command == "work":
        router = ChannelNameRouter({"work": Workshop.as_asgi()})
        worker = Worker(router, ["work"], layer)
        tasks.add(asyncio.ensure_future(worker.handle()))


async def main() -> None:
    logging.disable(logging.CRITICAL)
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")

    # It would keep the process alive that waits for a line.
    threading.Thread(target=read, daemon=True).start()
    while line := await lines.get():
        command = json.loads(line)
        try:
            await obey(*command)
        except Exception as error:
            show("answer", type(error).__name__)
        else:
            show("answer", "done")


asyncio.run(main())
