"""A query that takes long, and the messages of other connections."""

from __future__ import annotations

import asyncio
import threading

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from channels_fast import db

from ..support.file_database import file_database, is_open, query  # noqa: F401 # a fixture
from .test_db import learned, trips  # noqa: F401 # a fixture


async def test_a_thread_that_will_close_its_connections_means_no_trip(
    trips,  # noqa: F811 # the fixture
    alias,
):
    """Or each message would wait for the query of another connection."""
    await learned(trips)
    opened, finished = threading.Event(), threading.Event()

    def slow():
        query(alias)
        # What is called through async code does not end the work of this thread.
        async_to_sync(db.database_sync_to_async(query))(alias)
        query(alias)
        opened.set()
        finished.wait(5)

    waiting = asyncio.ensure_future(db.database_sync_to_async(slow)())
    await asyncio.get_running_loop().run_in_executor(None, opened.wait, 5)
    trips.count = 0
    await db.aclose_old_connections()
    assert trips.count == 0
    finished.set()
    await waiting
    assert not await sync_to_async(is_open)(alias)
    # A function that fails leaves the thread as it was.
    with pytest.raises(ZeroDivisionError):
        await db.database_sync_to_async(lambda: 1 / 0)()
    await sync_to_async(query)(alias)
    trips.count = 0
    await db.aclose_old_connections()
    assert trips.count == 1
