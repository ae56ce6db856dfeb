"""The threads in which handlers of sync consumers run, and in which order."""

from __future__ import annotations

import asyncio
import threading

import pytest
from asgiref.sync import ThreadSensitiveContext
from asgiref.sync import async_to_sync as to_sync
from asgiref.sync import sync_to_async as to_async

from ..support.consumers import run, settle, until
from ..support.sync_consumers import (  # noqa: F401 # one is a fixture
    STOP,
    WORK,
    consumer,
    newer_asgiref,
    serve,
    thread_for_sync_code,
)

# The reference reads the state of open database connections, which pytest-django
# forbids in a test without this mark.
pytestmark = pytest.mark.django_db


async def test_handlers_run_where_other_sync_code_runs(channels, sync_thread):
    threads = []

    def work(self):
        threads.append(threading.get_ident())
        self.send({})
        threads.append(threading.get_ident())

    await asyncio.gather(
        *[run(consumer(channels, work), WORK, WORK, STOP) for _ in range(3)]
    )
    assert threads == [sync_thread] * 12


async def test_handlers_and_other_sync_code_take_turns(channels):
    order = []
    entered, leave = threading.Event(), threading.Event()

    def first():
        entered.set()
        leave.wait(30)
        order.append("first")

    def work(self):
        order.append("handler")
        self.send({})
        order.append("handler ends")

    async def second():
        await to_async(order.append)("second")

    tasks = [asyncio.ensure_future(to_async(first)())]
    await until(entered.is_set)
    tasks.append(asyncio.ensure_future(run(consumer(channels, work), WORK, STOP)))
    await settle()
    tasks.append(asyncio.ensure_future(second()))
    await settle()
    leave.set()
    await asyncio.gather(*tasks)
    assert order == ["first", "handler", "handler ends", "second"]


async def test_a_thread_sensitive_context_has_its_own_thread(channels, sync_thread):
    threads = []

    def work(self):
        threads.append(threading.get_ident())
        self.send({})

    async with ThreadSensitiveContext():
        sent = await run(consumer(channels, work), WORK, WORK, STOP)
        own = await to_async(threading.get_ident)()
    assert sent == [{}, {}]
    assert threads == [own, own]
    assert own != sync_thread


@newer_asgiref
def test_under_async_to_sync_handlers_run_in_the_calling_thread(channels):
    threads = []

    def work(self):
        threads.append(threading.get_ident())
        self.send({})

    assert to_sync(run)(consumer(channels, work), WORK, WORK, STOP) == [{}, {}]
    assert threads == [threading.get_ident()] * 2


async def test_a_handler_may_send_from_a_thread_of_its_own(channels):
    loops = []

    def work(self):
        thread = threading.Thread(target=self.send, args=({},))
        thread.start()
        thread.join()

    async def send(event):
        loops.append(asyncio.get_running_loop())

    await serve(consumer(channels, work), send, WORK, STOP)
    assert len(loops) == 1


async def test_sending_in_the_thread_of_the_loop_is_an_error(channels):
    consumers = []
    await run(consumer(channels, consumers.append), WORK, STOP)
    with pytest.raises(RuntimeError, match="You cannot use AsyncToSync in the same"):
        consumers[0].base_send({})
