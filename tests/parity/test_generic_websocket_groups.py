"""WebSocket consumers in groups."""

from __future__ import annotations

import pytest

from ..support.consumers import CONNECT, DISCONNECT, run
from ..support.generic_consumers import consumer_kind, make  # noqa: F401 # a fixture
from ..support.layers import memory_layer

pytestmark = pytest.mark.django_db


async def test_groups_are_joined_before_connect_and_left_before_disconnect(
    channels, kind, settings
):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    layer = channels.layers.get_channel_layer()
    seen = []

    def connect(self):
        seen.append(
            {g: list(m) == [self.channel_name] for g, m in layer.groups.items()}
        )
        yield

    def disconnect(self, code):
        seen.append(dict(layer.groups))
        yield

    consumer = make(
        channels, kind, groups=["a", "b"], connect=connect, disconnect=disconnect
    )()
    await run(consumer, CONNECT, DISCONNECT)
    assert seen == [{"a": True, "b": True}, {}]


async def test_groups_may_be_set_by_the_constructor(channels, kind, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    seen = []

    def init(self, room):
        self.groups = [room]

    def connect(self):
        seen.extend(self.channel_layer.groups)
        yield

    consumer = make(channels, kind, __init__=init, connect=connect)
    await run(consumer.as_asgi(room="lobby"), CONNECT, DISCONNECT)
    assert seen == ["lobby"]


def test_groups_are_an_empty_list_by_default(channels, kind):
    cls = make(channels, kind)
    assert cls.groups is None
    first, second = cls(1, two=2), cls()
    assert first.groups == []
    assert first.groups is not second.groups


@pytest.mark.parametrize("event", [CONNECT, DISCONNECT])
async def test_groups_need_a_layer(channels, kind, settings, event):
    settings.CHANNEL_LAYERS = {}
    with pytest.raises(channels.exceptions.InvalidChannelLayerError) as caught:
        await run(make(channels, kind, groups=["a"])(), event)
    assert str(caught.value) == "BACKEND is unconfigured or doesn't support groups"
    assert isinstance(caught.value, ValueError)


async def test_group_messages_reach_the_client(channels, kind, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)

    def chat_message(self, event):
        yield self.send(event["text"])

    consumer = make(channels, kind, groups=["room"], chat_message=chat_message)
    communicator = channels.testing.WebsocketCommunicator(consumer.as_asgi(), "/")
    assert await communicator.connect() == (True, None)
    await channels.layers.get_channel_layer().group_send(
        "room", {"type": "chat.message", "text": "hello"}
    )
    assert await communicator.receive_from() == "hello"
    await communicator.disconnect()
    assert channels.layers.get_channel_layer().groups == {}
