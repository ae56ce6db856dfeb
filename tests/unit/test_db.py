"""Closing old connections without a trip to the thread for sync code."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import partial, wraps
from pathlib import Path
from unittest import mock

import pytest
from asgiref.sync import (
    SyncToAsync,
    ThreadSensitiveContext,
    async_to_sync,
    sync_to_async,
)
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

from channels_fast import db
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.testing import ApplicationCommunicator

from ..support.consumers import CONNECT, DISCONNECT, run, settle, text
from ..support.file_database import file_database, is_open, query  # noqa: F401 # a fixture
from ..support.programs import run_program

PROGRAM = Path(__file__).parent / "programs" / "connections_from_the_start.py"


class Trips:
    """Counts the trips to threads for sync code."""

    def __init__(self):
        self.count = 0


@pytest.fixture
def trips():
    counter = Trips()
    original = SyncToAsync.__call__

    async def counting(self, *args, **kwargs):
        counter.count += 1
        return await original(self, *args, **kwargs)

    with mock.patch.object(SyncToAsync, "__call__", counting):
        yield counter


async def learned(trips):
    """Let the loop learn its thread, and begin to count."""
    await db.aclose_old_connections()
    trips.count = 0


def after_start(tmp_path, *steps):
    """Return what each step did that a new process takes with an open connection."""
    done = run_program(PROGRAM, str(tmp_path / "db.sqlite3"), *steps)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_only_the_first_call_of_a_process_goes(tmp_path):
    assert after_start(tmp_path, "aclose", "aclose", "aclose") == [
        "aclose went open",
        "aclose stayed open",
        "aclose stayed open",
    ]


async def test_the_next_loop_need_not_go(trips):
    await db.aclose_old_connections()
    count = trips.count

    def other_loop():
        # A loop of a thread of its own, as some servers have it.
        asyncio.run(db.aclose_old_connections())

    await asyncio.get_running_loop().run_in_executor(None, other_loop)
    assert trips.count == count


async def test_the_next_loop_finds_what_is_open(alias):
    await db.aclose_old_connections()
    await sync_to_async(query)(alias)

    def other_loop():
        asyncio.run(db.aclose_old_connections())

    await asyncio.get_running_loop().run_in_executor(None, other_loop)
    assert not await sync_to_async(is_open)(alias)


async def test_a_thread_that_was_replaced_is_reached(alias):
    await db.aclose_old_connections()
    with (
        ThreadPoolExecutor(max_workers=1) as executor,
        mock.patch.object(SyncToAsync, "single_thread_executor", executor),
    ):
        await sync_to_async(query)(alias)
        await db.aclose_old_connections()
        assert not await sync_to_async(is_open)(alias)


async def test_nothing_open_means_no_trip(trips, alias):
    await learned(trips)
    await db.database_sync_to_async(query)(alias)
    trips.count = 0
    await db.aclose_old_connections()
    assert trips.count == 0


async def test_a_young_connection_means_no_trip(trips, alias):
    connections.databases[alias]["CONN_MAX_AGE"] = 600
    await learned(trips)
    await sync_to_async(query)(alias)
    trips.count = 0
    await db.aclose_old_connections()
    assert trips.count == 0


async def test_an_old_connection_means_a_trip(trips, alias):
    await learned(trips)
    await sync_to_async(query)(alias)
    trips.count = 0
    await db.aclose_old_connections()
    assert trips.count == 1
    await db.aclose_old_connections()
    assert trips.count == 1


async def test_old_connections_of_other_threads_mean_no_trip(trips, alias):
    """For example, of the thread in which runserver checked the migrations."""
    await learned(trips)
    opened, finished = threading.Event(), threading.Event()

    def other():
        query(alias)
        opened.set()
        finished.wait(5)
        connections[alias].close()

    thread = threading.Thread(target=other)
    thread.start()
    opened.wait(5)
    await db.aclose_old_connections()
    finished.set()
    thread.join()
    assert trips.count == 0


async def test_wrappers_of_dead_threads_are_forgotten(alias):
    alive = []

    def other():
        query(alias)
        alive.append(weakref.ref(connections[alias]))
        connections[alias].close()

    for _ in range(20):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    del thread
    gc.collect()
    assert not any(ref() for ref in alive)


async def test_in_memory_databases_mean_no_trip(trips, django_db_blocker):
    """Django never closes them, so they would count as old forever."""
    await learned(trips)
    with django_db_blocker.unblock():
        await sync_to_async(query)("default")
        trips.count = 0
        await db.aclose_old_connections()
        assert trips.count == 0
        # Other tests must not find it open.
        await sync_to_async(lambda: BaseDatabaseWrapper.close(connections["default"]))()


@pytest.mark.parametrize("step", ["aclose", "function"])
def test_connections_opened_before_the_import_are_closed(tmp_path, step):
    assert after_start(tmp_path, "old", step) == [
        "old went open",
        f"{step} went closed",
    ]


def test_connections_opened_before_the_import_are_closed_later(tmp_path):
    assert after_start(tmp_path, "aclose", "old", "aclose") == [
        "aclose went open",
        "old went open",
        "aclose went closed",
    ]


async def test_a_context_with_its_own_thread_is_reached(alias):
    await db.aclose_old_connections()
    async with ThreadSensitiveContext():
        await sync_to_async(query)(alias)
        await db.aclose_old_connections()
        assert not await sync_to_async(is_open)(alias)


def test_the_thread_under_async_to_sync_is_reached(alias):
    async def work():
        await db.aclose_old_connections()
        await sync_to_async(query)(alias)
        assert await sync_to_async(threading.get_ident)() == main
        await db.aclose_old_connections()

    main = threading.get_ident()
    async_to_sync(work)()
    assert not is_open(alias)


async def test_an_atomic_block_is_left_alone(alias):
    """The reference closes the connection, and the transaction is lost."""

    def atomic():
        with transaction.atomic(using=alias):
            query(alias)
            db.close_old_connections()
            assert is_open(alias)
            query(alias)

    await sync_to_async(atomic)()


async def test_a_database_that_is_not_allowed_is_not_asked(alias, django_db_blocker):
    """pytest-django fails a test at the first call that may open a connection."""
    await db.aclose_old_connections()
    await sync_to_async(query)(alias)
    with django_db_blocker.block():
        await db.aclose_old_connections()
        assert not await sync_to_async(is_open)(alias)


def by_subclass(connections, alias, asked):
    wrapper = connections[alias]
    theirs = type(wrapper)

    class Own(theirs):
        def close_if_unusable_or_obsolete(self):
            asked.append(self.alias)

    wrapper.__class__ = Own
    return partial(setattr, wrapper, "__class__", theirs)


def by_instance(connections, alias, asked):
    wrapper = connections[alias]
    wrapper.close_if_unusable_or_obsolete = lambda: asked.append(alias)
    return partial(delattr, wrapper, "close_if_unusable_or_obsolete")


def by_patch(connections, alias, asked):
    """As a tracer does: the function around Django's looks like Django's."""
    theirs = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    @wraps(theirs)
    def own(self):
        if self.alias == alias:
            asked.append(alias)
        theirs(self)

    patch = mock.patch.object(BaseDatabaseWrapper, theirs.__name__, own)
    patch.start()
    return patch.stop


@pytest.mark.parametrize("own_rules", [by_subclass, by_instance, by_patch])
async def test_backends_with_rules_of_their_own_are_asked(alias, own_rules):
    connections.databases[alias]["CONN_MAX_AGE"] = 600
    asked = []
    await sync_to_async(query)(alias)
    await db.aclose_old_connections()
    undo = await sync_to_async(own_rules)(connections, alias, asked)
    try:
        await db.aclose_old_connections()
        assert asked == [alias]
        await db.database_sync_to_async(int)()
        assert asked == [alias] * 3
    finally:
        await sync_to_async(undo)()


async def test_no_connection_is_closed_while_any_communicator_waits(alias):
    """The one that began last is the last to end, so they are not nested."""

    def after(event):
        async def application(scope, receive, send):
            await event.wait()
            await send({})

        return application

    events = asyncio.Event(), asyncio.Event()
    first, second = [
        asyncio.ensure_future(
            ApplicationCommunicator(after(event), {}).receive_output()
        )
        for event in events
    ]
    await settle()
    await sync_to_async(query)(alias)
    events[0].set()
    await first
    await db.aclose_old_connections()
    assert await sync_to_async(is_open)(alias)
    events[1].set()
    await second
    await db.aclose_old_connections()
    assert not await sync_to_async(is_open)(alias)


def test_close_old_connections_takes_the_arguments_of_a_signal(alias):
    query(alias)
    db.close_old_connections(sender=None, signal=None)
    assert not is_open(alias)


class Echo(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data=text_data)


async def test_messages_of_a_consumer_make_no_trips(trips):
    await learned(trips)
    sent = await run(Echo(), CONNECT, *[text("a")] * 50, DISCONNECT)
    assert len(sent) == 51
    assert trips.count == 0


@pytest.mark.skipif(
    not hasattr(QuerySet, "acount"), reason="the async ORM is of Django 4.1"
)
async def test_the_async_orm_in_a_consumer_leaves_nothing_open(alias):
    from django.contrib.contenttypes.models import ContentType
    from django.core.management import call_command

    await sync_to_async(call_command)("migrate", database=alias, verbosity=0)
    states = []

    class Consumer(AsyncWebsocketConsumer):
        async def receive(self, text_data=None, bytes_data=None):
            # `is_open` goes through sync_to_async, which closes nothing.
            states.append(await sync_to_async(is_open)(alias))
            count = await ContentType.objects.using(alias).acount()
            states.append(count > 0)
            states.append(await sync_to_async(is_open)(alias))

        async def disconnect(self, code):
            states.append(await sync_to_async(is_open)(alias))
            await ContentType.objects.using(alias).acount()

    await run(Consumer(), CONNECT, text("a"), text("b"), DISCONNECT)
    assert states == [False, True, True, False, True, True, False]
    assert not await sync_to_async(is_open)(alias)
