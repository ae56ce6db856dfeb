"""Connections of every kind and every end leave no object, task, thread or group."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import weakref
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import asgiref
import pytest
from asgiref.sync import sync_to_async
from django.urls import path

from channels_fast import layers
from channels_fast.auth import AuthMiddlewareStack
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels_fast.limits import Limits
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import AllowedHostsOriginValidator

from ..conftest import OURS, numbers
from ..support.consumers import CONNECT, DISCONNECT, FailedError, text
from ..support.layers import memory_layer

CONNECTIONS = 100
AT_ONCE = 20
THREADS, MEMBERS, TURNS = 8, 10, 20


class Async(AsyncWebsocketConsumer):
    """Does what its client says."""

    groups = ["room"]

    async def connect(self):
        if self.scope["end"] == "refused":
            await self.close()
        else:
            await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        if self.scope["end"] == "failed":
            raise FailedError
        await self.send(text_data)


class Sync(WebsocketConsumer):
    """The same in the thread for synchronous code."""

    groups = ["room"]

    def connect(self):
        if self.scope["end"] == "refused":
            self.close()
        else:
            self.accept()

    def receive(self, text_data=None, bytes_data=None):
        if self.scope["end"] == "failed":
            raise FailedError
        self.send(text_data)


class AsyncAlone(Async):
    groups = []


class SyncAlone(Sync):
    groups = []


class Limited(Async):
    """Its handlers run in tasks of their own."""

    max_concurrency = 3
    limits = Limits(handler_timeout=60.0, idle_timeout=60.0)


class Http(AsyncHttpConsumer):
    async def handle(self, body):
        if self.scope["end"] == "failed":
            raise FailedError
        if self.scope["end"] == "cancelled":
            await asyncio.Event().wait()
        await self.send_response(200, body)


class Marker:
    """In each scope, to find out who keeps one."""


def stack(consumer):
    """Return everything that can stand before a consumer."""
    routes = [path("<str:room>/<int:number>/", consumer.as_asgi())]
    router = URLRouter(routes, on_miss="deny")
    guarded = AllowedHostsOriginValidator(AuthMiddlewareStack(router))
    return ProtocolTypeRouter({"websocket": guarded, "http": router})


def scope_of(kind, end, number):
    headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
    if end == "origin":
        headers[1] = (b"origin", b"http://evil.test")
    first = "no/such/route" if end == "miss" else "room"
    return {
        "type": kind,
        "method": "POST",
        "path": f"/{first}/{number}/",
        "headers": headers,
        "end": end,
        "marker": Marker(),
    }


def events_of(kind, end):
    if kind == "http":
        return [{"type": "http.request", "body": b"a"}]
    if end in ("cancelled", "failed"):
        return [CONNECT, text("a")]
    if ENDS[end][0] == ACCEPT:
        return [CONNECT, text("a"), DISCONNECT]
    return [CONNECT, DISCONNECT]


async def visit(application, kind, end, number, markers):
    """Be one client, and return what it was sent."""
    queue, sent = asyncio.Queue(), []
    waits = asyncio.Event()
    for event in events_of(kind, end):
        queue.put_nowait(event)

    async def receive():
        if queue.empty():
            waits.set()
        return await queue.get()

    async def send(event):
        sent.append(event["type"])

    scope = scope_of(kind, end, number)
    markers.add(scope["marker"])
    call = asyncio.ensure_future(application(scope, receive, send))
    if end == "cancelled":
        if kind == "http":
            await asyncio.sleep(0.01)  # handle() waits
        else:
            await waits.wait()
        call.cancel()
    (ended,) = await asyncio.gather(call, return_exceptions=True)
    expected = {"failed": FailedError, "cancelled": asyncio.CancelledError}
    assert type(ended) is expected.get(end, type(None)), ended
    return sent


async def visits(application, kind, end, markers):
    for first in range(0, CONNECTIONS, AT_ONCE):
        numbers = range(first, first + AT_ONCE)
        some = (visit(application, kind, end, n, markers) for n in numbers)
        answers = await asyncio.gather(*some)
        assert all(answer == answers[0] for answer in answers)
    return answers[0]


def objects():
    """Return how many objects there are of each of our classes, and of this module."""
    gc.collect()
    ours = ("channels_fast", __name__)
    return Counter(
        type(one).__qualname__
        for one in gc.get_objects()
        # A class of another test may have a property in its place.
        if str(type(one).__module__).startswith(ours)
    )


ACCEPT, CLOSE, SEND = "websocket.accept", "websocket.close", "websocket.send"
DENIED = ["websocket.http.response.start", "websocket.http.response.body"]
ENDS = {
    "closed": [ACCEPT, SEND],
    "refused": [CLOSE],
    "failed": [ACCEPT],
    "cancelled": [ACCEPT, SEND],
    "origin": [CLOSE],
    "miss": [CLOSE],
}
HTTP_ANSWER = ["http.response.start", "http.response.body"]
HTTP_ENDS = {"closed": HTTP_ANSWER, "failed": [], "cancelled": [], "miss": HTTP_ANSWER}
CASES = [
    *[(kind, True, end) for kind in (Async, Sync, Limited) for end in ENDS],
    *[(kind, False, end) for kind in (AsyncAlone, SyncAlone) for end in ENDS],
    *[(Http, with_layer, end) for with_layer in (True, False) for end in HTTP_ENDS],
]


@pytest.fixture(autouse=True)
def _what_was_there_before_does_not_count():
    # A process that has run many tests has millions of objects.
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize(("consumer", "with_layer", "end"), CASES)
async def test_nothing_is_left_of_connections(settings, consumer, with_layer, end):
    if with_layer:
        settings.CHANNEL_LAYERS = memory_layer(OURS)
    kind = "http" if consumer is Http else "websocket"
    application, markers = stack(consumer), weakref.WeakSet()
    threads = set(threading.enumerate())
    # What the first connection imports and caches is not theirs.
    await visit(application, kind, end, 0, markers)
    before = objects()
    sent = await visits(application, kind, end, markers)
    assert sent == (HTTP_ENDS if kind == "http" else ENDS)[end]
    for _ in range(100):
        if objects() - before == Counter() and not markers:
            break
        # The thread for synchronous code may still hold its last call.
        await asyncio.sleep(0.05)
    assert objects() - before == Counter()
    assert len(markers) == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}
    # asgiref has one thread for synchronous code.
    assert len(set(threading.enumerate()) - threads) <= 1
    layer = layers.get_channel_layer()
    if with_layer:
        if end in ("failed", "cancelled") and kind == "websocket":
            # As with channels: only a disconnect event ends memberships.
            assert len(layer.groups.pop("room")) == CONNECTIONS + 1
        assert (layer.groups, layer.channels) == ({}, {})


async def asgiref_needs_the_collector():
    """
    Return whether each call of asgiref waits for it, as ours then do.

    asgiref 3.8 and later read a variable that is not there, below a context manager.
    Before Python 3.11 that leaves a loop of the error and the frames of the caller.
    """
    argument = Marker()
    left = weakref.ref(argument)
    await sync_to_async(bool)(argument)
    del argument
    # The thread may still hold its last call.
    await sync_to_async(bool)(None)
    return left() is not None


async def test_no_call_waits_for_the_garbage_collector_from_python_3_11_on():
    gc.disable()
    try:
        needs = await asgiref_needs_the_collector()
    finally:
        gc.enable()
    new = numbers(asgiref.__version__) >= (3, 8)
    assert not needs or (sys.version_info < (3, 11) and new)


@pytest.mark.parametrize("consumer", [Async, Sync, Limited, AsyncAlone, SyncAlone])
async def test_a_connection_that_has_ended_needs_no_garbage_collector(
    settings, consumer
):
    settings.CHANNEL_LAYERS = memory_layer(OURS)
    markers = weakref.WeakSet()
    gc.disable()
    try:
        waits = consumer in (Sync, SyncAlone) and await asgiref_needs_the_collector()
        await visit(stack(consumer), "websocket", "closed", 0, markers)
        for _ in range(100):
            if not markers:
                break
            # The thread for synchronous code may still hold its last call.
            await asyncio.sleep(0.05)
    finally:
        gc.enable()
    assert len(markers) == waits


class Member(AsyncWebsocketConsumer):
    """Tells its room what its route and its client say."""

    async def connect(self):
        self.room = self.scope["url_route"]["kwargs"]["room"]
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        number = self.scope["url_route"]["kwargs"]["number"]
        content = f"{self.room} {number} {text_data} {self.scope['user']}"
        await self.channel_layer.group_send(self.room, {"type": "say", "text": content})

    async def say(self, event):
        await self.send(event["text"])

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.room, self.channel_name)


async def talk(application, name):
    """Have the members of a thread's room talk, and return what each one heard."""
    members = []
    for number in range(MEMBERS):
        scope = {
            **scope_of("websocket", "closed", number),
            "path": f"/{name}/{number}/",
        }
        incoming, heard = asyncio.Queue(), asyncio.Queue()
        call = asyncio.ensure_future(application(scope, incoming.get, heard.put))
        incoming.put_nowait(CONNECT)
        assert (await heard.get())["type"] == ACCEPT
        members.append((call, incoming, heard))
    for turn in range(TURNS):
        for _, incoming, _ in members:
            incoming.put_nowait(text(str(turn)))
    expected = MEMBERS * TURNS
    heard_by = []
    for _, _, heard in members:
        texts = [(await heard.get())["text"] for _ in range(expected)]
        heard_by.append(sorted(texts))
    for call, incoming, _ in members:
        incoming.put_nowait(DISCONNECT)
        await call
    assert all(heard.empty() for _, _, heard in members)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    return heard_by


def test_one_application_serves_the_event_loops_of_several_threads(settings):
    settings.CHANNEL_LAYERS = memory_layer(OURS, capacity=MEMBERS * TURNS)
    application = stack(Member)
    names = [f"room{number}" for number in range(THREADS)]
    begin = threading.Barrier(THREADS)

    def serve(name):
        begin.wait()
        return asyncio.run(talk(application, name))

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(serve, names))
    for name, heard_by in zip(names, answers):
        said = sorted(
            f"{name} {number} {turn} AnonymousUser"
            for number in range(MEMBERS)
            for turn in range(TURNS)
        )
        assert heard_by == [said] * MEMBERS
    layer = layers.get_channel_layer()
    assert (layer.groups, layer.channels) == ({}, {})
