"""What the in-memory layer does better, and what that costs."""

from __future__ import annotations

import asyncio
import time
from unittest import mock

import pytest

from channels_fast.exceptions import ChannelFull
from channels_fast.layers import BaseChannelLayer, InMemoryChannelLayer


async def test_channel_capacity_may_be_a_dict():
    """In the reference the first send raises ValueError."""
    layer = InMemoryChannelLayer(capacity=3, channel_capacity={"small*": 1})
    await layer.send("small-1", {"type": "x"})
    with pytest.raises(ChannelFull):
        await layer.send("small-1", {"type": "x"})
    for _ in range(3):
        await layer.send("large", {"type": "x"})


def test_a_capacity_dict_may_be_set_later():
    layer = BaseChannelLayer()
    assert layer.channel_capacity == {}
    layer.channel_capacity = {"a": 1}
    assert (layer.get_capacity("a"), layer.get_capacity("b")) == (1, 100)


def test_the_old_name_of_the_check_passes_receive_on():
    """As in Channels 3; the reference forgets it."""
    layer = BaseChannelLayer()
    deprecated = pytest.warns(DeprecationWarning, match="valid_channel_name is")
    with deprecated, pytest.raises(TypeError, match="must end at the !"):
        layer.valid_channel_name("a!b", receive=True)


async def test_every_waiting_receiver_is_served():
    """In the reference the second one waits on a queue that nobody fills."""
    layer = InMemoryChannelLayer()
    waiting = [asyncio.ensure_future(layer.receive("a")) for _ in range(3)]
    await asyncio.sleep(0)
    for number in range(3):
        await layer.send("a", {"type": str(number)})
        await asyncio.sleep(0.01)
    got = await asyncio.wait_for(asyncio.gather(*waiting), 1)
    assert [message["type"] for message in got] == ["0", "1", "2"]
    assert layer.channels == {}


async def test_a_receiver_from_before_a_flush_drops_no_new_messages():
    layer = InMemoryChannelLayer()
    waiting = asyncio.ensure_future(layer.receive("a"))
    await asyncio.sleep(0)
    await layer.flush()
    await layer.send("a", {"type": "new"})
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert await layer.receive("a") == {"type": "new"}


async def test_group_send_makes_no_tasks():
    layer = InMemoryChannelLayer()
    for number in range(10):
        await layer.group_add("g", f"member-{number}")
    loop = asyncio.get_running_loop()
    with mock.patch.object(loop, "create_task", side_effect=AssertionError):
        await layer.group_send("g", {"type": "x"})
    assert len(layer.channels) == 10


async def test_groups_that_lose_all_members_are_removed():
    layer = InMemoryChannelLayer(expiry=0.01)
    await layer.group_add("g", "a")
    await layer.send("a", {"type": "x"})
    await asyncio.sleep(0.02)
    layer._clean_expired()
    assert (layer.groups, layer.channels) == ({}, {})


async def test_connections_leave_nothing_behind():
    layer = InMemoryChannelLayer(expiry=0.01)
    for _ in range(200):
        name = await layer.new_channel()
        await layer.group_add("g", name)
        await layer.group_send("g", {"type": "x"})
        await layer.receive(name)
        await layer.group_discard("g", name)
    await asyncio.sleep(0.02)
    layer._clean_expired()
    assert (layer.groups, layer.channels) == ({}, {})
    assert (layer._due, layer._watched) == ([], {})


async def test_a_busy_channel_has_one_entry_in_the_heap():
    layer = InMemoryChannelLayer()
    for _ in range(500):
        await layer.send("a", {"type": "x"})
        await layer.receive("a")
    assert len(layer._due) == len(layer._watched) == 1


async def test_reading_does_not_look_at_other_channels():
    """The walk over all channels made a broadcast quadratic."""
    layer = InMemoryChannelLayer()
    for number in range(100):
        await layer.group_add("g", f"member-{number}")
    await layer.group_send("g", {"type": "x"})

    class Untouchable(dict):
        def __iter__(self):
            raise AssertionError("walked over all of them")

        items = values = keys = __iter__

    layer.channels = Untouchable(layer.channels)
    layer.groups = Untouchable(layer.groups)
    for number in range(100):
        assert await layer.receive(f"member-{number}") == {"type": "x"}


async def test_a_broadcast_is_linear():
    async def per_member(count):
        layer = InMemoryChannelLayer()
        names = [f"member-{number}" for number in range(count)]
        for name in names:
            await layer.group_add("g", name)
        best = float("inf")
        for _ in range(3):
            begin = time.perf_counter()
            await layer.group_send("g", {"type": "x"})
            for name in names:
                await layer.receive(name)
            best = min(best, time.perf_counter() - begin)
        return best / count

    # The reference needs about 40 times as long per member here.
    assert await per_member(5000) < 8 * await per_member(100)


async def test_a_patched_instance_sees_every_send():
    layer = InMemoryChannelLayer()
    await layer.group_add("g", "a")
    layer.send = mock.AsyncMock()
    await layer.group_send("g", {"type": "x"})
    layer.send.assert_awaited_once_with("a", {"type": "x"})
