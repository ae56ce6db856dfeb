"""The client of tests: what comes and goes, refusals, and what it leaves behind."""

from __future__ import annotations

import asyncio

import pytest

from channels_fast.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    AsyncWebsocketConsumer,
)
from channels_fast.testing import WebsocketRefusedError, connect

from ..support import echo as shared
from ..support.echo import Echo, SyncEcho, accept, echo

no_task_is_left = shared.no_task_is_left

# What comes and goes


@pytest.mark.parametrize("consumer", [Echo, SyncEcho])
async def test_text_bytes_and_json_come_back(consumer):
    async with connect(consumer.as_asgi(), "/") as client:
        await client.send_to("text")
        assert await client.receive_from() == "text"
        await client.send_to(bytes_data=b"\0")
        assert await client.receive_from() == b"\0"
        await client.send_json_to({"a": [1]})
        assert await client.receive_json_from() == {"a": [1]}
        assert await client.receive_nothing()


async def test_the_scope_is_that_of_a_server():
    async def application(scope, receive, send):
        scopes.append(scope)
        await accept(receive, send)

    scopes = []
    async with connect(application, "/caf%C3%A9/?a=b", subprotocols=["one", "two"]):
        pass
    [scope] = scopes
    assert scope["type"] == "websocket"
    assert scope["path"] == "/café/"
    assert scope["query_string"] == b"a=b"
    assert scope["subprotocols"] == ["one", "two"]
    assert scope["asgi"]["version"] == "3.0"
    assert dict(scope["headers"])[b"host"] == b"testserver"


async def test_a_consumer_without_a_router_gets_its_path_kwargs():
    class Room(AsyncJsonWebsocketConsumer):
        async def connect(self):
            await self.accept()
            await self.send_json(self.scope["url_route"]["kwargs"])

    async with connect(Room.as_asgi(), "/", path_kwargs={"room": "a"}) as client:
        assert await client.receive_json_from() == {"room": "a"}


async def test_the_test_may_put_more_into_the_scope():
    class Tenant(AsyncWebsocketConsumer):
        async def connect(self):
            await self.accept()
            await self.send(self.scope["state"]["tenant"])

    scope = {"state": {"tenant": "bob"}}
    async with connect(Tenant.as_asgi(), "/", scope=scope) as client:
        assert await client.receive_from() == "bob"


async def test_what_the_application_accepts_with_is_kept():
    class Chosen(AsyncWebsocketConsumer):
        async def connect(self):
            await self.accept("two", headers=[(b"a", b"b")])

    async with connect(Chosen.as_asgi(), "/", subprotocols=["one", "two"]) as client:
        assert client.subprotocol == "two"
        assert client.response_headers == [(b"a", b"b")]


@pytest.fixture
async def client():
    async with connect(echo, "/") as client:
        yield client


async def test_a_fixture_may_hold_the_connection(client):
    await client.send_to("text")
    assert await client.receive_from() == "text"


# Refusals


async def test_a_refused_connection_is_an_error_that_tells_the_answer():
    class Refusing(AsyncWebsocketConsumer):
        async def connect(self):
            await self.close(4401, "who are you?")

    with pytest.raises(WebsocketRefusedError) as caught:
        async with connect(Refusing.as_asgi(), "/door/"):
            pytest.fail("it is not open")
    error = caught.value
    assert (error.status, error.code, error.reason) == (403, 4401, "who are you?")
    assert "'/door/': status 403, code 4401, 'who are you?'. " in str(error)
    assert "b'http://testserver'" in str(error)


async def test_a_denial_response_is_told_as_it_is():
    async def application(scope, receive, send):
        assert "websocket.http.response" in scope["extensions"]
        await receive()
        start = {"type": "websocket.http.response.start", "status": 404}
        await send({**start, "headers": [(b"a", b"b")]})
        body = {"type": "websocket.http.response.body", "body": b"no"}
        await send({**body, "more_body": True})
        await send(body)
        codes.append((await receive())["code"])

    codes = []
    async with connect(application, "/", refused=True) as client:
        refusal = client.refusal
    assert (refusal.status, refusal.code) == (404, None)
    assert (refusal.headers, refusal.body) == ([(b"a", b"b")], b"nono")
    assert codes == [1006]


async def test_a_connection_that_should_be_refused_is_not_accepted_in_silence():
    with pytest.raises(AssertionError, match="accepted the connection"):
        async with connect(echo, "/", refused=True):
            pass


async def test_another_event_in_place_of_an_answer_is_an_error():
    async def application(scope, receive, send):
        await send({"type": "websocket.send", "text": "early"})

    with pytest.raises(AssertionError, match="Expected an answer to the connection"):
        async with connect(application, "/"):
            pass


# The end


async def test_the_end_disconnects_and_waits_for_the_application():
    async def application(scope, receive, send):
        await accept(receive, send)
        events.append(await receive())
        await asyncio.sleep(0.02)
        events.append("end")

    events = []
    async with connect(application, "/"):
        pass
    assert events == [{"type": "websocket.disconnect", "code": 1000}, "end"]


async def test_a_consumer_that_has_closed_is_told_its_own_code():
    class Closing(AsyncWebsocketConsumer):
        async def connect(self):
            await self.accept()
            await self.close(4001)

        async def disconnect(self, code):
            codes.append(code)

    codes = []
    async with connect(Closing.as_asgi(), "/"):
        pass
    assert codes == [4001]


async def test_the_test_may_disconnect_itself():
    class Counting(AsyncWebsocketConsumer):
        async def disconnect(self, code):
            codes.append(code)

    codes = []
    async with connect(Counting.as_asgi(), "/") as client:
        await client.disconnect(4002)
        assert codes == [4002]
    assert codes == [4002]


async def test_an_application_that_hangs_is_cancelled_and_named():
    with pytest.raises(
        asyncio.TimeoutError, match=r"did not end within 0\.05 s.*'hang'"
    ):
        async with connect(echo, "/", timeout=0.05) as client:
            await client.send_to("hang")
    assert client.future.cancelled()


async def test_an_application_that_fails_when_it_is_cancelled_is_named_with_its_error():
    async def application(scope, receive, send):
        await accept(receive, send)
        try:
            await asyncio.sleep(100)
        finally:
            raise LookupError("mine")

    with pytest.raises(asyncio.TimeoutError, match="did not end") as caught:
        async with connect(application, "/", timeout=0.05):
            pass
    assert isinstance(caught.value.__cause__, LookupError)


async def test_a_failing_test_also_ends_what_hangs():
    async def test():
        async with connect(echo, "/", timeout=0.05) as client:
            clients.append(client)
            await client.send_to("hang")
            raise ZeroDivisionError

    clients = []
    with pytest.raises(ZeroDivisionError):
        await test()
    assert clients[0].future.cancelled()


async def test_a_test_that_is_cancelled_leaves_nothing_behind():
    async def test():
        async with connect(echo, "/", timeout=0.05) as client:
            clients.append(client)
            is_open.set()
            await client.receive_from(timeout=60)

    clients = []
    is_open = asyncio.Event()
    task = asyncio.ensure_future(test())
    await is_open.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert clients[0].future.done()
