"""A timeout ends what it is about, in a source, in a handler, and around both."""

from __future__ import annotations

import asyncio
import sys

import pytest

from ..support.consumers import WEBSOCKET, Client, consumer_class, run, settle
from ..support.layers import (  # noqa: F401 # some are fixtures
    any_layer,
    any_second_source,
    use_layer,
)

# The reference reads the state of open database connections, which pytest-django
# forbids in a test without this mark.
pytestmark = pytest.mark.django_db


class Timeout:
    """
    What ``asyncio.timeout()`` is from Python 3.11 on, in its simplest form.

    As there, it cancels the task that entered it.
    """

    def __init__(self, seconds):
        self.seconds = seconds
        self.expired = False

    async def __aenter__(self):
        self.task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        self.handle = loop.call_later(self.seconds, self.expire)

    def expire(self):
        self.expired = True
        self.task.cancel()

    async def __aexit__(self, kind, error, traceback):
        self.handle.cancel()
        if self.expired and kind is asyncio.CancelledError:
            raise asyncio.TimeoutError from error


timeout = asyncio.timeout if sys.version_info >= (3, 11) else Timeout


async def test_receive_may_use_wait_for(channels, layer):
    async def receive():
        try:
            return await asyncio.wait_for(asyncio.Event().wait(), 0.01)
        except asyncio.TimeoutError:
            return {"type": "stop"}

    await consumer_class(channels)()(WEBSOCKET, receive, None)


async def test_a_timeout_in_receive_may_be_handled_there(channels, layer):
    log = []

    async def receive():
        try:
            async with timeout(0.01):
                await asyncio.Event().wait()
        except asyncio.TimeoutError:
            return {"type": "stop"} if log else {"type": "idle"}

    class Consumer(consumer_class(channels)):
        async def idle(self, message):
            log.append("idle")

    await Consumer()(WEBSOCKET, receive, None)
    assert log == ["idle"]


@pytest.mark.parametrize("seconds", [0, 0.01])
async def test_a_timeout_of_receive_reaches_the_server(channels, layer, seconds):
    async def receive():
        async with timeout(seconds):
            await asyncio.Event().wait()

    with pytest.raises(asyncio.TimeoutError):
        await consumer_class(channels)()(WEBSOCKET, receive, None)


async def test_a_timeout_in_receive_leaves_handlers_alone(channels, two_sources):
    """Its time may run out while a handler runs for the other source."""
    log = []
    works, is_over = asyncio.Event(), asyncio.Event()

    async def receive():
        log.append("read")
        if len(log) == 1:
            return {"type": "begin"}
        await works.wait()
        try:
            async with timeout(0.01):
                return await asyncio.Event().wait()
        finally:
            is_over.set()

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put("work")

        async def work(self, message):
            works.set()
            await is_over.wait()
            await settle()
            log.append("work is done")

    with pytest.raises(asyncio.TimeoutError):
        await Consumer()(WEBSOCKET, receive, None)
    assert log == ["read", "read", "work is done"]


async def test_a_timeout_in_the_layer_leaves_handlers_alone(channels, settings):
    log = []

    class Layer(channels.layers.InMemoryChannelLayer):
        async def receive(self, channel):
            while True:
                try:
                    async with timeout(0.01):
                        return await super().receive(channel)
                except asyncio.TimeoutError:
                    log.append("again")

    use_layer(channels, settings, Layer())

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            # No fixed time: a machine that stalls would take it from the timeouts.
            for _ in range(500):
                await asyncio.sleep(0.01)
                if len(log) >= 2:
                    break
            log.append("work is done")
            await self.put("stop")

    await Consumer()(WEBSOCKET, Client({"type": "work"}), None)
    assert log.index("work is done") >= 2


async def test_a_timeout_in_a_handler_ends_nothing_else(channels, layer):
    log = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            try:
                async with timeout(0.01):
                    await asyncio.Event().wait()
            except asyncio.TimeoutError:
                log.append("timeout")

    await run(Consumer(), {"type": "work"}, {"type": "work"}, {"type": "stop"})
    assert log == ["timeout", "timeout"]


async def test_a_timeout_around_a_consumer_cancels_its_read(channels, layer):
    client = Client()
    with pytest.raises(asyncio.TimeoutError):
        async with timeout(0.02):
            await consumer_class(channels)()(WEBSOCKET, client, None)
    assert client.log == ["read", "cancelled"]
