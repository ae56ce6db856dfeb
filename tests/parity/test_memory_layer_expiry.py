"""The in-memory layer: when messages and memberships expire."""

from __future__ import annotations

import asyncio
from unittest import mock

import pytest

from ..support.layers import make, pending


@pytest.fixture
def clock(channels):
    """A clock of the layer's module that the test moves."""
    with mock.patch(f"{channels!r}.layers.time.time") as patched:
        patched.return_value = 1_000_000.0
        yield patched


def forward(clock, seconds):
    clock.return_value += seconds


async def test_messages_expire(channels, clock):
    layer = make(channels, expiry=10)
    await layer.send("a", {"type": "x"})
    forward(clock, 10)
    await layer.send("b", {"type": "y"})
    assert list(layer.channels) == ["a", "b"]
    forward(clock, 0.5)
    assert await pending(layer, "a")
    assert list(layer.channels) == ["b"]


async def test_messages_live_until_their_time(channels, clock):
    layer = make(channels, expiry=10)
    await layer.send("a", {"type": "x"})
    forward(clock, 10)
    assert await layer.receive("a") == {"type": "x"}


async def test_messages_expire_one_by_one(channels, clock):
    layer = make(channels, expiry=10)
    for number in range(3):
        await layer.send("a", {"type": str(number)})
        forward(clock, 4)
    assert await layer.receive("a") == {"type": "1"}
    forward(clock, 7)
    assert await pending(layer, "a")


async def test_reading_one_channel_cleans_all(channels, clock):
    layer = make(channels, expiry=10)
    await layer.send("old", {"type": "x"})
    forward(clock, 11)
    await layer.send("new", {"type": "x"})
    await layer.receive("new")
    assert layer.channels == {}


async def test_a_channel_that_is_used_again_expires_again(channels, clock):
    layer = make(channels, expiry=10)
    for _ in range(3):
        await layer.send("a", {"type": "x"})
        await layer.receive("a")
        forward(clock, 3)
    await layer.send("a", {"type": "late"})
    forward(clock, 9)
    layer._clean_expired()
    assert list(layer.channels) == ["a"]
    forward(clock, 2)
    layer._clean_expired()
    assert layer.channels == {}


async def test_a_shorter_expiry_counts_from_the_next_message_on(channels, clock):
    layer = make(channels, expiry=100)
    await layer.send("a", {"type": "x"})
    await layer.receive("a")
    layer.expiry = 1
    await layer.send("a", {"type": "y"})
    forward(clock, 2)
    layer._clean_expired()
    assert layer.channels == {}


async def test_a_channel_with_an_expired_message_leaves_all_groups(channels, clock):
    layer = make(channels, expiry=10)
    for group in ("g", "h"):
        await layer.group_add(group, "slow")
        await layer.group_add(group, "fast")
    await layer.group_send("g", {"type": "x"})
    await layer.receive("fast")
    forward(clock, 11)
    await layer.group_send("g", {"type": "y"})
    assert {g: list(m) for g, m in layer.groups.items()} == {
        "g": ["fast"],
        "h": ["fast"],
    }
    assert list(layer.channels) == ["fast"]


async def test_full_channels_stay_full_until_they_are_cleaned(channels, clock):
    layer = make(channels, capacity=1, expiry=10)
    await layer.send("a", {"type": "x"})
    forward(clock, 11)
    with pytest.raises(channels.exceptions.ChannelFull):
        await layer.send("a", {"type": "x"})
    layer._clean_expired()
    await layer.send("a", {"type": "x"})


async def test_memberships_expire(channels, clock):
    layer = make(channels, group_expiry=100)
    await layer.group_add("g", "first")
    forward(clock, 50)
    await layer.group_add("g", "second")
    forward(clock, 50)
    layer._clean_expired()
    assert list(layer.groups["g"]) == ["first", "second"]
    forward(clock, 1)
    layer._clean_expired()
    assert list(layer.groups["g"]) == ["second"]
    await layer.group_send("g", {"type": "x"})
    assert list(layer.channels) == ["second"]


async def test_memberships_may_be_renewed(channels, clock):
    layer = make(channels, group_expiry=100)
    await layer.group_add("g", "a")
    await layer.group_add("g", "b")
    forward(clock, 50)
    await layer.group_add("g", "a")
    forward(clock, 60)
    layer._clean_expired()
    assert list(layer.groups["g"]) == ["a"]


async def test_groups_hold_the_time_of_joining(channels, clock):
    layer = make(channels)
    await layer.group_add("g", "a")
    assert layer.groups == {"g": {"a": 1_000_000.0}}


async def test_messages_in_a_queue_of_a_project_expire(channels, clock):
    layer = make(channels, expiry=10)
    layer.channels["a"] = asyncio.Queue()
    await layer.group_add("g", "a")
    await layer.send("a", {"type": "old"})
    forward(clock, 5)
    await layer.send("a", {"type": "young"})
    forward(clock, 6)
    layer._clean_expired()
    assert not layer.groups.get("g")
    assert await layer.receive("a") == {"type": "young"}
    assert layer.channels == {}


async def test_a_clock_that_was_set_back_does_not_keep_messages(channels, clock):
    layer = make(channels, expiry=10)
    forward(clock, 1000)
    layer._clean_expired()
    forward(clock, -1000)
    await layer.send("a", {"type": "x"})
    forward(clock, 11)
    assert await pending(layer, "a")


async def test_messages_expire_within_a_second(channels, clock):
    layer = make(channels, expiry=0.25)
    for _ in range(3):
        await layer.send("a", {"type": "x"})
        await layer.send("b", {"type": "x"})
        forward(clock, 0.125)
        assert await layer.receive("a") == {"type": "x"}
        forward(clock, 0.25)
        layer._clean_expired()
        assert layer.channels == {}
