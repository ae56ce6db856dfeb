"""What a consumer's handlers and sources may rely on, message by message."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import sys
import threading
from unittest import mock

import pytest

from .consumer_helpers import CONNECT, DISCONNECT, memory_layer, run, text

# The reference asks an open connection of the sync thread for its state, which
# pytest-django forbids elsewhere.
pytestmark = pytest.mark.django_db

variable = contextvars.ContextVar("variable", default="unset")
WEBSOCKET = {"type": "websocket"}


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


@pytest.fixture(params=["no layer", "memory layer", "foreign layer"])
def layer(request, channels, settings):
    """Run a test without a layer, with ours, and with one that is not known."""
    if request.param == "memory layer":
        settings.CHANNEL_LAYERS = memory_layer(channels)
    elif request.param == "foreign layer":
        use_layer(channels, settings, foreign(channels))
    return request.param


@pytest.fixture(params=["memory layer", "foreign layer"])
def two_sources(request, channels, settings):
    if request.param == "memory layer":
        settings.CHANNEL_LAYERS = memory_layer(channels)
    else:
        use_layer(channels, settings, foreign(channels))
    return channels.layers.get_channel_layer()


def foreign(channels):
    """Return a layer whose ``receive()`` waits in a way of its own."""

    class Foreign(channels.layers.InMemoryChannelLayer):
        async def receive(self, channel):
            await asyncio.sleep(0)
            return await super().receive(channel)

    return Foreign()


def use_layer(channels, settings, made):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    channels.layers.channel_layers.set("default", made)


def consumer_class(channels):
    """Return a consumer class whose ``stop`` handler ends it."""

    class Consumer(channels.consumer.AsyncConsumer):
        async def stop(self, message):
            raise channels.exceptions.StopConsumer

        async def put(self, *types):
            """Send messages to this consumer by its layer."""
            for name in types:
                await self.channel_layer.send(self.channel_name, {"type": name})

    return Consumer


class Client:
    """A ``receive()`` that notes what happens to it."""

    def __init__(self, *events):
        self.events = list(events)
        self.log = []
        self.waiting = asyncio.Event()

    async def __call__(self):
        self.log.append("read")
        if self.events:
            return self.events.pop(0)
        self.waiting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            self.log.append("cancelled")
            raise


async def settle(turns=10):
    """Let everything that can go on do so."""
    for _ in range(turns):
        await asyncio.sleep(0)


async def until(condition):
    """Wait for *condition*; the reference goes to a thread before each handler."""
    while not condition():  # noqa: ASYNC110 - any condition of a test
        await asyncio.sleep(0.001)


# --- Tasks and contexts -----------------------------------------------------


async def test_all_handlers_run_in_the_task_of_the_consumer(channels, two_sources):
    tasks = []

    class Consumer(consumer_class(channels)):
        async def from_client(self, message):
            tasks.append(asyncio.current_task())
            await self.put("from.layer")

        async def from_layer(self, message):
            tasks.append(asyncio.current_task())
            await asyncio.sleep(0)
            tasks.append(asyncio.current_task())
            await self.put("stop")

    client = Client({"type": "from.client"})
    task = asyncio.ensure_future(Consumer()(WEBSOCKET, client, None))
    await task
    assert tasks == [task] * 3


async def test_handlers_share_one_context(channels, layer):
    seen = []

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            seen.append(variable.get())
            variable.set("set by begin")

        async def again(self, message):
            seen.append(variable.get())

    await run(Consumer(), {"type": "begin"}, {"type": "again"}, {"type": "stop"})
    assert seen == ["unset", "set by begin"]


async def test_handlers_for_both_sources_share_one_context(channels, two_sources):
    seen = []

    class Consumer(consumer_class(channels)):
        async def from_client(self, message):
            variable.set("by the client")
            await self.put("from.layer")

        async def from_layer(self, message):
            seen.append(variable.get())
            await self.put("stop")

    await run(Consumer(), {"type": "from.client"})
    assert seen == ["by the client"]


async def test_what_a_consumer_sets_is_seen_by_its_caller(channels, layer):
    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            variable.set("left behind")

    await Consumer()(WEBSOCKET, Client({"type": "begin"}, {"type": "stop"}), None)
    assert variable.get() == "left behind"


@pytest.mark.parametrize("waits", [False, True])
async def test_every_read_has_a_copy_of_the_context(channels, layer, waits):
    seen = []
    numbers = iter("123")

    async def receive():
        number = next(numbers)
        seen.append(("receive", variable.get()))
        variable.set(f"receive {number}")
        if waits:
            await asyncio.sleep(0)
            seen.append(("receive", variable.get()))
        return {"type": "work"} if number != "3" else {"type": "stop"}

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            seen.append(("work", variable.get()))
            variable.set("work")

    await Consumer()(WEBSOCKET, receive, None)
    expected = [
        ("receive", "unset"),
        ("receive", "receive 1"),
        ("work", "unset"),
        ("receive", "work"),
        ("receive", "receive 2"),
        ("work", "work"),
        ("receive", "work"),
        ("receive", "receive 3"),
    ]
    if not waits:
        expected = [pair for pair in expected if "receive " not in pair[1]]
    assert seen == expected


async def test_a_read_has_a_current_task(channels, layer):
    tasks = []

    async def receive():
        tasks.append(asyncio.current_task())
        await asyncio.sleep(0)
        tasks.append(asyncio.current_task())
        return {"type": "stop"}

    await consumer_class(channels)()(WEBSOCKET, receive, None)
    assert tasks[0] is tasks[1]
    assert tasks[0] is not None


async def test_the_current_task_is_as_before_after_a_read(channels, layer):
    tasks = []

    class Consumer(consumer_class(channels)):
        async def fail(self, message):
            tasks.append(asyncio.current_task())
            raise LookupError

    for client in (Client({"type": "fail"}), mock.AsyncMock(side_effect=LookupError)):
        with pytest.raises(LookupError):
            await Consumer()(WEBSOCKET, client, None)
        tasks.append(asyncio.current_task())
    assert len(set(tasks)) == 1


# --- Order ------------------------------------------------------------------


async def test_a_handler_ends_before_the_next_begins(channels, two_sources):
    log = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            log.append("begin")
            await self.put("inner")
            await settle()
            log.append("end")

        async def inner(self, message):
            log.append("inner begin")
            await settle()
            log.append("inner end")
            if len(log) == 8:
                await self.put("stop")

    await run(Consumer(), {"type": "work"}, {"type": "work"})
    assert log[:2] == ["begin", "end"]
    assert sorted(zip(log[::2], log[1::2])) == [
        ("begin", "end"),
        ("begin", "end"),
        ("inner begin", "inner end"),
        ("inner begin", "inner end"),
    ]


async def test_sources_take_turns_while_both_have_messages(channels, two_sources):
    log = []

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put(*["from.layer"] * 4)

        async def from_layer(self, message):
            log.append("layer")
            await settle()

        async def from_client(self, message):
            log.append("client")
            await settle()

    await run(
        Consumer(), {"type": "begin"}, *[{"type": "from.client"}] * 4, {"type": "stop"}
    )
    assert log[-8:] in (["client", "layer"] * 4, ["layer", "client"] * 4)
    assert len(log) == 8


async def test_the_client_comes_first_when_both_are_ready(channels, two_sources):
    log = []

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            ready.set()
            await self.put("from.layer")
            await settle()

        async def from_layer(self, message):
            log.append("layer")
            await settle()
            await self.put("stop")

        async def from_client(self, message):
            log.append("client")

    ready = asyncio.Event()
    begun = False

    async def receive():
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "begin"}
        await ready.wait()
        ready.clear()
        return {"type": "from.client"}

    await Consumer()(WEBSOCKET, receive, None)
    # The message of the layer was read while `begin` ran, and the pass goes on.
    assert log == ["layer", "client"]


async def test_a_source_is_read_again_after_its_message_was_handled(channels, layer):
    log = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            log.append("begin")
            await settle()
            log.append("end")

    client = Client({"type": "work"}, {"type": "work"}, {"type": "stop"})
    client.log = log
    await Consumer()(WEBSOCKET, client, None)
    assert log == ["read", "begin", "end", "read", "begin", "end", "read"]


async def test_the_layer_is_read_again_after_its_message_was_handled(
    channels, settings
):
    log = []

    class Layer(channels.layers.InMemoryChannelLayer):
        async def receive(self, channel):
            log.append("read")
            return await super().receive(channel)

    use_layer(channels, settings, Layer())

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put("work", "work", "stop")

        async def work(self, message):
            log.append("begin")
            await settle()
            log.append("end")

    await run(Consumer(), {"type": "begin"})
    assert log == ["read", "begin", "end", "read", "begin", "end", "read"]


async def test_one_message_of_the_layer_is_read_while_a_handler_runs(
    channels, settings
):
    """So a channel of capacity 1 takes two messages during a client's message."""
    settings.CHANNEL_LAYERS = memory_layer(channels, capacity=1)
    log = []

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await settle()
            await self.put("work")
            await settle()
            await self.put("stop")
            with pytest.raises(channels.exceptions.ChannelFull):
                await self.put("too.much")

        async def work(self, message):
            log.append("work")

    await run(Consumer(), {"type": "begin"})
    assert log == ["work"]


