"""Sync consumers that are cancelled while their handler waits, runs or sends."""

from __future__ import annotations

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async as to_async

from ..support.consumers import run, settle, until
from ..support.sync_consumers import (  # noqa: F401 # one is a fixture
    STOP,
    WORK,
    consumer,
    newer_asgiref,
    thread_for_sync_code,
)

# The reference reads the state of open database connections, which pytest-django
# forbids in a test without this mark.
pytestmark = pytest.mark.django_db


class Cancelled:
    """An application that is cancelled while its handler is somewhere."""

    def __init__(self, channels, work, send=None):
        self.done = threading.Event()

        def work_and_tell(consumer):
            try:
                work(consumer)
            finally:
                self.done.set()

        self.queue = asyncio.Queue()
        self.queue.put_nowait(WORK)
        application = consumer(channels, work_and_tell)
        self.task = asyncio.ensure_future(application({}, self.queue.get, send))

    async def cancel(self):
        self.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asyncio.shield(self.task), 30)


async def test_a_cancel_does_not_wait_for_a_handler_that_sends_nothing(channels):
    entered, leave = threading.Event(), threading.Event()
    sent = []

    async def send(event):
        sent.append(event)

    def work(self):
        entered.set()
        leave.wait(30)
        self.send({})

    application = Cancelled(channels, work, send)
    await until(entered.is_set)
    await application.cancel()
    assert not application.done.is_set()
    leave.set()
    await until(application.done.is_set)
    assert sent == [{}]


@newer_asgiref
async def test_a_handler_that_outlives_its_consumer_is_not_an_error_of_the_loop(
    channels,
):
    entered, leave = threading.Event(), threading.Event()
    errors = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: errors.append(context))

    for error in (False, True):
        entered.clear()
        leave.clear()

        def work(self, error=error):
            entered.set()
            leave.wait(30)
            if error:
                raise KeyError

        application = Cancelled(channels, work)
        await until(entered.is_set)
        await application.cancel()
        leave.set()
        await to_async(int)()
        await asyncio.sleep(0)
    assert errors == []


@newer_asgiref
async def test_a_cancelled_handler_that_did_not_begin_never_does(channels):
    entered, leave = threading.Event(), threading.Event()

    def other():
        entered.set()
        leave.wait(30)

    busy = asyncio.ensure_future(to_async(other)())
    await until(entered.is_set)
    application = Cancelled(channels, lambda self: None)
    await settle()
    await application.cancel()
    # asyncio cancels the call of the thread in the next turn of the loop.
    await asyncio.sleep(0)
    leave.set()
    await busy
    await to_async(int)()
    assert not application.done.is_set()


@newer_asgiref
async def test_a_cancel_while_send_waits_goes_to_send_and_to_the_handler(channels):
    seen = []
    sending = threading.Event()

    async def send(event):
        sending.set()
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            seen.append("send")
            raise

    def work(self):
        try:
            self.send({})
        except asyncio.CancelledError:
            seen.append("handler")
            raise

    application = Cancelled(channels, work, send)
    await until(sending.is_set)
    await application.cancel()
    # It waited for the handler.
    assert application.done.is_set()
    assert seen == ["send", "handler"]


@newer_asgiref
@pytest.mark.parametrize("who", ["send", "handler"])
async def test_a_cancel_that_is_swallowed_ends_nothing(channels, who):
    seen = []
    sending = threading.Event()

    async def send(event):
        sending.set()
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            seen.append("send")
            if who == "handler":
                raise

    def work(self):
        try:
            self.send({})
        except asyncio.CancelledError:
            seen.append("handler")
        seen.append("end")

    application = Cancelled(channels, work, send)
    await until(sending.is_set)
    application.task.cancel()
    application.queue.put_nowait(STOP)
    await asyncio.wait_for(application.task, 30)
    assert seen == ["send", *(["handler"] if who == "handler" else []), "end"]


@newer_asgiref
async def test_after_a_cancel_handlers_run_as_before(channels):
    sending = threading.Event()

    async def send(event):
        sending.set()
        await asyncio.sleep(10)

    application = Cancelled(channels, lambda self: self.send({}), send)
    await until(sending.is_set)
    await application.cancel()
    assert await run(consumer(channels, lambda self: self.send(1)), WORK, STOP) == [1]


@newer_asgiref
async def test_an_error_after_a_cancel_takes_its_place(channels):
    sending = threading.Event()

    async def send(event):
        sending.set()
        await asyncio.sleep(10)

    def work(self):
        try:
            self.send({})
        except asyncio.CancelledError:
            raise LookupError from None

    application = Cancelled(channels, work, send)
    await until(sending.is_set)
    application.task.cancel()
    with pytest.raises(LookupError):
        await asyncio.wait_for(application.task, 30)
