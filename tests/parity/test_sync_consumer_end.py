"""What sync consumers leave behind: no thread, no task, no object."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading

import pytest
from asgiref.sync import sync_to_async as to_async

from ..support.consumers import run
from ..support.sync_consumers import (  # noqa: F401 - one is a fixture
    STOP,
    WORK,
    consumer,
    newer_asgiref,
    thread_for_sync_code,
)

# The reference asks an open connection of the sync thread for its state, which
# pytest-django forbids elsewhere.
pytestmark = pytest.mark.django_db


@newer_asgiref
async def test_a_thousand_connections_leave_no_thread_and_no_task(channels):
    application = consumer(channels, lambda self: self.send({}))
    await run(application, WORK, STOP)
    threads, tasks = threading.active_count(), len(asyncio.all_tasks())
    for _ in range(10):
        await asyncio.gather(*[run(application, WORK, STOP) for _ in range(100)])
    # The task of the last send may still have its last step to do.
    await asyncio.sleep(0)
    assert threading.active_count() == threads
    assert len(asyncio.all_tasks()) == tasks


async def test_consumers_are_freed_with_their_last_reference(channels):
    class Consumer(channels.consumer.SyncConsumer):
        freed = 0

        def work(self, message):
            self.send({})

        def stop(self, message):
            raise channels.exceptions.StopConsumer

        def __del__(self):
            Consumer.freed += 1

    await run(Consumer.as_asgi(), WORK, WORK, STOP)
    # The thread holds what it did last until it does something else.
    await to_async(int)()
    gc.collect()
    assert Consumer.freed == 1


AT_EXIT = """
import asyncio, threading, time
from django.conf import settings
settings.configure(DATABASES={{}})
import django
django.setup()
from {package}.consumer import SyncConsumer

entered = threading.Event()

class Consumer(SyncConsumer):
    def work(self, message):
        self.send("first")

    def wait(self, message):
        self.send("second")
        entered.set()
        time.sleep(0.3)
        print("handler ends", flush=True)
        self.send("third")

async def send(event):
    print(event, flush=True)

async def main():
    queue = asyncio.Queue()
    for name in ("work", "wait", "work"):
        queue.put_nowait({{"type": name}})
    task = asyncio.ensure_future(Consumer.as_asgi()({{}}, queue.get, send))
    while not entered.is_set():
        await asyncio.sleep(0.01)
    task.cancel()

asyncio.run(main())
print("loop closed", flush=True)
"""


def test_the_interpreter_exits_when_the_running_handler_has_ended(channels):
    ended = subprocess.run(
        [sys.executable, "-c", AT_EXIT.format(package=repr(channels))],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    # There is no loop to send with, and no thread may be started for another.
    assert ended.stdout.split("\n") == [
        "first",
        "second",
        "loop closed",
        "handler ends",
        "",
    ]
    assert "Traceback" not in ended.stderr
