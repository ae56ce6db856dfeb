"""Errors of sync handlers and of what they call, on either side."""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
import threading
import traceback

import pytest
from asgiref.sync import async_to_sync as to_sync

from ..support.consumers import run
from ..support.sync_consumers import (  # noqa: F401 # one is a fixture
    STOP,
    WORK,
    consumer,
    newer_asgiref,
    serve,
    thread_for_sync_code,
)

# The reference reads the state of open database connections, which pytest-django
# forbids in a test without this mark.
pytestmark = pytest.mark.django_db


def names_in(error):
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


async def test_an_error_of_send_reaches_the_handler(channels):
    error = ValueError("of send")
    seen = []

    async def failing_send(event):
        raise error

    def work(self):
        try:
            self.send({})
        except ValueError as caught:
            seen.append((caught, names_in(caught)))

    await serve(consumer(channels, work), failing_send, WORK, STOP)
    [(caught, names)] = seen
    assert caught is error
    assert names[0] == "work"
    assert names[-1] == "failing_send"


@newer_asgiref
async def test_an_error_of_a_send_that_is_not_a_coroutine_reaches_the_handler(channels):
    def send(event):
        raise KeyError(threading.get_ident())

    threads = []

    def work(self):
        with pytest.raises(KeyError) as caught:
            self.send({})
        threads.append((caught.value.args, threading.get_ident()))
        # The bridge is as it was before.
        assert not getattr(to_sync(run).executors, "current", None)

    with pytest.warns(UserWarning, match="non-async-marked"):
        await serve(consumer(channels, work), send, WORK, STOP)
    [((raised_in,), thread)] = threads
    assert raised_in == thread


class Odd(BaseException):
    """An error that is not an ``Exception``."""


@pytest.mark.parametrize(
    "error",
    [
        LookupError("a", 1),
        Odd("b"),
        asyncio.TimeoutError("c"),
        concurrent.futures.TimeoutError("d"),
        asyncio.CancelledError("e"),
        concurrent.futures.CancelledError("f"),
        concurrent.futures.InvalidStateError("g"),
        asyncio.InvalidStateError("h"),
    ],
    ids=repr,
)
async def test_an_error_of_a_handler_reaches_the_server(channels, error):
    def failing(self):
        self.send({})
        raise error

    with pytest.raises(BaseException) as caught:  # noqa: PT011 # compared below
        await run(consumer(channels, failing), WORK)
    kinds = {concurrent.futures.CancelledError: asyncio.CancelledError}
    if sys.version_info < (3, 11):
        kinds[concurrent.futures.TimeoutError] = asyncio.TimeoutError
    kinds[concurrent.futures.InvalidStateError] = asyncio.InvalidStateError
    assert type(caught.value) is kinds.get(type(error), type(error))


async def test_the_traceback_of_a_handler_reaches_the_server(channels):
    def failing(self):
        raise LookupError

    with pytest.raises(LookupError) as caught:
        await run(consumer(channels, failing), WORK)
    names = names_in(caught.value)
    assert "dispatch" in names
    assert names[-1] == "failing"


async def test_the_error_that_is_handled_is_known_on_the_other_side(channels):
    seen = []

    async def send(event):
        seen.append(sys.exc_info()[1])

    def work(self):
        self.send({})
        try:
            raise KeyError("handler")
        except KeyError:
            self.send({})

    error = ValueError("application")
    await serve(consumer(channels, work), send, WORK, STOP)
    queue = asyncio.Queue()
    for event in (WORK, STOP):
        queue.put_nowait(event)
    try:
        raise error
    except ValueError:
        await consumer(channels, lambda self: seen.append(sys.exc_info()[1]))(
            {}, queue.get, send
        )
    assert seen[0] is None
    assert isinstance(seen[1], KeyError)
    assert seen[2] is error