async def test_a_read_goes_on_while_a_handler_of_the_layer_runs(channels, two_sources):
    """A wrapper of ``receive()`` may do what a handler waits for."""
    arrived = asyncio.Event()
    pong = asyncio.Event()
    log = []

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put("ask")

        async def ask(self, message):
            arrived.set()
            await asyncio.wait_for(pong.wait(), 5)
            log.append("answered")
            await self.put("stop")

    first = [{"type": "begin"}]

    async def receive():
        if first:
            return first.pop()
        await arrived.wait()
        await asyncio.sleep(0)
        pong.set()
        return await asyncio.Future()

    await Consumer()(WEBSOCKET, receive, None)
    assert log == ["answered"]


# --- What a source may be ---------------------------------------------------


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
    with pytest.raises(TypeError) as caught:
        await consumer_class(channels)()(WEBSOCKET, lambda: {"type": "stop"}, None)
    assert str(caught.value) == (
        "An asyncio.Future, a coroutine or an awaitable is required"
        if channels.version >= (4, 2)
        else "a coroutine was expected, got {'type': 'stop'}"
    )


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


# --- Exceptions -------------------------------------------------------------


class FailedError(Exception):
    pass


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
    """A read that is done when the consumer ends is nobody's error."""

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put("never")
            await settle()
            raise channels.exceptions.StopConsumer

    await Consumer()(WEBSOCKET, Client({"type": "begin"}), None)
    assert two_sources.channels == {}


