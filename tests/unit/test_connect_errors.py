"""The client of tests raises what the application raises, and says what it does."""

from __future__ import annotations

import asyncio
import time
import traceback

import pytest

from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.testing import connect

from ..support import echo as shared
from ..support.echo import Echo, SyncEcho, accept, echo

no_task_is_left = shared.no_task_is_left

# Errors of the application


@pytest.mark.parametrize("consumer", [Echo, SyncEcho])
async def test_an_error_is_raised_where_the_test_waits_and_at_once(consumer):
    async def test():
        async with connect(consumer.as_asgi(), "/") as client:
            await client.send_to("fail")
            await client.receive_output(timeout=60)
            await client.receive_output(timeout=60)

    started = time.monotonic()
    with pytest.raises(LookupError, match="mine") as caught:
        await test()
    assert time.monotonic() - started < 30
    functions = [each.name for each in traceback.extract_tb(caught.tb)]
    assert functions[-1] == "receive"


async def test_an_error_in_connect_is_raised_when_the_connection_is_opened():
    class Broken(AsyncWebsocketConsumer):
        async def connect(self):
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        async with connect(Broken.as_asgi(), "/", timeout=60):
            pytest.fail("it is not open")


async def test_what_was_sent_before_an_error_is_received_before_it():
    async with connect(echo, "/") as client:
        await client.send_to("fail")
        await asyncio.sleep(0.05)
        assert await client.receive_from() == "before"
        with pytest.raises(LookupError, match="mine"):
            await client.receive_from()


@pytest.mark.parametrize(
    "what", ["send_input", "receive_nothing", "wait", "disconnect"]
)
async def test_every_method_raises_the_error(what):
    async with connect(echo, "/") as client:
        await client.send_to("fail")
        assert await client.receive_from() == "before"
        if what != "wait":
            await asyncio.sleep(0.05)
        arguments = [{"type": "websocket.receive"}] if what == "send_input" else []
        with pytest.raises(LookupError, match="mine"):
            await getattr(client, what)(*arguments)


async def test_an_error_that_the_test_did_not_meet_is_raised_at_the_end():
    with pytest.raises(LookupError, match="mine"):
        async with connect(echo, "/") as client:
            await client.send_to("fail")


async def test_an_error_that_the_test_has_met_is_not_raised_again():
    async with connect(echo, "/") as client:
        await client.send_to("fail")
        await client.receive_from()
        with pytest.raises(LookupError):
            await client.receive_from()


async def test_an_error_in_disconnect_is_raised_in_the_test():
    class Careless(AsyncWebsocketConsumer):
        async def disconnect(self, code):
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        async with connect(Careless.as_asgi(), "/"):
            pass


async def test_the_error_of_the_test_comes_out_and_that_of_the_application_above_it():
    async def test():
        async with connect(echo, "/") as client:
            await client.send_to("fail")
            raise AssertionError("nothing was saved")

    with pytest.raises(AssertionError, match="nothing was saved") as caught:
        await test()
    assert isinstance(caught.value.__context__, LookupError)
    assert caught.value.__context__.__context__ is None


async def test_an_outcome_of_pytest_in_a_consumer_is_one_of_the_test():
    async def application(scope, receive, send):
        pytest.fail("said in the application")

    with pytest.raises(pytest.fail.Exception, match="said in the application"):
        async with connect(application, "/"):
            pass


async def test_a_class_in_place_of_an_application_is_named():
    with pytest.raises(TypeError, match=r"connect\(\): .*Echo .* Echo\.as_asgi\(\)"):
        async with connect(Echo, "/"):
            pass


# Timeouts


async def test_a_timeout_says_what_the_application_is_at_work_on():
    async with connect(echo, "/") as client:
        await client.send_to("one")
        await client.receive_from()
        await client.send_to("hang")
        with pytest.raises(asyncio.TimeoutError) as caught:
            await client.receive_from(timeout=0.01)
        client.future.cancel()
    text = str(caught.value)
    assert text.startswith("No event came within 0.01 s. The application is still at")
    assert "'hang'" in text
    assert "It has sent 2 events, last {'type': 'websocket.accept'}" in text.replace(
        "'subprotocol': None, ", ""
    ).replace("'headers': [], ", "")


async def test_a_timeout_says_that_the_application_waits_itself():
    async with connect(echo, "/") as client:
        with pytest.raises(asyncio.TimeoutError, match="has handled every event"):
            await client.receive_from(timeout=0.01)
        # It was not cancelled.
        await client.send_to("still there")
        assert await client.receive_from() == "still there"


async def test_an_application_that_has_ended_is_not_waited_for():
    async def application(scope, receive, send):
        await accept(receive, send)

    async with connect(application, "/") as client:
        with pytest.raises(AssertionError, match="The application has ended"):
            await client.receive_from(timeout=60)
