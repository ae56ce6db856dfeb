"""What `receive()` and `channel_receive()` may be, and which errors come out."""

from __future__ import annotations

import asyncio
from unittest import mock

import pytest

from ..support.consumers import WEBSOCKET, Client, FailedError, consumer_class, settle
from ..support.layers import (  # noqa: F401 # some are fixtures
    any_layer,
    any_second_source,
    use_layer,
)

# The reference reads the state of open database connections, which pytest-django
# forbids in a test without this mark.
pytestmark = pytest.mark.django_db


@pytest.mark.since("4.2", "a source may return any awaitable, not only a coroutine")
async def test_receive_may_return_a_future(channels, layer):
    async def later(future, message):
        await settle(3)
        future.set_result(message)

    events = [{"type": "work"}, {"type": "work"}, {"type": "stop"}]
    log = []
    tasks = []

    def receive():
        future = asyncio.get_running_loop().create_future()
        if len(events) == 3:
            future.set_result(events.pop(0))
        else:
            tasks.append(asyncio.ensure_future(later(future, events.pop(0))))
        return future

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            log.append("work")

    await Consumer()(WEBSOCKET, receive, None)
    assert log == ["work", "work"]


@pytest.mark.since("4.2", "a source may return any awaitable, not only a coroutine")
async def test_receive_may_return_any_awaitable(channels, layer):
    class Awaitable:
        def __await__(self):
            yield from asyncio.sleep(0).__await__()
            return {"type": "stop"}

    await consumer_class(channels)()(WEBSOCKET, Awaitable, None)


async def test_receive_must_be_awaitable(channels, layer):
    with pytest.raises(TypeError, match=r"coroutine|await"):
        await consumer_class(channels)()(WEBSOCKET, lambda: {"type": "stop"}, None)


async def test_receive_may_suspend_with_bare_yields(channels, layer):
    class Bare:
        def __await__(self):
            for _ in range(3):
                yield
            return {"type": "stop"}

    async def receive():
        return await Bare()

    await consumer_class(channels)()(WEBSOCKET, receive, None)


async def test_receive_must_not_yield_anything_else(channels, layer):
    class Odd:
        def __await__(self):
            yield "odd"

    async def receive():
        await Odd()

    with pytest.raises(RuntimeError, match="Task got bad yield: 'odd'"):
        await consumer_class(channels)()(WEBSOCKET, receive, None)


async def test_receive_may_be_a_bound_method_of_a_queue(channels, layer):
    queue = asyncio.Queue()
    log = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            log.append("work")

    task = asyncio.ensure_future(Consumer()(WEBSOCKET, queue.get, None))
    for kind in ("work", "work", "stop"):
        await settle()
        queue.put_nowait({"type": kind})
    await task
    assert log == ["work", "work"]


async def test_receive_may_use_locks_and_tasks(channels, layer):
    lock = asyncio.Lock()
    events = [{"type": "work"}, {"type": "stop"}]

    async def inner():
        await settle(3)
        return events.pop(0)

    async def receive():
        async with lock:
            return await asyncio.gather(inner(), asyncio.sleep(0))

    async def first():
        return (await receive())[0]

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            pass

    await Consumer()(WEBSOCKET, first, None)
    assert not lock.locked()


@pytest.mark.parametrize("waits", [False, True])
async def test_an_exception_of_receive_comes_out(channels, layer, waits):
    error = FailedError("mine")

    async def receive():
        if waits:
            await settle(3)
        raise error

    with pytest.raises(FailedError) as caught:
        await consumer_class(channels)()(WEBSOCKET, receive, None)
    assert caught.value is error


async def test_an_exception_of_calling_receive_comes_out(channels, layer):
    with pytest.raises(FailedError):
        await consumer_class(channels)()(
            WEBSOCKET, mock.Mock(side_effect=FailedError), None
        )


async def test_an_exception_of_the_layer_comes_out(channels, settings):
    class Layer(channels.layers.InMemoryChannelLayer):
        async def receive(self, channel):
            await asyncio.sleep(0)
            raise FailedError("of the layer")

    use_layer(channels, settings, Layer())
    client = Client()
    with pytest.raises(FailedError, match="of the layer"):
        await consumer_class(channels)()(WEBSOCKET, client, None)
    assert client.log == ["read", "cancelled"]


async def test_a_layer_with_bad_names_is_an_error_of_its_receive(channels, settings):
    class Layer(channels.layers.InMemoryChannelLayer):
        async def new_channel(self, prefix=""):
            return "not valid"

    use_layer(channels, settings, Layer())
    with pytest.raises(TypeError, match="Channel name must be a valid"):
        await consumer_class(channels)()(WEBSOCKET, Client(), None)


@pytest.mark.parametrize("ends", ["fail", "stop"])
async def test_the_other_read_is_cancelled_and_awaited(channels, two_sources, ends):
    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put(ends)

        async def fail(self, message):
            raise FailedError("mine")

    client = Client({"type": "begin"})
    call = Consumer()(WEBSOCKET, client, None)
    if ends == "fail":
        with pytest.raises(FailedError, match="mine"):
            await call
    else:
        assert await call is None
    assert client.log == ["read", "read", "cancelled"]
    assert two_sources.channels == {}


async def test_a_read_that_just_began_is_cancelled_as_well(channels, two_sources):
    """The handler never waits, so the read has had one step."""

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            raise channels.exceptions.StopConsumer

    made = Consumer()
    client = Client()

    async def with_message(prefix="specific."):
        name = await type(two_sources).new_channel(two_sources)
        await two_sources.send(name, {"type": "begin"})
        return name

    with mock.patch.object(two_sources, "new_channel", with_message):
        await made(WEBSOCKET, client, None)
    assert client.log == ["read", "cancelled"]


async def test_an_exception_while_a_read_is_cancelled_wins(channels, two_sources):
    first = [{"type": "begin"}]

    async def receive():
        if first:
            return first.pop()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise FailedError("while cancelled") from None

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put("stop")

    with pytest.raises(FailedError, match="while cancelled"):
        await Consumer()(WEBSOCKET, receive, None)


async def test_a_message_that_was_read_and_not_handled_is_lost(channels, two_sources):
    """A read that has ended when the consumer ends is not an error."""

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put("never")
            await settle()
            raise channels.exceptions.StopConsumer

    await Consumer()(WEBSOCKET, Client({"type": "begin"}), None)
    assert two_sources.channels == {}
