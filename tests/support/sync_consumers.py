"""Consumers whose handler is a function that runs in the thread for sync code."""

from __future__ import annotations

import asyncio
import threading

import asgiref
import pytest
from asgiref.sync import SyncToAsync

from ..conftest import numbers

WORK = {"type": "work"}
STOP = {"type": "stop"}

# Older versions of asgiref have other rules, with both packages.
newer_asgiref = pytest.mark.skipif(
    numbers(asgiref.__version__) < (3, 9), reason="asgiref 3.9 and later"
)


@pytest.fixture(name="sync_thread", autouse=True)
def thread_for_sync_code():
    """Start the thread for sync code, as the first call of a process does."""
    return SyncToAsync.single_thread_executor.submit(threading.get_ident).result()


def consumer(channels, work):
    """Return an application whose handler of ``work`` is the function *work*."""

    class Consumer(channels.consumer.SyncConsumer):
        def work(self, message):
            work(self)

        def stop(self, message):
            raise channels.exceptions.StopConsumer

    return Consumer.as_asgi()


async def serve(application, send, *events):
    """Feed *events* to *application* until it ends. It sends with *send*."""
    queue = asyncio.Queue()
    for event in events:
        queue.put_nowait(event)
    await asyncio.wait_for(application({"type": "test"}, queue.get, send), 30)
