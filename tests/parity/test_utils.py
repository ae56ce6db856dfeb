"""name_that_thing and await_many_dispatch."""

from __future__ import annotations

import asyncio
import functools
from unittest import mock

import pytest

from ..support.consumers import settle


class Thing:
    def method(self):
        pass

    @classmethod
    def class_method(cls):
        pass


def function():
    pass


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (function, f"{__name__}.function"),
        (Thing, f"{__name__}.Thing"),
        (Thing(), f"{__name__}.Thing"),
        (Thing.method, f"{__name__}.method"),
        (Thing.class_method, f"{__name__}.Thing"),
        (functools.partial(function), "functools.partial"),
        (asyncio, "builtins.module"),
        (7, "builtins.int"),
        (None, "builtins.NoneType"),
    ],
)
def test_things_have_names(channels, thing, name):
    assert channels.utils.name_that_thing(thing) == name


def test_mocks_have_a_name(channels):
    assert channels.utils.name_that_thing(mock.MagicMock()) == "<mock>"


def test_old_style_methods_have_a_name(channels):
    thing = type("Old", (), {})()
    thing.im_class = Thing
    thing.im_func = type("F", (), {"func_name": "run"})
    assert not hasattr(thing, "mock_calls")
    assert channels.utils.name_that_thing(thing) == f"{__name__}.Thing.run"


def source(*items):
    """Return a source that gives *items* and then waits forever."""
    left = list(items)

    async def read():
        if left:
            return left.pop(0)
        await asyncio.Event().wait()
        return None

    return read


class Stop(Exception):  # noqa: N818 # it ends a loop and is no error
    pass


async def test_sources_are_served_in_turn(channels):
    seen = []

    async def dispatch(message):
        seen.append(message)
        if len(seen) == 4:
            raise Stop

    with pytest.raises(Stop):
        await channels.utils.await_many_dispatch(
            [source("a1", "a2"), source("b1", "b2")], dispatch
        )
    assert seen == ["a1", "b1", "a2", "b2"]


async def test_a_source_is_read_again_after_its_dispatch(channels):
    log = []

    async def read():
        log.append("read")
        return len(log)

    async def dispatch(message):
        await asyncio.sleep(0)
        log.append("dispatched")
        if len(log) == 4:
            raise Stop

    with pytest.raises(Stop):
        await channels.utils.await_many_dispatch([read], dispatch)
    assert log == ["read", "dispatched", "read", "dispatched"]


@pytest.mark.since("4.2", "a source may return any awaitable, not only a coroutine")
async def test_sources_may_return_futures(channels):
    future = asyncio.get_running_loop().create_future()
    future.set_result("message")
    seen = []

    async def dispatch(message):
        seen.append(message)
        raise Stop

    with pytest.raises(Stop):
        await channels.utils.await_many_dispatch([lambda: future], dispatch)
    assert seen == ["message"]


async def test_reads_are_cancelled_and_awaited_at_the_end(channels):
    ended = []

    async def slow():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    async def dispatch(message):
        await asyncio.sleep(0)
        raise Stop

    with pytest.raises(Stop):
        await channels.utils.await_many_dispatch([slow, source("m")], dispatch)
    assert ended == [True]


async def test_cancelling_reaches_the_sources(channels):
    ended = []

    async def slow():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    task = asyncio.ensure_future(
        channels.utils.await_many_dispatch([slow, slow], mock.AsyncMock())
    )
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True, True]


async def test_an_error_of_a_source_comes_out(channels):
    async def broken():
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await channels.utils.await_many_dispatch([source(), broken], mock.AsyncMock())
