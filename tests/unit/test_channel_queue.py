"""The queue of a channel has the contract of ``asyncio.Queue``."""

from __future__ import annotations

import asyncio
import threading

import pytest

from channels_fast._layers.queue import ChannelQueue


@pytest.fixture(params=[asyncio.Queue, ChannelQueue])
def queue_class(request):
    return request.param


async def turns(count=3):
    for _ in range(count):
        await asyncio.sleep(0)


async def waiting(*coroutines):
    """Return tasks of *coroutines* that wait in the order in which they are given."""
    tasks = []
    for coroutine in coroutines:
        tasks.append(asyncio.ensure_future(coroutine))
        await turns()
    return tasks


async def test_items_come_in_order(queue_class):
    queue = queue_class()
    queue.put_nowait(1)
    await queue.put(2)
    assert (queue.qsize(), queue.empty(), queue.full()) == (2, False, False)
    assert [await queue.get(), queue.get_nowait()] == [1, 2]
    assert queue.empty()
    with pytest.raises(asyncio.QueueEmpty):
        queue.get_nowait()


async def test_a_full_queue_refuses(queue_class):
    queue = queue_class(maxsize=1)
    assert queue.maxsize == 1
    queue.put_nowait(1)
    assert queue.full()
    with pytest.raises(asyncio.QueueFull):
        queue.put_nowait(2)
    assert queue.get_nowait() == 1


async def test_put_waits_for_room(queue_class):
    queue = queue_class(maxsize=1)
    queue.put_nowait(1)
    tasks = await waiting(queue.put(2), queue.put(3))
    assert [await queue.get() for _ in range(3)] == [1, 2, 3]
    await asyncio.gather(*tasks)


async def test_get_waits_for_an_item_and_the_first_comes_first(queue_class):
    queue = queue_class()
    tasks = await waiting(*(queue.get() for _ in range(3)))
    for number in range(3):
        queue.put_nowait(number)
    assert await asyncio.gather(*tasks) == [0, 1, 2]


async def test_an_item_may_be_taken_before_the_one_that_waited_runs(queue_class):
    queue = queue_class()
    [task] = await waiting(queue.get())
    queue.put_nowait(1)
    assert queue.get_nowait() == 1
    await turns()
    assert not task.done()
    queue.put_nowait(2)
    assert await task == 2


async def test_an_item_goes_to_the_next_if_the_first_was_cancelled(queue_class):
    queue = queue_class()
    first, second = await waiting(queue.get(), queue.get())
    queue.put_nowait(1)
    first.cancel()
    assert await asyncio.wait_for(second, 30) == 1
    assert first.cancelled()


async def test_room_goes_to_the_next_if_the_first_was_cancelled(queue_class):
    queue = queue_class(maxsize=1)
    queue.put_nowait(1)
    first, second = await waiting(queue.put(2), queue.put(3))
    assert queue.get_nowait() == 1
    first.cancel()
    await asyncio.wait_for(second, 30)
    assert queue.get_nowait() == 3


async def test_join_waits_until_every_item_is_done(queue_class):
    queue = queue_class()
    await queue.join()
    queue.put_nowait(1)
    queue.put_nowait(2)
    [task] = await waiting(queue.join())
    queue.get_nowait()
    queue.task_done()
    await turns()
    assert not task.done()
    queue.task_done()
    await asyncio.wait_for(task, 30)
    with pytest.raises(ValueError, match="called too many times"):
        queue.task_done()


async def test_a_queue_with_a_coroutine_that_waits_is_used():
    queue = ChannelQueue()
    assert queue.unused()
    [task] = await waiting(queue.get())
    assert not queue.unused()
    task.cancel()
    await turns()
    assert queue.unused()


@pytest.mark.parametrize("method", ["put_nowait", "get_nowait", "task_done"])
async def test_another_thread_wakes_the_loop(method):
    queue = ChannelQueue(maxsize=1)
    if method == "put_nowait":
        [task] = await waiting(queue.get())
    else:
        queue.put_nowait(1)
        coroutine = queue.put(2) if method == "get_nowait" else queue.join()
        [task] = await waiting(coroutine)
    args = (1,) if method == "put_nowait" else ()
    thread = threading.Thread(target=getattr(queue, method), args=args)
    thread.start()
    await task
    thread.join()
