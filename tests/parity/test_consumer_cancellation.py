"""A consumer that is cancelled ends with its reads, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import threading

import pytest

from ..support.consumers import (
    CONNECT,
    DISCONNECT,
    WEBSOCKET,
    Client,
    FailedError,
    consumer_class,
    run,
    settle,
    text,
    until,
)
from ..support.layers import (  # noqa: F401 # some are fixtures
    any_layer,
    any_second_source,
)

# The reference reads the state of open database connections, which pytest-django
# forbids in a test without this mark.
pytestmark = pytest.mark.django_db


async def test_cancelling_a_waiting_consumer_cancels_its_read(channels, layer):
    client = Client()
    task = asyncio.ensure_future(consumer_class(channels)()(WEBSOCKET, client, None))
    await client.waiting.wait()
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client.log == ["read", "cancelled"]
    assert task.cancelled()


async def test_a_consumer_that_is_cancelled_before_it_begins_reads_nothing(
    channels, layer
):
    client = Client()
    task = asyncio.ensure_future(consumer_class(channels)()(WEBSOCKET, client, None))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client.log == []


@pytest.mark.parametrize("turns", range(8))
async def test_cancelling_at_any_time_leaves_nothing_running(channels, layer, turns):
    client = Client()
    task = asyncio.ensure_future(consumer_class(channels)()(WEBSOCKET, client, None))
    await settle(turns)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client.log in ([], ["read", "cancelled"])
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_read_cannot_swallow_the_cancelling(channels, two_sources):
    waiting = asyncio.Event()
    handled = []

    async def receive():
        waiting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return {"type": "work"}

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            handled.append(message)

    task = asyncio.ensure_future(Consumer()(WEBSOCKET, receive, None))
    await waiting.wait()
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert handled == []


async def test_an_error_of_a_cancelled_read_comes_out(channels, layer):
    waiting = asyncio.Event()

    async def receive():
        waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise FailedError("while cancelled")

    task = asyncio.ensure_future(consumer_class(channels)()(WEBSOCKET, receive, None))
    await waiting.wait()
    await settle()
    task.cancel()
    with pytest.raises(FailedError, match="while cancelled"):
        await task


async def test_cancelling_in_a_handler_reaches_the_handler(channels, layer):
    waiting = asyncio.Event()
    log = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            waiting.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                log.append("cancelled")
                raise

    client = Client({"type": "work"})
    task = asyncio.ensure_future(Consumer()(WEBSOCKET, client, None))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["cancelled"]
    assert client.log == ["read"]


async def test_a_handler_may_survive_the_cancelling(channels, layer):
    waiting = asyncio.Event()
    log = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            waiting.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                log.append("survived")

        async def more(self, message):
            log.append("more")

    client = Client({"type": "work"}, {"type": "more"}, {"type": "stop"})
    task = asyncio.ensure_future(Consumer()(WEBSOCKET, client, None))
    await waiting.wait()
    task.cancel()
    await task
    assert log == ["survived", "more"]


async def test_a_handler_may_cancel_its_own_task(channels, layer):
    """It ends before the next message, even if that is there already."""
    log = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            log.append("work")
            asyncio.current_task().cancel()

    client = Client({"type": "work"}, {"type": "work"})
    task = asyncio.ensure_future(Consumer()(WEBSOCKET, client, None))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["work"]


@pytest.mark.parametrize("waits", [False, True])
async def test_a_handler_may_cancel_its_own_task_and_stop(channels, two_sources, waits):
    """It is cancelled while it waits for the other read to end, and survives."""

    class Consumer(consumer_class(channels)):
        async def stop(self, message):
            asyncio.current_task().cancel()
            await super().stop(message)

    async def receive():
        if waits:
            await settle(3)
        return {"type": "stop"}

    task = asyncio.ensure_future(Consumer()(WEBSOCKET, receive, None))
    await task
    assert not task.cancelled()


async def test_a_message_that_is_there_does_not_stop_the_cancelling(channels, layer):
    queue = asyncio.Queue()
    log = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            log.append("work")

    task = asyncio.ensure_future(Consumer()(WEBSOCKET, queue.get, None))
    await settle()
    queue.put_nowait({"type": "work"})
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == []


@pytest.mark.since("4.2", "a source may return any awaitable, not only a coroutine")
async def test_a_cancelled_read_ends_the_consumer(channels, layer):
    """A server may cancel the future that the read waits for when it shuts down."""
    future = asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(
        consumer_class(channels)()(WEBSOCKET, lambda: future, None)
    )
    await settle()
    future.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_loop_that_ends_ends_its_consumers(channels, layer):
    """``asyncio.run()`` cancels all tasks, also those that only read."""
    log = []
    tasks = []

    class Consumer(consumer_class(channels)):
        async def __call__(self, *args):
            try:
                await super().__call__(*args)
            except asyncio.CancelledError:
                log.append("cancelled")
                raise

    async def main():
        client = Client()
        # Nothing else holds it. What the garbage collector takes is not cancelled.
        tasks.append(asyncio.ensure_future(Consumer()(WEBSOCKET, client, None)))
        await client.waiting.wait()
        await settle()

    # In another thread, since this one has a loop already.
    await asyncio.get_running_loop().run_in_executor(None, lambda: asyncio.run(main()))
    assert log == ["cancelled"]


async def test_a_handler_may_survive_the_cancelling_of_all_tasks(channels, two_sources):
    """The consumer ends after it, since its reads have ended."""
    waiting = asyncio.Event()
    log = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            waiting.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                await settle()
                log.append("survived")

    task = asyncio.ensure_future(Consumer()(WEBSOCKET, Client({"type": "work"}), None))
    await waiting.wait()
    for other in asyncio.all_tasks() - {asyncio.current_task()}:
        other.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["survived"]
    assert asyncio.all_tasks() == {asyncio.current_task()}


class Reader:
    """A ``receive()`` that notes its task, and goes on after it was cancelled."""

    def __init__(self):
        self.task = None
        self.log = []
        self.future = asyncio.get_running_loop().create_future()

    async def __call__(self):
        self.task = asyncio.current_task()
        try:
            return await self.future
        except asyncio.CancelledError:
            self.log.append("cancelled")
            self.future = asyncio.get_running_loop().create_future()
            return await self.future


@pytest.mark.parametrize("done", [False, True])
async def test_a_read_may_survive_the_cancelling_of_its_task(
    channels, two_sources, done
):
    """Even if what it waits for arrives in the same turn of the loop."""
    receive = Reader()
    task = asyncio.ensure_future(consumer_class(channels)()(WEBSOCKET, receive, None))
    await settle()
    if done:
        receive.future.set_result({"type": "lost"})
    receive.task.cancel()
    await settle()
    assert receive.log == ["cancelled"]
    receive.future.set_result({"type": "stop"})
    await task


async def test_cancelling_a_read_leaves_the_running_handler_alone(
    channels, two_sources
):
    receive = Reader()

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            receive.task.cancel()
            await settle()
            receive.log.append("work is done")

    consumer = Consumer()
    task = asyncio.ensure_future(consumer(WEBSOCKET, receive, None))
    await settle()
    await consumer.put("work")
    await until(lambda: len(receive.log) == 2)
    assert receive.log == ["cancelled", "work is done"]
    receive.future.set_result({"type": "stop"})
    await task


@pytest.mark.parametrize("waits", [False, True])
async def test_no_task_is_left_when_a_consumer_returns(channels, two_sources, waits):
    async def receive():
        if waits:
            await settle(3)
        return {"type": "stop"}

    await consumer_class(channels)()(WEBSOCKET, receive, None)
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("waits", [False, True])
async def test_tasks_are_made_by_the_factory_of_the_loop(channels, two_sources, waits):
    made = []

    def factory(loop, coroutine, **options):
        made.append(asyncio.Task(coroutine, loop=loop, **options))
        return made[-1]

    async def receive():
        seen.append(asyncio.current_task())
        if waits:
            await settle(3)
        return {"type": "stop"}

    seen = []
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    try:
        await consumer_class(channels)()(WEBSOCKET, receive, None)
    finally:
        loop.set_task_factory(None)
    assert seen[0] in made
    assert all(task.done() for task in made)
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("kind", ["AsyncWebsocketConsumer", "WebsocketConsumer"])
async def test_connections_leave_nothing_behind(channels, two_sources, kind):
    base = channels("generic.websocket")

    class Consumer(getattr(base, kind)):
        groups = ["room"]

    app = Consumer.as_asgi()
    await run(app, CONNECT, text("hello"), DISCONNECT)
    threads = set(threading.enumerate())
    for _ in range(100):
        await run(app, CONNECT, text("hello"), DISCONNECT)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert set(threading.enumerate()) == threads
    assert (two_sources.groups, two_sources.channels) == ({}, {})
