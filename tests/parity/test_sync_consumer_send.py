"""What handlers of sync consumers may rely on when they send."""

from __future__ import annotations

import asyncio
import sys
import threading

import pytest
from asgiref.sync import async_to_sync as to_sync
from asgiref.sync import sync_to_async as to_async

from ..support.consumers import run
from ..support.layers import memory_layer
from ..support.sync_consumers import (  # noqa: F401 # one is a fixture
    STOP,
    WORK,
    consumer,
    newer_asgiref,
    serve,
    thread_for_sync_code,
)

# The reference reads the state of open database connections, which pytest-django
# forbids in a test without this mark.
pytestmark = pytest.mark.django_db


async def test_send_runs_in_a_task_of_its_own_on_the_same_loop(channels):
    seen = []

    async def send(event):
        seen.append((asyncio.get_running_loop(), asyncio.current_task()))

    await serve(consumer(channels, lambda self: self.send({})), send, WORK, WORK, STOP)
    loops, tasks = zip(*seen)
    assert loops == (asyncio.get_running_loop(),) * 2
    assert tasks[0] is not tasks[1]
    assert asyncio.current_task() not in tasks
    assert None not in tasks


async def test_base_send_takes_arguments_and_returns_a_result(channels):
    results = []

    async def send(event, *, more=1):
        await asyncio.sleep(0)
        return event, more

    def work(self):
        results.append(self.base_send({}))
        results.append(self.base_send({"a": 1}, more=2))

    await serve(consumer(channels, work), send, WORK, STOP)
    assert results == [({}, 1), ({"a": 1}, 2)]


async def test_a_timeout_inside_of_send_ends_only_what_it_is_about(channels):
    seen = []

    async def send(event):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.sleep(10), 0.01)
        if sys.version_info >= (3, 11):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await asyncio.sleep(10)
        seen.append(event)

    await serve(consumer(channels, lambda self: self.send({})), send, WORK, STOP)
    assert seen == [{}]


async def test_sync_code_inside_of_send_runs_in_the_thread_that_waits(
    channels, sync_thread
):
    seen = []

    def save(number):
        seen.append((number, threading.get_ident()))
        return number

    async def send(event):
        seen.append(await to_async(save)(1))
        seen.append(await channels.db.database_sync_to_async(save)(2))

    await serve(consumer(channels, lambda self: self.send({})), send, WORK, STOP)
    assert seen == [(1, sync_thread), 1, (2, sync_thread), 2]


async def test_bridges_may_be_nested(channels, sync_thread):
    seen = []
    consumers = []

    async def send(event):
        seen.append(event)
        if event > 0:
            await to_async(save)(event - 1)

    def save(event):
        seen.append(threading.get_ident() == sync_thread)
        to_sync(send)(event)
        consumers[0].send(-1)

    def work(self):
        consumers.append(self)
        self.send(2)

    await serve(consumer(channels, work), send, WORK, STOP)
    assert seen == [2, True, 1, True, 0, -1, -1]


@newer_asgiref
async def test_what_a_nested_bridge_leaves_running_finds_the_thread_that_waits(
    channels, sync_thread
):
    threads = []
    tasks = []

    async def later(gate):
        await gate.wait()
        threads.append(await to_async(threading.get_ident)())

    async def begin(gate):
        tasks.append(asyncio.ensure_future(later(gate)))

    async def send(event):
        gate = asyncio.Event()
        await to_async(to_sync(begin))(gate)
        gate.set()
        await tasks[0]

    await serve(consumer(channels, lambda self: self.send({})), send, WORK, STOP)
    assert threads == [sync_thread]


@newer_asgiref
async def test_what_send_leaves_running_has_no_thread(channels):
    """It does not wait for a thread that is busy with something else."""
    tasks = []
    gate = asyncio.Event()

    async def later():
        await gate.wait()
        await to_async(int)()

    async def send(event):
        tasks.append(asyncio.ensure_future(later()))

    await serve(consumer(channels, lambda self: self.send({})), send, WORK, STOP)
    gate.set()
    with pytest.raises(RuntimeError, match="already quit or is broken"):
        await tasks[0]


async def test_a_handler_may_send_to_a_group(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)

    class Consumer(channels.consumer.SyncConsumer):
        def work(self, message):
            self.send({"type": "before"})
            layer = self.channel_layer
            to_sync(layer.group_add)("group", self.channel_name)
            to_sync(layer.group_send)("group", {"type": "from.group"})
            self.send({"type": "after"})

        def from_group(self, message):
            self.send(message)
            raise channels.exceptions.StopConsumer

    sent = await run(Consumer.as_asgi(), WORK)
    assert [event["type"] for event in sent] == ["before", "after", "from.group"]
