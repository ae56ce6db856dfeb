"""database_sync_to_async, and the closing of old connections."""

from __future__ import annotations

import inspect
import threading
import time
from unittest import mock

import pytest
from asgiref.sync import SyncToAsync, sync_to_async
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from ..support.file_database import file_database, is_open, query  # noqa: F401 # a fixture

in_sync_thread = sync_to_async
ACLOSE = pytest.mark.since("4.2", "aclose_old_connections is new")


@pytest.fixture(autouse=True)
def allowed(django_db_blocker):
    """The reference asks open connections for their state by a forbidden call."""
    with django_db_blocker.unblock():
        yield


async def test_database_sync_to_async_is_a_subclass_of_sync_to_async(channels):
    db = channels.db
    assert db.database_sync_to_async is db.DatabaseSyncToAsync
    assert issubclass(db.DatabaseSyncToAsync, SyncToAsync)
    assert callable(db.close_old_connections)


async def test_functions_run_in_the_thread_for_sync_code(channels):
    here = threading.get_ident()
    there = await channels.db.database_sync_to_async(threading.get_ident)()
    assert there != here
    assert there == await sync_to_async(threading.get_ident)()


async def test_functions_keep_arguments_results_and_errors(channels):
    @channels.db.database_sync_to_async
    def divide(one, *, by):
        return one / by

    assert inspect.iscoroutinefunction(divide.__call__)
    assert divide.__name__ == "divide"
    assert await divide(6, by=3) == 2
    with pytest.raises(ZeroDivisionError):
        await divide(6, by=0)


async def test_methods_may_be_decorated(channels):
    class Consumer:
        number = 7

        @channels.db.database_sync_to_async
        def get(self):
            return self.number

    assert await Consumer().get() == 7


async def test_connections_are_closed_around_the_function(channels):
    calls = []

    def close(**kwargs):
        calls.append(("close", threading.get_ident()))

    @channels.db.database_sync_to_async
    def work():
        calls.append(("work", threading.get_ident()))

    with mock.patch(f"{channels!r}.db.close_old_connections", close):
        await work()
    assert [name for name, _ in calls] == ["close", "work", "close"]
    assert len({thread for _, thread in calls}) == 1


async def test_connections_are_closed_after_an_error_too(channels, alias):
    @channels.db.database_sync_to_async
    def work():
        query(alias)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await work()
    assert not await in_sync_thread(is_open)(alias)


async def test_a_connection_past_its_age_is_closed(channels, alias):
    assert await channels.db.database_sync_to_async(query)(alias) == 1234
    assert not await in_sync_thread(is_open)(alias)


async def test_a_young_connection_stays_open(channels, alias):
    connections.databases[alias]["CONN_MAX_AGE"] = 600
    await channels.db.database_sync_to_async(query)(alias)
    assert await in_sync_thread(is_open)(alias)


@ACLOSE
async def test_aclose_keeps_a_young_connection(channels, alias):
    connections.databases[alias]["CONN_MAX_AGE"] = 600
    await in_sync_thread(query)(alias)
    await channels.db.aclose_old_connections()
    assert await in_sync_thread(is_open)(alias)


@ACLOSE
async def test_aclose_closes_what_the_sync_thread_left_open(channels, alias):
    for _ in range(3):
        await in_sync_thread(query)(alias)
        assert await in_sync_thread(is_open)(alias)
        await channels.db.aclose_old_connections()
        assert not await in_sync_thread(is_open)(alias)


@ACLOSE
async def test_aclose_closes_a_connection_that_grows_old(channels, alias):
    def grow_old():
        connections[alias].close_at = time.monotonic()

    connections.databases[alias]["CONN_MAX_AGE"] = 600
    await in_sync_thread(query)(alias)
    await channels.db.aclose_old_connections()
    assert await in_sync_thread(is_open)(alias)
    await in_sync_thread(grow_old)()
    await channels.db.aclose_old_connections()
    assert not await in_sync_thread(is_open)(alias)


@ACLOSE
async def test_aclose_closes_after_an_error_that_broke_the_connection(channels, alias):
    connections.databases[alias]["CONN_MAX_AGE"] = None

    def breaks():
        query(alias)
        connections[alias].errors_occurred = True
        connections[alias].is_usable = lambda: False

    await channels.db.aclose_old_connections()
    await in_sync_thread(breaks)()
    await channels.db.aclose_old_connections()
    assert not await in_sync_thread(is_open)(alias)


@ACLOSE
async def test_aclose_keeps_a_connection_that_survived_an_error(channels, alias):
    connections.databases[alias]["CONN_MAX_AGE"] = None

    def fails():
        query(alias)
        connections[alias].errors_occurred = True

    def state():
        return is_open(alias), connections[alias].errors_occurred

    await channels.db.aclose_old_connections()
    await in_sync_thread(fails)()
    await channels.db.aclose_old_connections()
    assert await in_sync_thread(state)() == (True, False)


@ACLOSE
async def test_aclose_closes_what_was_left_without_autocommit(channels, alias):
    connections.databases[alias]["CONN_MAX_AGE"] = None

    def leave():
        query(alias)
        connections[alias].set_autocommit(False)

    await channels.db.aclose_old_connections()
    await in_sync_thread(leave)()
    await channels.db.aclose_old_connections()
    assert not await in_sync_thread(is_open)(alias)


@ACLOSE
@pytest.mark.skipif(
    not hasattr(BaseDatabaseWrapper, "close_if_health_check_failed"),
    reason="CONN_HEALTH_CHECKS is of Django 4.1",
)
async def test_aclose_orders_a_health_check(channels, alias):
    """CONN_HEALTH_CHECKS: one check in each round of work, before its first query."""
    connections.databases[alias].update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=True)

    def checked():
        query(alias)
        return connections[alias].health_check_done

    def done():
        return connections[alias].health_check_done

    await channels.db.aclose_old_connections()
    await in_sync_thread(query)(alias)
    assert await in_sync_thread(checked)() is True
    await channels.db.aclose_old_connections()
    assert await in_sync_thread(done)() is False


@ACLOSE
async def test_connections_of_the_loops_thread_are_left_alone(channels, alias):
    """They belong to code that runs in that thread, such as the test itself."""
    connection = connections[alias]
    connection.inc_thread_sharing()
    with mock.patch.dict("os.environ", DJANGO_ALLOW_ASYNC_UNSAFE="1"):
        query(alias)
        await channels.db.aclose_old_connections()
        assert is_open(alias)
        connection.close()


@pytest.mark.until("4.0", "nothing sends them")
def test_signals_close_connections_when_a_consumer_has_finished(channels, alias):
    signals = channels.signals
    query(alias)
    signals.consumer_started.send(sender=None)
    assert is_open(alias)
    signals.consumer_finished.send(sender=None)
    assert not is_open(alias)
