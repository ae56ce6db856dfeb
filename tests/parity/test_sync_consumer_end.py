"""What sync consumers leave behind: no thread, no task, no object."""

from __future__ import annotations

import asyncio
import gc
import threading
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async as to_async

from ..support.consumers import run
from ..support.programs import run_program
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
    # The thread keeps its last call alive until its next one.
    await to_async(int)()
    gc.collect()
    assert Consumer.freed == 1


PROGRAM = Path(__file__).parent / "programs" / "loop_ends_before_handler.py"


def test_the_interpreter_exits_when_the_running_handler_has_ended(channels):
    ended = run_program(PROGRAM, channels.name)
    assert ended.returncode == 0, ended.stderr
    # There is no loop to send with, and the interpreter starts no thread at its end.
    assert ended.stdout.split("\n") == [
        "first",
        "second",
        "loop closed",
        "handler ends",
        "",
    ]
    assert "Traceback" not in ended.stderr
