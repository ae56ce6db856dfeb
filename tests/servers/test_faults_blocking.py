"""Handlers that block the event loop or a thread: docs/reliability.md."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.conftest import PACKAGES
from tests.support.any_server import WAIT_SECONDS, serving

PROGRAMS = Path(__file__).parent / "programs"
#: How long an answer may take that is not expected. A slow machine cannot fail by it.
PATIENCE_SECONDS = 1

#: An async consumer, one that asks the database as well, and a sync one.
OTHERS = ("Echo/", "QueryEcho/", "SyncEcho/")
#: What waits, and which others are served meanwhile.
BLOCKED = {
    "time.sleep() in an async handler": ("Blocking/", "loop", ()),
    "database_sync_to_async": ("Blocking/", "database", ("Echo/",)),
    "a sync consumer": ("SyncBlocking/", "", ("Echo/",)),
    "a thread of its own": ("Blocking/", "thread", OTHERS),
}


@pytest.fixture(scope="module", params=PACKAGES)
def server(request, tmp_path_factory):
    with serving(
        "uvicorn",
        "faults_clients_asgi:application",
        tmp_path_factory.mktemp("blocking"),
        PROGRAMS,
        PACKAGE=request.param,
    ) as server:
        server.package = request.param
        yield server
        assert "Traceback" not in server.log, server.log


async def hear(socket, seconds=WAIT_SECONDS):
    return await asyncio.wait_for(socket.recv(), seconds)


@pytest.mark.parametrize("what", BLOCKED)
async def test_who_is_served_while_a_handler_blocks(server, tmp_path, what):
    path, how, served = BLOCKED[what]
    if server.package == "channels" and served != OTHERS:
        # Each message goes to the thread for synchronous code, to close connections.
        served = ()
    end = tmp_path / "end"
    others = {}
    async with server.open(path) as blocking:
        for other in OTHERS:
            others[other] = await server.open(other)
            await others[other].send("before")
            assert await hear(others[other]) == "before"
        await blocking.send(f"{how} {end}".strip())
        assert await hear(blocking) == "begins"
        for opened in others.values():
            await opened.send("during")
        assert await asyncio.gather(*(hear(others[other]) for other in served)) == [
            "during"
        ] * len(served)
        waiting = [others[other] for other in OTHERS if other not in served]
        tasks = [asyncio.ensure_future(hear(opened)) for opened in waiting]
        if tasks:
            done, _ = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
            assert not done
        end.touch()
        assert await asyncio.gather(*tasks) == ["during"] * len(tasks)
        assert await hear(blocking) == "done"
        for opened in others.values():
            await opened.close()
