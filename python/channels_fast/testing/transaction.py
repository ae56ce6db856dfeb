"""
The transaction of a test, for the thread in which the application asks the database.

Django has a connection for each thread. Under pytest-asyncio a test has its
transaction on that of the event loop's thread, and consumers ask in another thread:
they would not see what the test has written, wait for its locks, and write what
outlives the test. So that thread borrows the connection, as the thread of Django's
``LiveServerTestCase`` does.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import AsyncIterator
from typing import Any, Callable

from asgiref.sync import sync_to_async
from django.db import connections

from .._old_connections import opened_here

# All of these belong to the one thread in which applications ask the database.
_borrowers: list[None] = []
_replaced: dict[str, Any] = {}
_open_before: list[Any] = []


@contextlib.asynccontextmanager
async def shared_transaction() -> AsyncIterator[None]:
    """
    Let a test and its applications ask the database in the transaction of the test.

    ``connect()`` does it. A test that asks the database outside of that block, in
    coroutines, needs it around all. Connections that were opened meanwhile are
    closed at the end.
    """
    # In a `TestCase` of Django it is another thread than the loop's that has them.
    lent = [*_in_transaction(), *await sync_to_async(_in_transaction)()]
    await _in_thread_of_applications(lambda: _borrow(lent))
    try:
        yield
    finally:
        await _in_thread_of_applications(_give_back)


async def _in_thread_of_applications(function: Callable[[], None]) -> None:
    # asgiref starts an application in a task with an empty context. Some of its
    # versions choose another thread there than in the task of the test.
    coroutine = sync_to_async(function)()
    await contextvars.Context().run(asyncio.create_task, coroutine)


def _in_transaction() -> list[Any]:
    return [each for each in opened_here() if each.in_atomic_block]


def _borrow(lent: list[Any]) -> None:
    if not _borrowers:
        _open_before[:] = (each for each in connections.all() if each.connection)
    _borrowers.append(None)
    for connection in lent:
        own = connections[connection.alias]
        if own is not connection:
            _replaced[connection.alias] = own
            connection.inc_thread_sharing()
            connections[connection.alias] = connection


def _give_back() -> None:
    _borrowers.pop()
    if _borrowers:
        return
    while _replaced:
        alias, own = _replaced.popitem()
        connections[alias].dec_thread_sharing()
        connections[alias] = own
    for connection in connections.all():
        if not (connection in _open_before or connection.in_atomic_block):
            connection.close()
    _open_before.clear()
