"""Play the server, and say what a message or a connection cost, in nanoseconds."""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import time
from typing import Any, Callable

from benches.arms import BARE, OURS, alias, make_scope, part

TEXT = "hello, this is an echo message of some forty bytes"
DOCUMENT = json.dumps(
    {
        "type": "chat.message",
        "room": "lobby",
        "user": {"id": 7, "name": "alice"},
        "text": TEXT,
        "tags": ["a", "b", "c"],
    }
)
EVENT = {"type": "chat.message", "text": TEXT}
#: What a browser sends that has visited the site and is not logged in.
STRANGER = (b"cookie", b"csrftoken=abcdef; theme=dark")


Measure = Callable[[], Any]


class Arm:
    """One of the contenders: measures a block and keeps the time of a unit."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self.times: list[float] = []

    def __call__(self) -> None:
        loop = asyncio.new_event_loop()
        gc.collect()
        gc.disable()
        try:
            self.times.append(loop.run_until_complete(self._measure()))
        finally:
            gc.enable()
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    def summary(self) -> dict[str, float]:
        return {"min": min(self.times), "median": statistics.median(self.times)}


class Feed:
    """A client whose next message is always ready: nothing ever waits."""

    def __init__(self, messages: int, text: str = TEXT) -> None:
        self._turn = 0
        self._messages = messages
        self._text = text
        self.sent = 0

    async def receive(self) -> dict[str, Any]:
        turn = self._turn
        self._turn += 1
        if turn == 0:
            return {"type": "websocket.connect"}
        if turn <= self._messages:
            return {"type": "websocket.receive", "text": self._text}
        return {"type": "websocket.disconnect", "code": 1000}

    async def send(self, message: Any) -> None:
        self.sent += 1

    def check(self) -> None:
        """Make sure that the application did its work."""
        assert self.sent == self._messages + 1, f"{self.sent} of {self._messages + 1}"


async def ready(application: Any, messages: int, text: str = TEXT) -> float:
    """Send messages that need not be waited for, on one connection."""
    feed = Feed(messages, text)
    started = time.perf_counter_ns()
    await application(make_scope(), feed.receive, feed.send)
    spent = time.perf_counter_ns() - started
    feed.check()
    return spent / messages


async def awaited(application: Any, messages: int) -> float:
    """Send a message when the answer to the last one is there."""
    incoming: asyncio.Queue[Any] = asyncio.Queue()
    outgoing: asyncio.Queue[Any] = asyncio.Queue()
    call = application(make_scope(), incoming.get, outgoing.put)
    task = asyncio.ensure_future(call)
    incoming.put_nowait({"type": "websocket.connect"})
    assert (await outgoing.get())["type"] == "websocket.accept"
    started = time.perf_counter_ns()
    for _ in range(messages):
        incoming.put_nowait({"type": "websocket.receive", "text": TEXT})
        await outgoing.get()
    spent = time.perf_counter_ns() - started
    incoming.put_nowait({"type": "websocket.disconnect", "code": 1000})
    await task
    return spent / messages


async def calls(application: Any, scope: Any, count: int) -> float:
    """Call an application that returns at once, with one and the same scope."""
    started = time.perf_counter_ns()
    for _ in range(count):
        await application(scope, None, None)
    return (time.perf_counter_ns() - started) / count


async def connections(
    application: Any, count: int, *headers: tuple[bytes, bytes]
) -> float:
    """Connect and disconnect, one after the other."""
    clients = [(make_scope(*headers), Feed(0)) for _ in range(count)]
    started = time.perf_counter_ns()
    for scope, feed in clients:
        await application(scope, feed.receive, feed.send)
    # What is left to be done in the loop is part of it.
    await asyncio.sleep(0)
    spent = time.perf_counter_ns() - started
    for _, feed in clients:
        feed.check()
    return spent / count


def communicator_of(package: str) -> Any:
    """Return the communicator that tests use; around a bare application, it is ours."""
    return part(OURS if package == BARE else package, "testing").WebsocketCommunicator


async def communicator_messages(package: str, application: Any, count: int) -> float:
    """Send and receive with the communicator that tests use."""
    communicator = communicator_of(package)(application, "/")
    connected, _ = await communicator.connect()
    assert connected
    started = time.perf_counter_ns()
    for _ in range(count):
        await communicator.send_to(text_data=TEXT)
        assert await communicator.receive_from() == TEXT
    spent = time.perf_counter_ns() - started
    await communicator.disconnect()
    return spent / count


async def communicator_connections(package: str, application: Any, count: int) -> float:
    """Connect and disconnect with the communicator that tests use."""
    made = communicator_of(package)
    started = time.perf_counter_ns()
    for _ in range(count):
        communicator = made(application, "/")
        connected, _ = await communicator.connect()
        assert connected
        await communicator.disconnect()
    return (time.perf_counter_ns() - started) / count


class Queues:
    """The least that a group can be: a queue for each member, and a loop over them."""

    def __init__(self) -> None:
        self._queues: list[asyncio.Queue[Any]] = []

    def join(self) -> asyncio.Queue[Any]:
        """Return the queue of a new member."""
        self._queues.append(asyncio.Queue())
        return self._queues[-1]

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        for queue in self._queues:
            queue.put_nowait(dict(message))


async def queues(package: str, members: int, rounds: int) -> float:
    """Send to a group whose members are never read. Per member."""
    layer: Any = Queues()
    if package == BARE:
        for _ in range(members):
            layer.join()
    else:
        layer = part(package, "layers").InMemoryChannelLayer(capacity=1000)
        for _ in range(members):
            await layer.group_add("room", await layer.new_channel())
    started = time.perf_counter_ns()
    for _ in range(rounds):
        await layer.group_send("room", EVENT)
    spent = time.perf_counter_ns() - started
    return spent / rounds / members


class Crowd:
    """Connected members of one group, and how many of them were served."""

    def __init__(self, members: int) -> None:
        self._members = members
        self._count = 0
        self._all = asyncio.Event()
        self._leave = asyncio.Event()

    def receive(self) -> Any:
        """Return the `receive` of one consumer: it connects, and leaves in the end."""
        messages = [{"type": "websocket.connect"}]

        async def receive() -> dict[str, Any]:
            if messages:
                return messages.pop()
            await self._leave.wait()
            return {"type": "websocket.disconnect", "code": 1000}

        return receive

    async def send(self, message: Any) -> None:
        self._count += 1
        if self._count == self._members:
            self._all.set()

    async def served(self) -> None:
        """Wait until each member has sent something since the last time."""
        await self._all.wait()
        self._all.clear()
        self._count = 0

    def leave(self) -> None:
        self._leave.set()


async def fan_out(package: str, application: Any, members: int, rounds: int) -> float:
    """Send to a group of connected members until all have sent it on. Per member."""
    crowd = Crowd(members)
    layer: Any = Queues()
    if package == BARE:
        receives = [layer.join().get for _ in range(members)]
        await layer.group_send("room", {"type": "websocket.connect"})
    else:
        layer = part(package, "layers").channel_layers[alias(package, layer=True)]
        receives = [crowd.receive() for _ in range(members)]
    tasks = [
        asyncio.ensure_future(application(make_scope(), receive, crowd.send))
        for receive in receives
    ]
    await crowd.served()
    await asyncio.sleep(0.01)  # all of them are back at waiting
    started = time.perf_counter_ns()
    for _ in range(rounds):
        await layer.group_send("room", EVENT)
        await crowd.served()
    spent = time.perf_counter_ns() - started
    if package == OURS:
        crowd.leave()
    else:
        # To leave upstream's properly costs as much as the whole measurement: each
        # disconnect walks all channels.
        for task in tasks:
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if package != BARE:
        await layer.flush()
    return spent / rounds / members
