"""Listeners of a worker that fail or are cancelled."""

from __future__ import annotations

import asyncio
import logging

from channels_fast.layers import InMemoryChannelLayer
from channels_fast.worker import Worker


async def test_a_failed_listener_is_reported_at_once(caplog):
    """The others go on; the reference reports the error when they have ended."""
    layer = InMemoryChannelLayer()
    worker = Worker(None, ["bad", "good"], layer)
    task = asyncio.ensure_future(worker.handle())
    with caplog.at_level(logging.ERROR, logger="django.channels.worker"):
        await layer.send("bad", {})
        await asyncio.sleep(0.01)
    assert caplog.messages == ["Worker stopped listening on bad"]
    assert "no type" in str(caplog.records[0].exc_info[1])
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_cancelled_worker_stops_listening():
    layer = InMemoryChannelLayer()
    task = asyncio.ensure_future(Worker(None, ["a", "b"], layer).handle())
    await asyncio.sleep(0.01)
    assert set(layer.channels) == {"a", "b"}
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0)
    assert layer.channels == {}
