"""The demo as several processes, when Redis or PostgreSQL is killed and comes back."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.servers.test_demo import open_socket, room
from tests.support.any_server import WAIT_SECONDS
from tests.support.demo_cluster import DemoCluster
from tests.support.demo_server import PASSWORDS
from tests.support.http_client import HttpClient


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    running = DemoCluster(tmp_path_factory.mktemp("cluster"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def cookie(cluster):
    client = HttpClient(cluster.address)
    assert client.login("alice", PASSWORDS["alice"]) == 200
    return client.cookie_header


async def roll(cluster, cookie, name):
    """Come back until the dice roll: it takes a server, the worker and the database."""
    async with asyncio.timeout(2 * WAIT_SECONDS):
        while True:
            with contextlib.suppress(ConnectionClosed, InvalidStatus, TimeoutError):
                async with open_socket(cluster, room(name), cookie) as alice:
                    await asyncio.wait_for(alice.next("history"), 15)
                    await alice.say("/roll")
                    message = (await asyncio.wait_for(alice.next("message"), 15))[
                        "message"
                    ]
                    assert message["text"].startswith("🎲")
                    return
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("name", ["redis", "postgres"])
async def test_all_works_again_when_what_was_killed_is_back(cluster, cookie, name):
    await roll(cluster, cookie, name)
    old = cluster.pids()
    cluster.kill(name)
    await asyncio.to_thread(cluster.wait_for_restart, name, old[name])
    await roll(cluster, cookie, name)
    new = cluster.pids()
    # The servers have gone on. The worker ends without its Redis, and is started again.
    assert (new["web-1"], new["web-2"]) == (old["web-1"], old["web-2"])
    assert (new["worker"] == old["worker"]) == (name == "postgres")