# --- Cancellation -----------------------------------------------------------


async def test_cancelling_while_it_waits(channels, layer):
    client = Client()
    task = asyncio.ensure_future(consumer_class(channels)()(WEBSOCKET, client, None))
    await client.waiting.wait()
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client.log == ["read", "cancelled"]
    assert task.cancelled()


async def test_cancelling_before_it_begins(channels, layer):
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


async def test_a_read_cannot_swallow_the_cancelling(channels, layer):
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
    """It ends before the next message, also if that is there already."""
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
    """It waits for the end of the other read, and survives the cancelling there."""

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
    """Whoever cancels a future that is waited for, such as a server at its end."""
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

    class Consumer(consumer_class(channels)):
        async def __call__(self, *args):
            try:
                await super().__call__(*args)
            except asyncio.CancelledError:
                log.append("cancelled")
                raise

    async def main():
        client = Client()
        asyncio.ensure_future(Consumer()(WEBSOCKET, client, None))  # noqa: RUF006 - the loop's end is the test
        await client.waiting.wait()
        await settle()

    # In another thread, since this one has a loop already.
    await asyncio.get_running_loop().run_in_executor(None, lambda: asyncio.run(main()))
    assert log == ["cancelled"]


class Reader:
    """A ``receive()`` whose current task is known, and who may survive its end."""

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
async def test_whoever_cancels_the_current_task_of_a_read(channels, two_sources, done):
    """Also if what it waits for is done in the same turn of the loop."""
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


async def test_whoever_cancels_it_while_a_handler_runs(channels, two_sources):
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


async def test_whoever_cancels_it_after_the_read(channels, two_sources):
    """There is nothing to cancel then."""
    receive = Reader()
    log = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            receive.task.cancel()
            await settle()
            log.append("work")
            receive.future = asyncio.get_running_loop().create_future()

    task = asyncio.ensure_future(Consumer()(WEBSOCKET, receive, None))
    for kind in ("work", "work", "stop"):
        await until(lambda: not receive.future.done())
        await settle()
        receive.future.set_result({"type": kind})
    await task
    assert log == ["work", "work"]
    assert receive.log == []


