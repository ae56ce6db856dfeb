"""The tasks that consumers make, and the tasks that they run in."""

from __future__ import annotations

import asyncio
import sys
from unittest import mock

import pytest

from channels_fast.consumer import AsyncConsumer

from ..support.consumers import WEBSOCKET, settle, until
from ..support.counting import Counting
from ..support.layers import any_layer, ours  # noqa: F401 # fixtures


async def test_messages_make_no_tasks(layer):
    queue = asyncio.Queue()
    consumer = Counting()
    consumer.limit = 51
    task = asyncio.ensure_future(consumer(WEBSOCKET, queue.get, None))
    await settle()
    loop = asyncio.get_running_loop()
    with (
        mock.patch("asyncio.wait", side_effect=AssertionError),
        mock.patch.object(loop, "create_task", side_effect=AssertionError),
    ):
        for _ in range(50):
            queue.put_nowait({"type": "client"})
            await settle(3)
        await until(lambda: len(consumer.log) == 50)
    queue.put_nowait({"type": "client"})
    await task


async def test_a_waiting_connection_has_a_task_for_each_of_several_sources(layer):
    task = asyncio.ensure_future(AsyncConsumer()(WEBSOCKET, asyncio.Queue().get, None))
    await settle()
    others = asyncio.all_tasks() - {asyncio.current_task(), task}
    assert len(others) == (0 if layer == "no layer" else 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 has eager tasks")
async def test_consumers_run_with_eager_tasks(layer):
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    try:
        queue = asyncio.Queue()
        consumer = Counting()
        consumer.limit = 3
        task = asyncio.ensure_future(consumer(WEBSOCKET, queue.get, None))
        for _ in range(3):
            queue.put_nowait({"type": "client"})
            await settle()
        await asyncio.gather(task, return_exceptions=True)
    finally:
        loop.set_task_factory(None)
    assert consumer.log == ["client"] * 3
    assert asyncio.all_tasks() == {asyncio.current_task()}


class Drive:
    """
    Runs a coroutine without a task of asyncio, as some servers do.

    It waits for futures by their callbacks, as a task would.
    """

    def __init__(self, coroutine):
        self.coroutine = coroutine
        self.done = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(self.step)

    def step(self, future=None):
        try:
            pending = self.coroutine.send(None)
        except StopIteration:
            self.done.set_result(None)
        except BaseException as error:
            self.done.set_exception(error)
        else:
            if pending is None:
                asyncio.get_running_loop().call_soon(self.step)
            else:
                pending._asyncio_future_blocking = False
                pending.add_done_callback(self.step)


async def test_consumers_run_without_a_task_of_asyncio(layer):
    seen = []

    class Consumer(Counting):
        limit = 4

        async def client(self, message):
            seen.append(asyncio.current_task())
            if self.channel_layer is not None:
                await self.channel_layer.send(self.channel_name, {"type": "layer"})
            await super().client(message)

    queue = asyncio.Queue()
    consumer = Consumer()
    driven = Drive(consumer(WEBSOCKET, queue.get, None))
    for _ in range(4):
        await settle()
        if not driven.done.done():
            queue.put_nowait({"type": "client"})
    await asyncio.wait_for(driven.done, 30)
    assert set(seen) == {None}
    assert consumer.log == (
        ["client"] * 4 if layer == "no layer" else ["client", "layer"] * 2
    )
