"""A PostgreSQL that ends or hangs: docs/reliability.md, with both packages."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.conftest import PACKAGES
from tests.support.any_server import WAIT_SECONDS, serving, wait_until
from tests.support.faulty_postgres import FaultyPostgres

PROGRAMS = Path(__file__).parent / "programs"
#: CONN_MAX_AGE of 0; None; None with CONN_HEALTH_CHECKS.
ALIASES = ("default", "kept", "checked")


@pytest.fixture(scope="module")
def shared_postgres():
    # pytest's own folder is closed to the user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        postgres = FaultyPostgres(Path(folder))
        yield postgres
        postgres.end()


@pytest.fixture
def postgres(shared_postgres):
    shared_postgres.start()
    yield shared_postgres
    shared_postgres.end()


@pytest.fixture(params=PACKAGES)
def server(request, postgres, tmp_path):
    with serving(
        "uvicorn",
        "faults_database_asgi:application",
        tmp_path,
        PROGRAMS,
        PACKAGE=request.param,
        POSTGRES=str(postgres.folder),
    ) as server:
        server.package = request.param
        yield server
        assert "Traceback" not in server.log, server.log


async def ask(socket, alias):
    await socket.send(alias)
    return await asyncio.wait_for(socket.recv(), WAIT_SECONDS)


async def ask_all(socket):
    return {alias: await ask(socket, alias) for alias in ALIASES}


ALL_ANSWER = dict.fromkeys(ALIASES, "answer")
NONE_ANSWERS = dict.fromkeys(ALIASES, "OperationalError")


@pytest.mark.parametrize("path", ["Async/", "Sync/"])
async def test_queries_fail_while_the_database_is_away_and_not_after_that(
    server, postgres, path
):
    async with server.open(path) as opened:
        assert await ask_all(opened) == ALL_ANSWER
        postgres.kill()
        assert await ask_all(opened) == NONE_ANSWERS
        assert await ask_all(opened) == NONE_ANSWERS
        postgres.start()
        # The error has told Django to connect anew.
        assert await ask_all(opened) == ALL_ANSWER


@pytest.mark.parametrize("path", ["Async/", "Sync/"])
async def test_a_restart_that_nobody_noticed_fails_one_query_of_a_kept_connection(
    server, postgres, path
):
    async with server.open(path) as opened:
        assert await ask_all(opened) == ALL_ANSWER
        postgres.kill()
        postgres.start()
        found = await ask_all(opened)
        assert found == {**ALL_ANSWER, "kept": "OperationalError"}
        assert await ask_all(opened) == ALL_ANSWER


async def test_while_the_database_hangs_queries_wait_and_get_their_answer(
    server, postgres
):
    async with (
        server.open("Async/") as one,
        server.open("Sync/") as other,
        server.open("Echo/") as echo,
    ):
        assert await ask_all(one) == await ask_all(other) == ALL_ANSWER
        assert await ask(echo, "hello") == "hello"
        postgres.pause()
        await one.send("kept")
        await other.send("kept")
        await echo.send("hello")
        if server.package == "channels_fast":
            # Messages of other async consumers do not go to the thread that waits.
            assert await asyncio.wait_for(echo.recv(), WAIT_SECONDS) == "hello"
        postgres.go_on()
        for opened in (one, other):
            assert await asyncio.wait_for(opened.recv(), WAIT_SECONDS) == "answer"


@pytest.mark.parametrize("alias", ["default", "kept"])
async def test_while_a_query_waits_for_a_lock_other_async_consumers_are_served(
    server, postgres, alias
):
    if server.package == "channels":
        pytest.skip("there each message waits: test_faults_blocking.py")
    with psycopg.connect(f"host={postgres.folder} user=tests dbname=postgres") as lock:
        async with server.open("Async/") as one, server.open("Echo/") as echo:
            assert await ask_all(one) == ALL_ANSWER
            assert await ask(echo, "hello") == "hello"
            lock.execute("SELECT pg_advisory_lock(1)")
            await one.send(f"{alias} lock")
            await asyncio.to_thread(wait_until, lambda: is_waiting(lock))
            assert await ask(echo, "hello") == "hello"
            lock.execute("SELECT pg_advisory_unlock(1)")
            assert await asyncio.wait_for(one.recv(), WAIT_SECONDS) == "answer"


def is_waiting(lock):
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return lock.execute(waiting).fetchone()
