"""Half written for channels, half since the switch: one framework for both."""

from channels.generic.websocket import AsyncWebsocketConsumer

from channels_fast.consumer import AsyncConsumer
from channels_fast.db import database_sync_to_async
from photos.models import Thumbnail


class Gallery(AsyncWebsocketConsumer):
    """Send back what the page says, or have the worker make a thumbnail."""

    async def receive(self, text_data=None, bytes_data=None):
        verb, _, photo = text_data.partition(" ")
        if verb != "thumbnail":
            await self.send(f"echo: {text_data}")
            return
        await self.channel_layer.send(
            "thumbnails",
            {"type": "make", "photo": photo, "reply_to": self.channel_name},
        )

    async def thumbnail_made(self, message):
        await self.send(f"made: {message['photo']}")


class ThumbnailMaker(AsyncConsumer):
    """The worker's part."""

    async def make(self, message):
        photo = message["photo"]
        await database_sync_to_async(Thumbnail.objects.create)(photo=photo)
        if "reply_to" in message:
            await self.channel_layer.send(
                message["reply_to"], {"type": "thumbnail.made", "photo": photo}
            )
