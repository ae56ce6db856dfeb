"""
A chat over somebody else's channel layer: ``chat_over_a_layer.py BACKEND CONFIG``.

Two WebSockets in a group hear each other, a worker gets a job, and a full channel
raises the one ``ChannelFull`` that there is.
"""

import asyncio
import json
import sys

import django
from django.conf import settings

backend, config = sys.argv[1:]
settings.configure(
    INSTALLED_APPS=["channels_fast"],
    CHANNEL_LAYERS={"default": {"BACKEND": backend, "CONFIG": json.loads(config)}},
)
django.setup()

# Written for channels, as the backend itself.
from channels.consumer import AsyncConsumer
from channels.exceptions import ChannelFull
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import BaseChannelLayer, get_channel_layer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from channels.worker import Worker
from django.urls import path

import channels_fast.exceptions
import channels_fast.layers


class Chat(AsyncJsonWebsocketConsumer):
    groups = ["room"]

    async def receive_json(self, content):
        await self.channel_layer.group_send(
            "room", {"type": "chat.said", "text": content["text"]}
        )

    async def chat_said(self, event):
        await self.send_json({"text": event["text"], "room": self.scope["url_route"]})


async def chat():
    router = URLRouter([path("<str:room>/", Chat.as_asgi())])
    first, second = (WebsocketCommunicator(router, "/lobby/") for _ in range(2))
    for socket in first, second:
        assert await socket.connect(timeout=30) == (True, None)
    await first.send_json_to({"text": "hello"})
    for socket in first, second:
        message = await socket.receive_json_from(timeout=30)
        assert message["text"] == "hello", message
        assert message["room"]["kwargs"] == {"room": "lobby"}
    await second.disconnect(timeout=30)
    await first.send_json_to({"text": "alone"})
    assert (await first.receive_json_from(timeout=30))["text"] == "alone"
    await first.disconnect(timeout=30)


async def work():
    done = asyncio.get_running_loop().create_future()

    class Job(AsyncConsumer):
        async def do_it(self, message):
            done.set_result((self.scope["channel"], message["number"]))

    layer = get_channel_layer()
    worker = asyncio.ensure_future(Worker(Job.as_asgi(), ["jobs"], layer).handle())
    # A layer by publishing and subscribing loses what nobody waits for yet.
    while not done.done():
        await layer.send("jobs", {"type": "do.it", "number": 7})
        await asyncio.wait([done], timeout=0.1)
        if done.done():
            break
    assert done.result() == ("jobs", 7)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)


async def overflow():
    layer = get_channel_layer()
    if not isinstance(layer, BaseChannelLayer):
        return  # publishing and subscribing knows no capacity
    try:
        for _ in range(200):
            await layer.send("nobody-receives", {"type": "drop"})
    except channels_fast.exceptions.ChannelFull:
        print("full")
    else:
        raise AssertionError("the channel took everything")


async def main():
    await chat()
    await work()
    await overflow()
    await get_channel_layer().flush()


assert ChannelFull is channels_fast.exceptions.ChannelFull
layer = get_channel_layer()
assert layer is channels_fast.layers.channel_layers["default"]
assert f"{type(layer).__module__}.{type(layer).__name__}" == backend
asyncio.run(main())
print("chatted")
