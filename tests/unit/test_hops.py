"""When a trip to a thread is made by this package, and when by asgiref."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import asgiref
import pytest
from asgiref.current_thread_executor import CurrentThreadExecutor
from asgiref.sync import (
    AsyncToSync,
    SyncToAsync,
    ThreadSensitiveContext,
    async_to_sync,
    sync_to_async,
)

from channels_fast import _to_loop, _to_thread, consumer, db

pytestmark = [
    pytest.mark.skipif(
        not _to_thread.IS_KNOWN, reason="all goes to this asgiref or on this Python"
    ),
    pytest.mark.django_db,
]


class Trips:
    """Counts the trips that this package makes: to the thread, and back."""

    def __init__(self):
        self.there = self.back = 0

    def job(self, *args):
        self.there += 1
        return real_job(*args)

    def meeting(self):
        self.back += 1
        return real_meeting()


real_job, real_meeting = _to_thread._Job, _to_loop._Meeting


@pytest.fixture
def trips():
    SyncToAsync.single_thread_executor.submit(int).result()
    counter = Trips()
    with (
        mock.patch.object(_to_thread, "_Job", counter.job),
        mock.patch.object(_to_loop, "_Meeting", counter.meeting),
    ):
        yield counter


function = db.database_sync_to_async(threading.get_ident)


async def sending():
    return asyncio.current_task()


def bridge():
    """Return a way back, as a consumer has it."""
    return _to_loop.quickened(async_to_sync(sending))


@db.database_sync_to_async
def there_and_back(way_back):
    way_back()
    return threading.get_ident()


async def test_the_plain_case_is_made_here(trips):
    await there_and_back(bridge())
    assert (trips.there, trips.back) == (1, 1)


async def test_both_trips_of_a_consumer_are_made_here(trips):
    class Consumer(consumer.SyncConsumer):
        def work(self, message):
            self.send({})
            raise consumer.StopConsumer

    async def receive():
        return {"type": "work"}

    async def send(event):
        pass

    await Consumer()({}, receive, send)
    assert (trips.there, trips.back) == (1, 1)


@pytest.mark.parametrize("version", ["3.3.4", "3.9.2", "3.14.0", "4.0"])
def test_other_versions_of_asgiref_are_not_known(version, monkeypatch):
    assert _to_thread._is_known()
    monkeypatch.setattr(asgiref, "__version__", version)
    assert not _to_thread._is_known()


@pytest.mark.parametrize(
    "name", ["_call_in_thread", "call_on_loop", "_submit", "_run_in_executor"]
)
def test_what_was_replaced_before_the_import_is_not_known(name, monkeypatch):
    monkeypatch.setattr(_to_thread, name, lambda *args: None)
    assert not _to_thread._is_known()


# --- To the thread ---------------------------------------------------------


async def in_thread_sensitive_context():
    async with ThreadSensitiveContext():
        return await function()


async def with_a_loop_executor():
    loop = asyncio.get_running_loop()
    with (
        ThreadPoolExecutor(1) as pool,
        mock.patch.dict(AsyncToSync.loop_thread_executors, {loop: pool}),
    ):
        return await function()


async def without_thread_sensitivity():
    return await db.database_sync_to_async(threading.get_ident, False)()


async def with_pool(pool):
    with pool, mock.patch.object(SyncToAsync, "single_thread_executor", pool):
        return await function()


async def with_an_own_executor():
    class Pool(ThreadPoolExecutor):
        pass

    return await with_pool(Pool(1))


async def with_two_workers():
    return await with_pool(ThreadPoolExecutor(2))


async def with_an_initializer():
    pool = ThreadPoolExecutor(1, initializer=int)
    pool.submit(int).result()
    return await with_pool(pool)


async def with_a_pool_that_has_no_thread_yet():
    return await with_pool(ThreadPoolExecutor(1))


async def with_submit_of_the_pool_replaced():
    pool = SyncToAsync.single_thread_executor
    with mock.patch.object(pool, "submit", wraps=pool.submit) as submit:
        result = await function()
    submit.assert_called_once()
    return result


async def with_submit_replaced():
    with mock.patch.object(
        ThreadPoolExecutor, "submit", autospec=True, side_effect=_to_thread._submit
    ) as submit:
        result = await function()
    submit.assert_called_once()
    return result


async def with_run_in_executor_replaced():
    with mock.patch.object(
        asyncio.BaseEventLoop,
        "run_in_executor",
        autospec=True,
        side_effect=_to_thread._run_in_executor,
    ) as run_in_executor:
        result = await function()
    run_in_executor.assert_called_once()
    return result


async def with_run_in_executor_of_the_loop_replaced():
    loop = asyncio.get_running_loop()
    with mock.patch.object(
        loop, "run_in_executor", side_effect=loop.run_in_executor
    ) as run_in_executor:
        result = await function()
    run_in_executor.assert_called_once()
    return result


async def with_asgiref_replaced():
    with mock.patch.object(
        SyncToAsync, "__call__", autospec=True, side_effect=_to_thread._call_in_thread
    ) as call:
        result = await function()
    call.assert_called_once()
    return result


@pytest.mark.parametrize(
    "case",
    [
        in_thread_sensitive_context,
        with_a_loop_executor,
        without_thread_sensitivity,
        with_an_own_executor,
        with_two_workers,
        with_an_initializer,
        with_a_pool_that_has_no_thread_yet,
        with_submit_of_the_pool_replaced,
        with_submit_replaced,
        with_run_in_executor_replaced,
        with_run_in_executor_of_the_loop_replaced,
        with_asgiref_replaced,
    ],
)
async def test_asgiref_goes_to_the_thread(case, trips):
    assert await case() != threading.get_ident()
    assert trips.there == 0


def test_asgiref_goes_to_a_thread_that_waits_for_the_loop(trips):
    assert async_to_sync(function)() == threading.get_ident()
    assert trips.there == 0


async def test_asgiref_tells_of_a_deadlock(trips):
    SyncToAsync.deadlock_context.set(True)
    with pytest.raises(RuntimeError, match="would deadlock"):
        await function()
    assert trips.there == 0


async def test_a_context_that_was_given_is_left_to_asgiref(trips):
    if not hasattr(function, "context"):
        # There is no such argument before asgiref 3.12.
        return
    variable = contextvars.ContextVar("variable", default="unset")
    context = contextvars.Context()
    context.run(variable.set, "given")
    with mock.patch.object(function, "context", context):
        await function()
    reader = db.database_sync_to_async(variable.get)
    with mock.patch.object(reader, "context", context):
        assert await reader() == "given"
    assert trips.there == 0


async def test_a_pool_that_was_shut_down_refuses(trips):
    pool = ThreadPoolExecutor(1)
    pool.submit(int).result()
    pool.shutdown()
    with (
        mock.patch.object(SyncToAsync, "single_thread_executor", pool),
        pytest.raises(RuntimeError, match="after shutdown"),
    ):
        await function()


async def test_a_pool_that_is_shut_down_may_cancel_what_did_not_begin(trips):
    leave = threading.Event()
    pool = ThreadPoolExecutor(1)
    pool.submit(leave.wait, 10)
    with mock.patch.object(SyncToAsync, "single_thread_executor", pool):
        task = asyncio.ensure_future(function())
        await asyncio.sleep(0.01)
    assert trips.there == 1
    pool.shutdown(wait=False, cancel_futures=True)
    leave.set()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asyncio.shield(task), 10)


def test_a_loop_that_was_closed_meanwhile_is_not_told(trips):
    entered, leave = threading.Event(), threading.Event()
    ended = []

    def work():
        entered.set()
        leave.wait(10)
        ended.append(True)

    async def main():
        task = asyncio.ensure_future(db.database_sync_to_async(work)())
        # In a thread of the loop's own executor.
        await asyncio.get_running_loop().run_in_executor(None, entered.wait, 10)
        task.cancel()

    asyncio.run(main())
    leave.set()
    # The thread has survived, and goes on with other work.
    assert SyncToAsync.single_thread_executor.submit(lambda: 1).result(10) == 1
    assert ended == [True]
    assert trips.there == 1


# --- Back to the loop ------------------------------------------------------


async def back_while_an_error_is_handled():
    @sync_to_async
    def work():
        try:
            raise KeyError
        except KeyError:
            return bridge()()

    return await work()


async def back_in_a_nested_call():
    async def outer():
        return await sync_to_async(bridge())()

    return await sync_to_async(async_to_sync(outer))()


async def back_from_a_thread_that_is_not_known():
    results = []
    thread = threading.Thread(target=lambda: results.append(bridge()()))
    thread.start()
    await asyncio.get_running_loop().run_in_executor(None, thread.join, 10)
    return results[0]


async def back_after_a_fork():
    def work():
        # As it is in a process that was made by the handler.
        SyncToAsync.threadlocal.main_event_loop_pid = os.getpid() + 1
        return async_to_sync(sending)() and way_back()

    way_back = await sync_to_async(bridge)()
    return await sync_to_async(work)()


async def back_with_asgiref_replaced():
    with mock.patch.object(
        AsyncToSync, "__call__", autospec=True, side_effect=_to_thread.call_on_loop
    ) as call:
        result = await sync_to_async(bridge())()
    call.assert_called_once()
    return result


async def back_to_a_new_loop():
    way_back = _to_loop.quickened(async_to_sync(sending, force_new_loop=True))
    return await sync_to_async(way_back)()


@pytest.mark.parametrize(
    "case",
    [
        back_while_an_error_is_handled,
        back_in_a_nested_call,
        back_from_a_thread_that_is_not_known,
        back_after_a_fork,
        back_with_asgiref_replaced,
        back_to_a_new_loop,
    ],
)
async def test_asgiref_goes_back_to_the_loop(case, trips):
    assert isinstance(await case(), asyncio.Task)
    assert trips.back == 0


def test_asgiref_finds_a_loop_when_that_of_the_thread_is_closed(trips):
    async def known_in_thread():
        await sync_to_async(int)()

    asyncio.run(known_in_thread())
    task = SyncToAsync.single_thread_executor.submit(bridge()).result(10)
    assert isinstance(task, asyncio.Task)
    assert trips.back == 0


def test_asgiref_finds_a_loop_when_that_of_the_thread_is_closed_just_then(trips):
    calls = []

    async def sending_once():
        return asyncio.current_task()

    def counting():
        calls.append(1)
        return sending_once()

    async def known_in_thread():
        await sync_to_async(int)()
        with pytest.warns(UserWarning, match="non-async-marked"):
            way_back = _to_loop.quickened(async_to_sync(counting))
        return asyncio.get_running_loop(), way_back

    loop, way_back = asyncio.run(known_in_thread())
    with mock.patch.object(loop, "is_closed", return_value=False):
        task = SyncToAsync.single_thread_executor.submit(way_back).result(10)
    assert isinstance(task, asyncio.Task)
    assert (trips.back, calls) == (1, [1])


async def test_a_bridge_of_another_loop_goes_where_asgiref_goes():
    """That is to its own loop before asgiref 3.12, and later to that of the thread."""

    async def where():
        return asyncio.get_running_loop()

    async def make():
        return async_to_sync(where), _to_loop.quickened(async_to_sync(where))

    other = asyncio.new_event_loop()
    thread = threading.Thread(target=other.run_forever)
    thread.start()
    try:
        plain, quick = await asyncio.wrap_future(
            asyncio.run_coroutine_threadsafe(make(), other)
        )
        assert await sync_to_async(quick)() is await sync_to_async(plain)()
    finally:
        other.call_soon_threadsafe(other.stop)
        thread.join()
        other.close()


def test_what_is_no_plain_bridge_stays_as_it_is():
    class Other(AsyncToSync):
        pass

    other = Other(sending)
    assert _to_loop.quickened(other) is other
    assert type(other) is Other
    assert _to_loop.quickened(len) is len


async def test_a_bridge_is_still_one_of_asgiref():
    way_back = bridge()
    assert isinstance(way_back, AsyncToSync)
    assert way_back.awaitable is sending


async def test_who_waits_is_found_as_the_executor_of_the_thread(trips):
    seen = []

    async def send():
        executor = AsyncToSync.executors.current
        seen.append(executor)
        future = executor.submit(threading.get_ident)
        seen.append(await asyncio.wrap_future(future))
        failing = executor.submit(int, "x")
        with pytest.raises(ValueError, match="invalid literal"):
            await asyncio.wrap_future(failing)
        own = executor.submit(executor.submit, int)
        with pytest.raises(RuntimeError, match="from its own thread"):
            await asyncio.wrap_future(own)

    way_back = _to_loop.quickened(async_to_sync(send))
    thread = await there_and_back(way_back)
    executor, worked_in = seen
    assert isinstance(executor, CurrentThreadExecutor)
    assert worked_in == thread
    assert trips.back == 1
    with pytest.raises(RuntimeError, match="already quit or is broken"):
        executor.submit(int)
