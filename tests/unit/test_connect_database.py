"""The client of tests and the database: consumers are in the test's transaction."""

from __future__ import annotations

import contextlib

import django
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import TestCase, TransactionTestCase

from channels_fast import _old_connections
from channels_fast.db import database_sync_to_async
from channels_fast.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    JsonWebsocketConsumer,
)
from channels_fast.testing import connect, shared_transaction

from ..support import file_database
from ..support.file_database import is_open, query

alias = file_database.file_database


def names():
    return sorted(get_user_model().objects.values_list("username", flat=True))


def add(name):
    get_user_model().objects.create(username=name)


BOTH = ["by the consumer", "by the test"]


class Users(JsonWebsocketConsumer):
    """Add the user of each frame, and send all names back."""

    def receive_json(self, content):
        add(content)
        self.send_json(names())


class AsyncUsers(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content):
        await database_sync_to_async(add)(content)
        await self.send_json(await sync_to_async(names)())


both = pytest.mark.parametrize("consumer", [Users, AsyncUsers])


async def use(consumer):
    """Let *consumer* see what the test has written, and the test what it writes."""
    async with connect(consumer.as_asgi(), "/") as client:
        await client.send_json_to("by the consumer")
        seen = await client.receive_json_from()
        assert seen == BOTH
        # asgiref before 3.9 may wait for a thread in which a sync consumer sends.
        if consumer is AsyncUsers:
            assert await database_sync_to_async(names)() == seen


@pytest.fixture
def written_by_the_test(db):
    add("by the test")
    yield
    assert names() == BOTH


@both
@pytest.mark.parametrize("time", ["first", "second"])
async def test_consumers_are_in_the_transaction_of_a_test(
    consumer, time, written_by_the_test
):
    """The second time would find what the first had left behind."""
    await use(consumer)


@pytest.fixture
def committed_by_the_test(transactional_db):
    add("by the test")
    yield
    assert names() == BOTH


@both
async def test_consumers_see_what_a_test_has_committed(consumer, committed_by_the_test):
    await use(consumer)


@both
async def test_a_test_may_ask_around_the_connection(consumer, written_by_the_test):
    async with shared_transaction():
        assert await database_sync_to_async(names)() == ["by the test"]
        async with connect(consumer.as_asgi(), "/") as client:
            await client.send_json_to("by the consumer")
            await client.receive_json_from()
        assert await database_sync_to_async(names)() == BOTH


class InTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        add("by the test")

    @async_to_sync
    async def test_sync_consumers_are_in_the_transaction_of_a_test_case(self):
        await use(Users)

    @async_to_sync
    async def test_async_consumers_are_in_the_transaction_of_a_test_case(self):
        await use(AsyncUsers)

    @pytest.mark.skipif(django.VERSION < (3, 1), reason="Django 3.1 can await tests")
    async def test_a_test_case_may_have_async_methods(self):
        await use(Users)

    def tearDown(self):
        assert names() == BOTH


class InTransactionTestCase(TransactionTestCase):
    def setUp(self):
        add("by the test")

    @async_to_sync
    async def test_consumers_see_what_a_test_case_has_committed(self):
        await use(Users)

    @async_to_sync
    async def test_async_consumers_see_what_a_test_case_has_committed(self):
        await use(AsyncUsers)


@pytest.mark.parametrize("first", [0, 1])
async def test_connections_may_end_in_any_order(first, written_by_the_test):
    stacks = [contextlib.AsyncExitStack(), contextlib.AsyncExitStack()]
    clients = [
        await stack.enter_async_context(connect(AsyncUsers.as_asgi(), "/"))
        for stack in stacks
    ]
    await stacks[first].aclose()
    await clients[1 - first].send_json_to("by the consumer")
    assert await clients[1 - first].receive_json_from() == BOTH
    await stacks[1 - first].aclose()


@pytest.fixture
def connection_of_the_test(db):
    return connections["default"]


def connection_of_the_thread():
    return connections["default"]


async def test_the_thread_of_consumers_has_its_own_connection_again(
    connection_of_the_test,
):
    in_thread = sync_to_async(connection_of_the_thread)
    before = await in_thread()
    assert before is not connection_of_the_test
    async with connect(Users.as_asgi(), "/"):
        assert await in_thread() is connection_of_the_test
    assert await in_thread() is before
    assert not connection_of_the_test.allow_thread_sharing


async def test_a_connection_that_is_lent_stays_known_as_that_of_the_test(
    connection_of_the_test, monkeypatch
):
    monkeypatch.setattr(_old_connections, "_sync_thread", None)
    async with shared_transaction():
        await _old_connections.learn_sync_thread()
    assert connection_of_the_test in _old_connections.opened_here()


class Query(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content):
        await self.send_json(await database_sync_to_async(query)(content))


@pytest.fixture
def kept(alias):
    """Return a database whose connections no housekeeping closes."""
    connections.databases[alias]["CONN_MAX_AGE"] = None
    return alias


async def test_connections_that_the_application_has_opened_are_closed(kept):
    """A test database that somebody is connected to cannot be deleted."""
    async with connect(Query.as_asgi(), "/") as client:
        await client.send_json_to(kept)
        assert await client.receive_json_from() == 1234
        assert await sync_to_async(is_open)(kept)
    assert not await sync_to_async(is_open)(kept)


async def test_connections_that_the_test_has_opened_stay_open(kept):
    assert await sync_to_async(query)(kept) == 1234
    async with connect(Query.as_asgi(), "/") as client:
        await client.send_json_to(kept)
        await client.receive_json_from()
    assert await sync_to_async(is_open)(kept)


async def test_a_test_without_a_database_needs_none():
    """The plugin forbids connections here."""

    class Nothing(AsyncJsonWebsocketConsumer):
        pass

    async with connect(Nothing.as_asgi(), "/") as client:
        assert await client.receive_nothing(timeout=0.01)
