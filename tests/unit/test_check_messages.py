"""The system checks of what consumers send to each other, which read the source."""

from __future__ import annotations

import pytest

from ..support.checks import application_checks  # noqa: F401 # fixtures
from ..support.written import consumer_checks, import_of_written  # noqa: F401 # fixtures


@pytest.mark.parametrize(
    "sending",
    [
        'await self.channel_layer.group_send("a", {"type": "chat.message", "b": 1})',
        'await self.channel_layer.group_send("a", message={"type": "chat_message"})',
        'await self.channel_layer.send(self.channel_name, {"type": "chat.message"})',
        'await get_channel_layer().send("a", {"type": "chat.message"})',
        'async_to_sync(self.channel_layer.group_send)("a", {"type": "chat.message"})',
    ],
)
def test_a_handler_of_what_the_consumer_sends_is_checked(check, written, sending):
    module = written(
        f"""
        class Chat(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                {sending}

            def chat_message(self, event):
                self.event = event
        """
    )
    message = check(module.Chat)["E009"]
    assert message.msg.endswith(
        f"{module.__name__}.Chat.chat_message ({module.__file__}, line 10) is `def` in "
        "a consumer that awaits it, and returns nothing to await."
    )


def test_an_async_handler_of_a_sync_consumer_is_an_error(check, written):
    module = written(
        """
        def tell(text):
            layer = get_channel_layer()
            async_to_sync(layer.group_send)("all", {"type": "news.item", "text": text})

        class News(WebsocketConsumer):
            async def news_item(self, event):
                await self.send(event["text"])
        """
    )
    assert "News.news_item (" in check(module.News)["E009"].msg


def test_what_looks_like_a_handler_is_left_alone(check, written):
    module = written(
        """
        class Chat(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                await self.send(json.dumps({"type": "chat_message"}))
                await self.channel_layer.group_send("a", {"type": "chat.told"})

            def chat_message(self, event):
                self.told = event

            def chat_told(self, text, room):
                self.told = text

        class Other(AsyncWebsocketConsumer):
            def chat_told(self, text):
                self.told = text
        """
    )
    assert check(module.Chat, module.Other) == {}


@pytest.mark.parametrize("name", ["close", "send", "accept", "receive"])
def test_a_type_that_is_the_name_of_a_method_is_an_error(check, written, name):
    module = written(
        f"""
        class Chat(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                await self.channel_layer.group_send("a", {{"type": "{name}"}})
        """
    )
    if name == "receive":  # of the project, which may tell them apart
        assert check(module.Chat) == {}
        return
    message = check(module.Chat)["E010"]
    assert message.msg == (
        f"URLRouter, route '0/': {module.__file__}, line 8: a message of the type "
        f"{name!r} calls AsyncWebsocketConsumer.{name}(), which is no handler."
    )
    assert f"'group.{name}'" in message.hint


def test_a_type_that_another_consumer_has_a_handler_for_is_fine(check, written):
    module = written(
        """
        class Chat(AsyncWebsocketConsumer):
            async def connect(self):
                await self.channel_layer.send("worker", {"type": "close"})
                await self.channel_layer.send("worker", {"type": "websocket.receive"})
                await self.channel_layer.send("worker", {"type": "_private"})

        class Worker(AsyncConsumer):
            async def close(self, event):
                self.event = event
        """
    )
    assert check(module.Chat, module.Worker) == {}
