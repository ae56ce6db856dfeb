"""A Redis that stops, hangs or is full: docs/reliability.md, with both packages."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import urllib.request
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.conftest import PACKAGES
from tests.support.any_server import WAIT_SECONDS, serving
from tests.support.faulty_redis import FaultyRedis
from tests.support.redis_server import ask

PROGRAMS = Path(__file__).parent / "programs"


class Served:
    """A server of members of one group, and the Redis that they meet through."""

    def __init__(self, redis, package, layer):
        self.redis, self.package, self.layer = redis, package, layer
        self.server = None

    def serve(self, folder, **settings):
        return serving(
            "uvicorn",
            "faults_redis_asgi:application",
            folder,
            PROGRAMS,
            PACKAGE=self.package,
            LAYER=self.layer,
            REDIS_PORT=str(self.redis.port),
            REDIS_SETTINGS=json.dumps(settings),
        )

    def open(self, path="member/"):
        return self.server.open(path)

    def tasks(self):
        address = f"http://127.0.0.1:{self.server.port}/"
        with urllib.request.urlopen(address, timeout=WAIT_SECONDS) as answer:
            return int(answer.read())

    async def wait_for_tasks(self, count):
        async with asyncio.timeout(WAIT_SECONDS):
            while await asyncio.to_thread(self.tasks) > count:  # noqa: ASYNC110 # it is in another process
                await asyncio.sleep(0.05)


@pytest.fixture(
    params=[(package, layer) for package in PACKAGES for layer in ("core", "pubsub")],
    ids="-".join,
)
def served(request, tmp_path):
    redis = FaultyRedis()
    redis.start()
    found = Served(redis, *request.param)
    try:
        with found.serve(tmp_path) as found.server:
            yield found
    finally:
        redis.end()


async def hear(socket):
    return await asyncio.wait_for(socket.recv(), WAIT_SECONDS)


async def say_until_heard(text, speaker, listener):
    """Speak until the other hears it: what is said before Redis is back is lost."""
    async with asyncio.timeout(WAIT_SECONDS):
        heard = None
        while heard != text:
            await speaker.send(text)
            with contextlib.suppress(TimeoutError):
                while heard != text:
                    heard = await asyncio.wait_for(listener.recv(), 0.5)


async def works_again(served):
    """
    Open sockets until two of them hear each other.

    Each connection of redis-py's pool that has died may cost one more.
    """
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            with contextlib.suppress(ConnectionClosed, InvalidStatus):
                async with served.open() as one, served.open() as other:
                    return await say_until_heard("back", one, other)


async def has_ended(*sockets):
    """Wait until the server has ended all, and return how."""
    await asyncio.wait_for(
        asyncio.gather(*(socket.wait_closed() for socket in sockets)), WAIT_SECONDS
    )
    return {socket.close_code for socket in sockets}


async def test_new_sockets_are_refused_while_redis_is_stopped_and_work_after_that(
    served,
):
    served.redis.kill()
    with pytest.raises(InvalidStatus, match="HTTP 500"):
        await served.open()
    served.redis.start()
    await works_again(served)


async def test_with_core_all_sockets_end_with_a_redis_that_stops(served):
    if served.layer != "core":
        pytest.skip("pubsub is told below")
    before = await asyncio.to_thread(served.tasks)
    member, silent = await served.open("member/?cut"), await served.open("echo/")
    await member.send("hello")
    assert await hear(member) == "hello"
    served.redis.kill()
    # No close frame: the consumers have ended with the error of the layer.
    assert await has_ended(member, silent) == {1006}
    await served.wait_for_tasks(before)
    assert re.search(r"(?m)^redis\.exceptions\.ConnectionError", served.server.log)
    assert "disconnect cut" not in served.server.log
    served.redis.start()
    await works_again(served)


async def test_with_pubsub_sockets_outlive_a_redis_that_stops(served):
    if served.layer != "pubsub":
        pytest.skip("core is told above")
    async with (
        served.open("member/?stays") as member,
        served.open() as other,
        served.open("echo/") as echo,
    ):
        await member.send("hello")
        assert (await hear(member), await hear(other)) == ("hello", "hello")
        served.redis.kill()
        await member.send("lost")
        assert await hear(member) == "failed: ConnectionError"
        await echo.send("echo")
        assert await hear(echo) == "echo"
        served.redis.start()
        # Nobody joined again: the layer has subscribed once more by itself.
        await say_until_heard("back", member, other)
    await wait_for_log(served.server, "disconnect stays")


async def test_what_is_said_while_redis_hangs_arrives_when_it_goes_on(served):
    async with (
        served.open() as member,
        served.open() as other,
        served.open("echo/") as echo,
    ):
        await say_until_heard("hello", member, other)
        served.redis.pause()
        await member.send("kept")
        opening = asyncio.ensure_future(served.open().__aenter__())
        # Sockets that ask nothing of the layer are served meanwhile.
        await echo.send("echo")
        assert await hear(echo) == "echo"
        assert not opening.done()
        served.redis.go_on()
        while (heard := await hear(other)) == "hello":
            pass  # it may have been said more than once
        assert heard == "kept"
        await (await opening).close()


async def test_a_full_redis_is_an_error_with_core_and_none_with_pubsub(served):
    async with served.open() as member, served.open() as other:
        await say_until_heard("hello", member, other)
        served.redis.fill()
        if served.layer == "core":
            await member.send("lost")
            while (heard := await hear(member)) == "hello":
                pass
            assert heard == "failed: OutOfMemoryError"
            with pytest.raises(InvalidStatus, match="HTTP 500"):
                await served.open()
        else:
            # Nothing is stored there.
            await say_until_heard("passed on", member, other)
            async with served.open():
                pass
        served.redis.empty()
        await say_until_heard("room again", member, other)
        async with served.open() as new:
            await say_until_heard("to new ones as well", member, new)


async def wait_for_log(server, text):
    async with asyncio.timeout(WAIT_SECONDS):
        while text not in server.log:  # noqa: ASYNC110 # as above
            await asyncio.sleep(0.05)


async def test_a_killed_server_disturbs_nobody_who_is_left_in_its_group(
    served, tmp_path
):
    """What clients see of it is told in test_demo_cluster.py."""
    async with served.open() as killed:
        await killed.send("hello")
        assert await hear(killed) == "hello"
        served.server.kill()
    with served.serve(tmp_path) as served.server:
        async with served.open() as one, served.open() as other:
            await say_until_heard("still here", one, other)
            # Nobody took the killed one out: it is a member for a day.
            if served.layer == "core":
                assert ask(served.redis.port, "ZCARD asgi:group:all") == b":3\r\n"


@pytest.mark.parametrize("settings", [{}, {"protocol": 2}], ids=["RESP3", "RESP2"])
async def test_with_protocol_2_no_socket_meets_a_connection_that_died_with_redis(
    settings, tmp_path
):
    """As docs/deploying.md says of redis-py 8.1.0; it is the same with channels."""
    redis = FaultyRedis()
    redis.start()
    try:
        served = Served(redis, "channels_fast", "core")
        with served.serve(tmp_path, **settings) as served.server:
            # The pool keeps as many connections as were in use at once.
            sockets = await open_many(served)
            await sockets[0].send("hello")
            await asyncio.gather(*map(hear, sockets))
            redis.kill()
            await has_ended(*sockets)
            redis.start()
            found = await open_many(served, return_exceptions=True)
            refused = [one for one in found if isinstance(one, InvalidStatus)]
            assert bool(refused) == (settings == {})
    finally:
        redis.end()


async def open_many(served, **options):
    opening = (served.open().__aenter__() for _ in range(30))
    return await asyncio.gather(*opening, **options)