# --- Timeouts ---------------------------------------------------------------


async def test_wait_for_in_receive(channels, layer):
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
async def test_a_timeout_in_receive_comes_out(channels, layer, seconds):
    async def receive():
        async with timeout(seconds):
            await asyncio.Event().wait()

    with pytest.raises(asyncio.TimeoutError):
        await consumer_class(channels)()(WEBSOCKET, receive, None)


async def test_a_timeout_in_receive_leaves_handlers_alone(channels, two_sources):
    """Its time may run out while a handler runs for the other source."""
    log = []

    async def receive():
        log.append("read")
        if len(log) == 1:
            return {"type": "begin"}
        async with timeout(0.02):
            return await asyncio.Event().wait()

    class Consumer(consumer_class(channels)):
        async def begin(self, message):
            await self.put("work")

        async def work(self, message):
            await asyncio.sleep(0.05)
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


async def test_a_timeout_in_a_handler_is_its_own(channels, layer):
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


async def test_a_timeout_around_the_consumer(channels, layer):
    client = Client()
    with pytest.raises(asyncio.TimeoutError):
        async with timeout(0.02):
            await consumer_class(channels)()(WEBSOCKET, client, None)
    assert client.log == ["read", "cancelled"]


# --- Where others step in ---------------------------------------------------


async def test_await_many_dispatch_may_be_replaced(channels, layer):
    seen = []

    async def replaced(sources, dispatch):
        seen.append(len(sources))
        await dispatch({"type": "stop"})

    with mock.patch(f"{channels!r}.consumer.await_many_dispatch", replaced):
        await consumer_class(channels)()(WEBSOCKET, Client(), None)
    assert seen == [1 if layer == "no layer" else 2]


async def test_dispatch_may_be_overridden(channels, layer):
    seen = []

    class Consumer(consumer_class(channels)):
        async def dispatch(self, message):
            seen.append(message["type"])
            if message["type"] != "ignored":
                await super().dispatch(message)

    await run(Consumer(), {"type": "ignored"}, {"type": "stop"})
    assert seen == ["ignored", "stop"]


async def test_dispatch_may_be_patched(channels, layer):
    seen = []
    own = channels.consumer.AsyncConsumer.dispatch

    async def dispatch(self, message):
        seen.append(message["type"])
        await own(self, message)

    with mock.patch.object(channels.consumer.AsyncConsumer, "dispatch", dispatch):
        await run(consumer_class(channels)(), {"type": "stop"})
    assert seen == ["stop"]


async def test_send_of_the_base_class_may_be_patched(channels):
    sent = []

    async def send(self, message):
        sent.append(message["type"])

    base = channels("generic.websocket").AsyncWebsocketConsumer
    with mock.patch.object(channels.consumer.AsyncConsumer, "send", send):
        await run(base(), CONNECT, DISCONNECT)
    assert sent == ["websocket.accept"]


@pytest.mark.since("4.2", "async consumers close old database connections")
async def test_aclose_old_connections_may_be_replaced(channels):
    calls = []

    class Consumer(consumer_class(channels)):
        async def work(self, message):
            calls.append("work")

    async def replaced():
        calls.append("close")

    with mock.patch(f"{channels!r}.consumer.aclose_old_connections", replaced):
        await run(Consumer(), {"type": "work"}, {"type": "stop"})
    assert calls == ["close", "work", "close"]


async def test_a_layer_whose_receive_is_patched_is_read_by_it(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    layer = channels.layers.get_channel_layer()
    layer.receive = mock.AsyncMock(return_value={"type": "stop"})
    consumer = consumer_class(channels)()
    await consumer(WEBSOCKET, Client(), None)
    assert layer.receive.call_args_list[0] == mock.call(consumer.channel_name)
    assert isinstance(consumer.channel_receive, functools.partial)


async def test_channel_receive_reads_the_channel(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    consumer = consumer_class(channels)()
    await consumer(WEBSOCKET, Client({"type": "stop"}), None)
    await consumer.put("later")
    assert await consumer.channel_receive() == {"type": "later"}


# --- Nothing is left behind -------------------------------------------------


@pytest.mark.parametrize("waits", [False, True])
async def test_whoever_awaits_a_consumer_finds_no_task_of_it(
    channels, two_sources, waits
):
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
