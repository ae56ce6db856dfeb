"""Lifespan: what runs around the life of a server process."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from channels_fast.lifespan import Lifespan
from channels_fast.routing import ProtocolTypeRouter

LOG: list[str] = []


@pytest.fixture(autouse=True)
def _empty_log():
    LOG.clear()


def context(name, state=None, fails_at=""):
    """Return a function that makes a context manager which notes what happens."""

    @contextlib.asynccontextmanager
    async def manager():
        if fails_at == "start":
            raise RuntimeError(f"no {name}")
        LOG.append(f"{name} entered")
        try:
            yield state
        finally:
            LOG.append(f"{name} left")
        if fails_at == "end":
            raise RuntimeError(f"{name} does not end")

    return manager


async def run(application, scope):
    """Start and shut down like a server, and return what the application sends."""
    events = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = []

    async def receive():
        LOG.append(events[0]["type"])
        return events.pop(0)

    async def send(event):
        sent.append(event)

    try:
        await application(scope, receive, send)
    except RuntimeError as error:
        LOG.append(f"raised: {error}")
    return sent


def make_scope():
    return {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}


async def test_contexts_are_entered_in_order_and_left_in_reverse():
    sent = await run(Lifespan([context("a"), context("b")]), make_scope())
    assert LOG == [
        "lifespan.startup",
        "a entered",
        "b entered",
        "lifespan.shutdown",
        "b left",
        "a left",
    ]
    assert sent == [
        {"type": "lifespan.startup.complete"},
        {"type": "lifespan.shutdown.complete"},
    ]


async def test_what_contexts_yield_is_the_state_of_the_scope():
    scope = make_scope()
    await run(Lifespan([context("a", {"x": 1}), context("b", {"y": 2})]), scope)
    assert scope["state"] == {"x": 1, "y": 2}


async def test_a_context_manager_may_be_given_without_a_function():
    sent = await run(Lifespan([context("a")()]), make_scope())
    assert LOG[1] == "a entered"
    assert sent[0] == {"type": "lifespan.startup.complete"}


async def test_a_class_of_context_managers_is_called():
    class Broker:
        async def __aenter__(self):
            return {"broker": self}

        async def __aexit__(self, *error):
            pass

    scope = make_scope()
    await run(Lifespan([Broker]), scope)
    assert isinstance(scope["state"]["broker"], Broker)


async def test_a_context_cannot_hide_that_a_later_one_has_failed():
    class Hiding:
        async def __aenter__(self):
            pass

        async def __aexit__(self, *error):
            return True

    application = Lifespan([Hiding(), context("b", fails_at="start")])
    (event,) = await run(application, make_scope())
    assert event["type"] == "lifespan.startup.failed"
    assert "has hidden the error of another" in event["message"]


async def test_without_contexts_the_protocol_is_answered():
    assert len(await run(Lifespan(), make_scope())) == 2


async def test_a_router_without_the_key_answers_the_protocol():
    async def serve(scope, receive, send):
        raise AssertionError

    router = ProtocolTypeRouter({"http": serve})
    assert len(await run(router, make_scope())) == 2
    assert list(router.application_mapping) == ["http"]


async def test_a_router_with_the_key_leaves_the_protocol_to_it():
    router = ProtocolTypeRouter({"http": None, "lifespan": Lifespan([context("a")])})
    await run(router, make_scope())
    assert "a entered" in LOG


async def test_a_start_that_fails_tells_the_server_why_and_leaves_what_was_entered():
    application = Lifespan([context("a"), context("b", fails_at="start")])
    (event,) = await run(application, make_scope())
    assert event["type"] == "lifespan.startup.failed"
    assert event["message"].endswith("RuntimeError: no b\n")
    assert LOG[1:] == ["a entered", "a left", "raised: no b"]


async def test_a_shutdown_that_fails_tells_the_server_why():
    sent = await run(Lifespan([context("a", fails_at="end")]), make_scope())
    assert [event["type"] for event in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.failed",
    ]
    assert sent[1]["message"].endswith("RuntimeError: a does not end\n")
    assert LOG[-1] == "raised: a does not end"


async def test_a_context_that_yields_no_dict_is_named():
    application = Lifespan([context("a", state=["pool"])])
    with pytest.raises(TypeError, match=r"manager yields 'list'\. Yield a dict"):
        await run(application, make_scope())


async def test_a_server_without_state_is_an_error_for_a_context_that_yields_one():
    scope = make_scope()
    del scope["state"]
    await run(Lifespan([context("a", {"x": 1})]), scope)
    assert "this server has no lifespan state" in LOG[-1]


async def test_cancelling_leaves_the_contexts():
    application = Lifespan([context("a")])
    started = asyncio.Event()

    async def receive():
        if started.is_set():
            await asyncio.Event().wait()
        return {"type": "lifespan.startup"}

    async def send(event):
        started.set()

    task = asyncio.ensure_future(application(make_scope(), receive, send))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert LOG == ["a entered", "a left"]
