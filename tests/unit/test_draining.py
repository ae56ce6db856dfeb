"""Drain leaves nothing behind where no server ends."""

from __future__ import annotations

import asyncio
import signal
import threading

from channels_fast.draining import Drain
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.testing import HttpCommunicator, WebsocketCommunicator

from ..support.consumers import until


class Echo(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data)


def handlers():
    wakeup = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(wakeup)
    return (
        wakeup,
        signal.getsignal(signal.SIGTERM),
        signal.getsignal(signal.SIGINT),
    )


async def test_the_handlers_of_signals_are_back_when_no_socket_is_open():
    before = handlers()
    application = Drain(Echo.as_asgi())
    for _ in range(2):
        first = WebsocketCommunicator(application, "/")
        second = WebsocketCommunicator(application, "/")
        await first.connect()
        assert handlers() != before
        await second.connect()
        await first.disconnect()
        assert handlers() != before
        await second.send_to(text_data="hello")
        assert await second.receive_from() == "hello"
        await second.disconnect()
        assert handlers() == before


async def test_a_handler_that_was_set_later_stays():
    before = handlers()
    communicator = WebsocketCommunicator(Drain(Echo.as_asgi()), "/")
    await communicator.connect()
    later = lambda number, frame: None  # noqa: E731 # compared below
    signal.signal(signal.SIGTERM, later)
    try:
        await communicator.disconnect()
        assert signal.getsignal(signal.SIGTERM) is later
    finally:
        signal.signal(signal.SIGTERM, before[1])


async def test_two_of_them_wait_for_each_other():
    told = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: told.append(number))
    try:
        communicators = [
            WebsocketCommunicator(Drain(Echo.as_asgi()), "/") for _ in range(2)
        ]
        for communicator in communicators:
            await communicator.connect()
        signal.raise_signal(signal.SIGTERM)
        for communicator in reversed(communicators):
            closed = await communicator.receive_output()
            assert (closed["type"], closed["code"]) == ("websocket.close", 1012)
            assert told == []
            await communicator.disconnect(1012)
        await until(lambda: told)
        assert told == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_other_connections_pass_untouched():
    seen = []

    async def application(scope, receive, send):
        seen.append((scope, receive, send))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    response = await HttpCommunicator(Drain(application), "GET", "/").get_response()
    assert response["status"] == 204
    assert len(seen) == 1


def test_in_another_thread_it_does_nothing_but_pass_on():
    before = handlers()
    results = []

    async def talk():
        communicator = WebsocketCommunicator(Drain(Echo.as_asgi()), "/")
        results.append(await communicator.connect())
        results.append(handlers_of_signals() == before[1:])
        await communicator.disconnect()

    def handlers_of_signals():
        return signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    thread = threading.Thread(target=lambda: asyncio.run(talk()))
    thread.start()
    thread.join(30)
    assert results == [(True, None), True]


def test_the_tree_of_an_application_shows_it():
    assert repr(Drain(Echo.as_asgi())).startswith("Drain > ")


async def test_sockets_of_two_of_them_may_end_in_any_order():
    before = handlers()
    first, second = (WebsocketCommunicator(Drain(Echo.as_asgi()), "/") for _ in "ab")
    for one in (first, second):
        await one.connect()
    for one in (first, second):
        await one.disconnect()
    assert handlers() == before


async def test_a_socket_that_ends_with_the_signal_is_not_waited_for():
    told = asyncio.Event()
    before = signal.signal(signal.SIGTERM, lambda number, frame: told.set())
    try:
        application = Drain(Echo.as_asgi(), seconds=60)
        communicator = WebsocketCommunicator(application, "/")
        await communicator.connect()
        await communicator.send_input({"type": "websocket.disconnect", "code": 1001})
        signal.raise_signal(signal.SIGTERM)
        await asyncio.wait_for(told.wait(), 30)
        await communicator.wait()
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_a_second_ctrl_c_gets_through_at_once():
    told = []
    before = signal.signal(signal.SIGINT, lambda number, frame: told.append(number))
    try:
        communicator = WebsocketCommunicator(Drain(Echo.as_asgi()), "/")
        await communicator.connect()
        signal.raise_signal(signal.SIGINT)
        assert (await communicator.receive_output())["code"] == 1012
        assert told == []
        signal.raise_signal(signal.SIGINT)
        await until(lambda: told)
        assert told == [signal.SIGINT]
        await communicator.disconnect(1012)
    finally:
        signal.signal(signal.SIGINT, before)
