"""How the sources of a consumer are stopped."""

from __future__ import annotations

import asyncio
from unittest import mock

import pytest

from channels_fast.utils import await_many_dispatch

from ..support.consumers import WEBSOCKET, settle
from ..support.counting import Counting
from ..support.layers import any_second_source, ours  # noqa: F401 # fixtures


async def test_no_sources_are_an_error():
    with pytest.raises(ValueError, match="no sources"):
        await await_many_dispatch([], mock.AsyncMock())


async def test_all_reads_are_stopped_even_if_one_fails():
    """In the reference the reads behind it go on forever."""
    ended = []

    async def fails():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise LookupError("mine") from None

    async def waits():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    task = asyncio.ensure_future(await_many_dispatch([fails, waits], mock.AsyncMock()))
    await settle()
    task.cancel()
    with pytest.raises(LookupError, match="mine"):
        await task
    assert ended == [True]
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("end", ["stop", "cancel"])
async def test_a_source_that_loses_its_cancellation_is_cancelled_again(
    two_sources, times, end, monkeypatch
):
    """In the reference the consumer waits for the source, perhaps forever."""
    monkeypatch.setattr("channels_fast.utils.CANCEL_AGAIN_AFTER", 0.001)
    lost = []

    async def receive():
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if len(lost) == times:
                    raise
                lost.append(True)

    consumer = Counting()
    consumer.limit = 1
    task = asyncio.ensure_future(consumer(WEBSOCKET, receive, None))
    await settle()
    if end == "cancel":
        task.cancel()
    else:
        await two_sources.send(consumer.channel_name, {"type": "layer"})
    await asyncio.gather(task, return_exceptions=True)
    assert len(lost) == times
    assert task.cancelled() == (end == "cancel")
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_source_that_cleans_up_has_time_for_it(two_sources, monkeypatch):
    """It is not cancelled again at once."""
    monkeypatch.setattr("channels_fast.utils.CANCEL_AGAIN_AFTER", 60)
    log = []

    async def receive():
        try:
            await asyncio.Event().wait()
        finally:
            await settle(20)
            log.append("cleaned up")

    task = asyncio.ensure_future(Counting()(WEBSOCKET, receive, None))
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["cleaned up"]
