"""What the in-memory layer does better than the reference."""

from __future__ import annotations

import asyncio
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from asgiref.sync import async_to_sync

from channels_fast.exceptions import ChannelFull
from channels_fast.layers import (
    BaseChannelLayer,
    InMemoryChannelLayer,
    get_channel_layer,
)


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


@pytest.mark.parametrize("layer", [BaseChannelLayer, InMemoryChannelLayer])
def test_classes_are_shown_and_pickled_by_the_path_that_projects_import(layer):
    assert repr(layer) == f"<class 'channels_fast.layers.{layer.__name__}'>"
    assert pickle.loads(pickle.dumps(layer)) is layer


async def test_every_waiting_receiver_is_served():
    """In the reference the second one waits on a queue that is never filled."""
    layer = InMemoryChannelLayer()
    waiting = [asyncio.ensure_future(layer.receive("a")) for _ in range(3)]
    await asyncio.sleep(0)
    for number in range(3):
        await layer.send("a", {"type": str(number)})
        await asyncio.sleep(0.01)
    got = await asyncio.wait_for(asyncio.gather(*waiting), 30)
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


async def test_a_patched_instance_sees_every_send():
    layer = InMemoryChannelLayer()
    await layer.group_add("g", "a")
    layer.send = mock.AsyncMock()
    await layer.group_send("g", {"type": "x"})
    layer.send.assert_awaited_once_with("a", {"type": "x"})


async def test_groups_that_lose_all_members_are_removed():
    layer = InMemoryChannelLayer(expiry=-1)
    await layer.group_add("g", "a")
    await layer.send("a", {"type": "x"})
    reader = asyncio.ensure_future(layer.receive("other"))
    await asyncio.sleep(0)
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)
    assert (layer.groups, layer.channels) == ({}, {})


async def test_connections_leave_nothing_behind():
    layer = InMemoryChannelLayer()
    for _ in range(200):
        name = await layer.new_channel()
        await layer.group_add("g", name)
        await layer.group_send("g", {"type": "x"})
        await layer.receive(name)
        await layer.group_discard("g", name)
    assert (layer.groups, layer.channels) == ({}, {})


async def test_reading_walks_over_all_channels_once_a_second_at_most():
    """A walk for each message makes a broadcast quadratic in the reference."""
    layer = InMemoryChannelLayer()
    names = [f"member-{number}" for number in range(100)]
    for name in names:
        await layer.group_add("g", name)
    walks = []

    class Channels(dict):
        def items(self):
            walks.append(len(self))
            return super().items()

    layer.channels = Channels()
    with mock.patch("channels_fast.layers.time.time", return_value=1_000_000.5):
        await layer.group_send("g", {"type": "x"})
        for name in names:
            assert await layer.receive(name) == {"type": "x"}
    assert len(walks) == 1


# --- Other threads ------------------------------------------------------------


def run_in_thread(function, *args):
    thread = threading.Thread(target=function, args=args)
    thread.start()
    return thread


async def test_a_message_from_another_thread_wakes_a_loop_that_sleeps():
    """In the reference it arrives when something else wakes the loop."""
    layer = InMemoryChannelLayer()
    await layer.group_add("g", "a")
    waiting = asyncio.ensure_future(layer.receive("a"))
    await asyncio.sleep(0)
    # Nothing but the message may wake the loop.
    thread = run_in_thread(lambda: async_to_sync(layer.group_send)("g", {"type": "x"}))
    assert await waiting == {"type": "x"}
    thread.join()


async def test_no_message_of_many_threads_is_lost():
    layer = InMemoryChannelLayer(capacity=10_000)
    threads, each = 4, 500

    async def send():
        for _ in range(each):
            await layer.send("a", {"type": "x"})

    started = [run_in_thread(asyncio.run, send()) for _ in range(threads)]
    for _ in range(threads * each):
        await layer.receive("a")
    for thread in started:
        thread.join()
    assert layer.channels == {}


async def test_a_receiver_whose_loop_was_closed_is_passed_over():
    layer = InMemoryChannelLayer()
    # Its loop is closed while it waits, and nothing cancels it.
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda loop, context: None)
    left = layer.receive("a")

    def leave():
        loop.create_task(left)  # noqa: RUF006 # it is never finished
        loop.call_soon(loop.stop)
        loop.run_forever()
        loop.close()

    await asyncio.get_running_loop().run_in_executor(None, leave)
    await layer.send("a", {"type": "x"})
    assert await layer.receive("a") == {"type": "x"}
    left.close()


class MadeTogether(InMemoryChannelLayer):
    """A layer whose constructor ends when it runs in four threads at once."""

    begun = threading.Barrier(4, timeout=30)

    def __init__(self, **config):
        super().__init__(**config)
        self.begun.wait()


def test_threads_that_ask_for_a_layer_at_once_get_the_same_one(settings):
    """In the reference what one of them sends would not arrive at another one."""
    backend = f"{__name__}.MadeTogether"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend}}
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(get_channel_layer) for _ in range(4)]
        layers = {id(one.result(timeout=60)) for one in asked}
    assert len(layers) == 1
