"""The signals of a connection, and of a path without a route."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

import django
import pytest
from django.urls import path

from channels_fast import _observing, signals
from channels_fast._log import OncePerMinute
from channels_fast.consumer import AsyncConsumer
from channels_fast.exceptions import StopConsumer
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.limits import Limits
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ProtocolTypeRouter, URLRouter

from ..conftest import OURS
from ..support.consumers import CONNECT, DISCONNECT, FailedError, run, text
from ..support.generic_consumers import consumer_kind, make  # noqa: F401 # a fixture
from ..support.limits import Clock
from ..support.routing import app

OF_A_CONNECTION = ("connection_opened", "message_handled", "connection_closed")


@pytest.fixture
def listen():
    """Connect receivers, until the end of the test."""
    connected = []

    def connect(name, receiver, sender=None):
        signal = getattr(signals, name)
        signal.connect(receiver, sender=sender, weak=False)
        connected.append((signal, receiver, sender))

    yield connect
    for signal, receiver, sender in connected:
        assert signal.disconnect(receiver, sender=sender)


@pytest.fixture
def sent(listen):
    """Return the list of all signals that are sent: name, sender, arguments."""
    log = []

    def receiver_for(name):
        def receiver(signal, sender, **named):
            log.append((name, sender, named))

        return receiver

    for name in (*OF_A_CONNECTION, "route_missed"):
        listen(name, receiver_for(name))
    return log


def fails(*args, **kwargs):
    raise FailedError


async def test_a_connection_is_told_from_its_beginning_to_its_end(kind, sent):
    consumer = make(OURS, kind)
    scope = {"type": "websocket", "path": "/"}
    await run(consumer.as_asgi(), CONNECT, text("a"), DISCONNECT, scope=scope)
    assert [(name, sender) for name, sender, _ in sent] == [
        ("connection_opened", consumer),
        *[("message_handled", consumer)] * 3,
        ("connection_closed", consumer),
    ]
    (_, _, opened), *handled, (_, _, closed) = sent
    made = opened["consumer"]
    assert type(made) is consumer
    assert made.scope is scope
    assert all(named["consumer"] is made for _, _, named in sent)
    assert [(named["message"], named["handler"]) for _, _, named in handled] == [
        (CONNECT, "websocket_connect"),
        (text("a"), "websocket_receive"),
        (DISCONNECT, "websocket_disconnect"),
    ]
    assert [named["exception"] for _, _, named in handled] == [None] * 3
    durations = [named["duration"] for _, _, named in handled]
    assert min(durations) >= 0
    assert sum(durations) <= closed["duration"]
    assert (closed["code"], closed["exception"]) == (1000, None)


@pytest.mark.parametrize("limit", ["", "idle_timeout", "handler_timeout"])
async def test_an_error_is_told_with_the_message_and_with_the_end(kind, limit, sent):
    consumer = make(OURS, kind, receive=fails)
    if limit:
        setattr(consumer, limit, 60)
    with pytest.raises(FailedError) as caught:
        await run(consumer(), CONNECT, text("a"))
    (_, _, handled), (_, _, closed) = sent[-2:]
    assert handled["exception"] is closed["exception"] is caught.value
    assert closed["code"] is None


@pytest.mark.parametrize(("kind", "several"), [("sync", 1), ("async", 1), ("async", 2)])
async def test_a_message_that_a_limit_drops_is_not_told(kind, sent, several):
    consumer = make(OURS, kind)
    consumer.limits = Limits(max_message_size=1)
    consumer.max_concurrency = several
    closed = {"type": "websocket.disconnect", "code": 4413}
    events = await run(consumer(), CONNECT, text("a"), text("too long"), closed)
    assert events[-1] == {"type": "websocket.close", "code": 4413}
    messages = [named["message"] for _, _, named in sent if "message" in named]
    assert messages == [CONNECT, text("a"), closed]
    assert sent[0][0] == "connection_opened"
    name, _, named = sent[-1]
    assert (name, named["code"], named["exception"]) == (
        "connection_closed",
        4413,
        None,
    )


async def test_a_handler_that_a_limit_cancels_is_told_as_cancelled(sent):
    begun = asyncio.Event()

    def receive(self, text_data):
        begun.set()
        yield asyncio.Event().wait()

    clock = Clock()
    consumer = make(OURS, "async", receive=receive)
    consumer.limits = Limits(handler_timeout=2)
    events = [CONNECT, text("a"), DISCONNECT]
    running = asyncio.ensure_future(run(consumer(), *events))
    await begun.wait()
    await clock.turn(2)
    await running
    handled = [named for name, _, named in sent if name == "message_handled"]
    assert [named["message"] for named in handled] == events
    assert [type(named["exception"]) for named in handled] == [
        type(None),
        asyncio.CancelledError,
        type(None),
    ]
    assert sent[-1][2]["exception"] is None


async def test_an_error_that_the_hook_has_handled_is_none(kind, sent):
    consumer = make(OURS, kind, receive=fails, handle_exception=lambda *_: done(kind))
    await run(consumer(), CONNECT, text("a"), DISCONNECT)
    assert [named["exception"] for name, _, named in sent if "exception" in named] == [
        None
    ] * 4


def done(kind):
    """Return what a handler of this *kind* returns."""
    return asyncio.sleep(0) if kind == "async" else None


async def test_a_cancellation_is_told(sent):
    waiting = asyncio.Event()

    def receive(self, text_data):
        waiting.set()
        yield asyncio.Event().wait()

    task = asyncio.ensure_future(
        run(make(OURS, "async", receive=receive)(), CONNECT, text("a"))
    )
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (_, _, handled), (name, _, closed) = sent[-2:]
    assert type(handled["exception"]) is asyncio.CancelledError
    assert (name, type(closed["exception"])) == (
        "connection_closed",
        asyncio.CancelledError,
    )


@pytest.mark.parametrize("event", [{"type": "no.handler"}, {}, {"type": 5}, {"a": 1}])
async def test_a_message_without_a_handler_has_no_name_of_one(sent, event):
    with pytest.raises((ValueError, AttributeError)) as caught:
        await run(AsyncConsumer(), event)
    _, (_, _, handled), _ = sent
    assert (handled["handler"], handled["message"]) == (None, event)
    assert handled["exception"] is caught.value


async def test_a_request_is_told(sent):
    class Consumer(AsyncHttpConsumer):
        async def handle(self, body):
            await self.send_response(200, b"")

    await run(Consumer(), {"type": "http.request"}, scope={"type": "http"})
    assert [name for name, _, _ in sent] == list(OF_A_CONNECTION)
    assert sent[1][2]["handler"] == "http_request"


@pytest.mark.parametrize("name", OF_A_CONNECTION)
async def test_one_signal_may_be_listened_to_alone(listen, name):
    seen = []
    listen(name, lambda **named: seen.append(named["consumer"]))
    await run(make(OURS, "async")(), CONNECT, DISCONNECT)
    assert len(seen) == (2 if name == "message_handled" else 1)


async def test_a_receiver_may_ask_for_one_class(listen):
    seen = []
    mine, other = make(OURS, "async"), make(OURS, "async")
    listen("connection_opened", lambda **named: seen.append(named), sender=mine)
    for consumer in (mine, other):
        await run(consumer(), CONNECT, DISCONNECT)
    assert [named["sender"] for named in seen] == [mine]


async def test_receivers_run_in_the_thread_of_the_event_loop(kind, listen):
    threads = set()
    for name in OF_A_CONNECTION:
        listen(name, lambda **named: threads.add(threading.current_thread()))
    await run(make(OURS, kind)(), CONNECT, DISCONNECT)
    assert threads == {threading.current_thread()}


async def is_async(**named):
    raise AssertionError("it was awaited")


@pytest.mark.parametrize(
    "receiver",
    [
        fails,
        pytest.param(
            is_async,
            marks=pytest.mark.skipif(
                django.VERSION < (5, 0), reason="it takes any receiver for a plain one"
            ),
        ),
    ],
)
async def test_a_receiver_that_fails_is_logged_and_breaks_nothing(
    kind, listen, caplog, monkeypatch, receiver
):
    monkeypatch.setattr(_observing, "_lines", OncePerMinute(_observing._lines.logger))
    seen = []
    for name in (*OF_A_CONNECTION, "route_missed"):
        listen(name, receiver)
        listen(name, lambda **named: seen.append(named["signal"]))
    sent = await run(make(OURS, kind)(), CONNECT, text("a"), DISCONNECT)
    assert sent == [{"type": "websocket.accept", "subprotocol": None}]
    with pytest.raises(ValueError, match="No route found for path 'a/'"):
        await run(URLRouter([]), scope={"type": "websocket", "path": "/a/"})
    assert len(seen) == 6
    if receiver is is_async:
        # One line for each signal: a client may cause any number.
        assert len(caplog.records) == 4
        assert "Receivers are plain functions." in caplog.text
    else:
        assert [record.levelname for record in caplog.records] == ["ERROR"] * 6


@pytest.mark.parametrize("listened", [False, True])
async def test_nobody_keeps_what_a_handler_has_raised(listen, listened):
    kept = []

    class Error(Exception):
        pass

    class Consumer(AsyncConsumer):
        async def fail(self, message):
            kept.append(Error())
            raise kept.pop()

        async def handle_exception(self, exc, message):
            kept.append(weakref.ref(exc))

        async def end(self, message):
            raise StopConsumer

    if listened:
        listen("message_handled", lambda **named: None)
        listen("connection_closed", lambda **named: None)
    gc.disable()
    try:
        await run(Consumer(), {"type": "fail"}, {"type": "end"})
        assert [error() for error in kept] == [None]
    finally:
        gc.enable()


async def test_nobody_is_told_of_a_connection_that_began_before(listen):
    seen = []

    class Consumer(AsyncConsumer):
        async def begin(self, message):
            listen("connection_closed", lambda **named: seen.append(named))

        async def end(self, message):
            raise StopConsumer

    await run(Consumer(), {"type": "begin"}, {"type": "end"})
    assert seen == []


# ---------------------------------------------------------------- paths without a route


@pytest.mark.parametrize("whole", [False, True])
async def test_a_miss_is_told_once_by_the_outermost_router(sent, whole):
    class Router(URLRouter):
        pass

    innermost = URLRouter([path("c/", app("c"))])
    inner = BaseMiddleware(URLRouter([path("b/", innermost)]))
    router = Router([path("a/", inner)], whole_root_path=whole)
    scope = {"type": "websocket", "path": "/a/b/x/"}
    application = ProtocolTypeRouter({"http": app("http"), "websocket": router})
    for _ in range(2):
        with pytest.raises(ValueError, match="No route found"):
            await run(application, scope=scope)
    expected = ("route_missed", Router, {"scope": scope, "path": "/a/b/x/"})
    assert sent == [expected, expected]


@pytest.mark.parametrize("on_miss", ["deny", "close"])
async def test_a_miss_that_is_answered_is_told_too(sent, on_miss):
    router = URLRouter([path("a/", app("a"))], on_miss=on_miss)
    scope = {"type": "websocket", "path": "/b/"}
    assert await run(router, CONNECT, scope=scope)
    assert sent == [("route_missed", URLRouter, {"scope": scope, "path": "/b/"})]


async def test_a_path_outside_of_the_root_is_a_miss(sent):
    routes = [path("<path:p>", app("any"))]
    for router, path_ in (
        (URLRouter(routes), "/other/"),
        (URLRouter(routes, whole_root_path=True), "/application/"),
    ):
        scope = {"type": "websocket", "path": path_, "root_path": "/app"}
        with pytest.raises(ValueError, match="No route found"):
            await run(router, scope=scope)
    assert [named["path"] for _, _, named in sent] == ["/other/", "/application/"]


async def test_a_list_that_has_changed_is_a_miss_too(sent):
    router = URLRouter([path("a/", app("a"))])
    await run(router, scope={"type": "websocket", "path": "/a/"})
    router.routes.clear()
    with pytest.raises(ValueError, match="No route found"):
        await run(router, scope={"type": "websocket", "path": "/a/"})
    assert len(sent) == 1


async def test_an_error_of_an_application_or_a_pattern_is_no_miss(sent):
    async def application(scope, receive, send):
        raise ValueError("of its own")

    class Pattern:
        def match(self, text):
            raise ValueError("of a pattern")

    broken = path("b/", application)
    broken.pattern = Pattern()
    for route in (path("a/", application), broken):
        with pytest.raises(ValueError, match="of "):
            await run(URLRouter([route]), scope={"type": "websocket", "path": "/a/"})
    assert sent == []
