"""Context variables and locals go from the event loop to sync handlers and back."""

from __future__ import annotations

import asyncio
import contextvars

import pytest
from asgiref.local import Local

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

variable = contextvars.ContextVar("variable", default="unset")
local = Local()


@newer_asgiref
async def test_values_go_from_the_application_to_handlers_and_back(channels):
    seen = []

    def work(self):
        seen.append((variable.get(), local.value))
        variable.set("handler")
        local.value = "handler"

    variable.set("application")
    local.value = "application"
    queue = asyncio.Queue()
    for event in (WORK, WORK, STOP):
        queue.put_nowait(event)
    await consumer(channels, work)({}, queue.get, None)
    assert seen == [("application",) * 2, ("handler",) * 2]
    assert (variable.get(), local.value) == ("handler", "handler")


async def test_values_go_from_handlers_to_send_and_back(channels):
    seen = []

    async def send(event):
        seen.append((variable.get(), local.value))
        variable.set("send")
        local.value = "send"

    def work(self):
        variable.set("handler")
        local.value = "handler"
        self.send({})
        seen.append((variable.get(), local.value))

    await serve(consumer(channels, work), send, WORK, WORK, STOP)
    assert seen == [("handler",) * 2, ("send",) * 2] * 2


async def test_values_that_an_error_leaves_are_kept(channels):
    seen = []

    async def send(event):
        variable.set("send")
        raise KeyError

    def work(self):
        try:
            self.send({})
        except KeyError:
            seen.append(variable.get())

    await serve(consumer(channels, work), send, WORK, STOP)
    assert seen == ["send"]
