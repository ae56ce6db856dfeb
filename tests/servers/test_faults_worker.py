"""A worker that is killed, fails, or loses its Redis: docs/reliability.md."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from channels_redis.core import RedisChannelLayer

from tests.conftest import PACKAGES
from tests.support.any_server import WAIT_SECONDS, wait_until
from tests.support.asgi_server import environment_with
from tests.support.faulty_redis import FaultyRedis
from tests.support.redis_server import ask

PROGRAMS = Path(__file__).parent / "programs"


class Jobs:
    """A channel of jobs, the workers that read it, and what they have done."""

    def __init__(self, package, redis, folder):
        self.redis, self.file = redis, folder / "done"
        self.log_file = folder / "log"
        self.layer = RedisChannelLayer([f"redis://127.0.0.1:{redis.port}"])
        self.environment = environment_with(
            PROGRAMS,
            PACKAGE=package,
            DONE=str(self.file),
            REDIS_PORT=str(redis.port),
        )

    @contextlib.contextmanager
    def worker(self):
        with self.log_file.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", "import faults_worker; faults_worker.run()"],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    async def send(self, *names, **job):
        for name in names:
            await self.layer.send("jobs", {"type": "job", "name": name, **job})

    @property
    def done(self):
        return self.file.read_text().splitlines() if self.file.exists() else []

    async def wait_for(self, line):
        await asyncio.to_thread(
            wait_until, lambda: line in self.done, self.log_file.read_text
        )

    async def wait_until_all_are_read(self):
        """
        Wait until Redis has the worker wait: it has passed on what was there.

        It waits for jobs, and for what is sent to the consumer that does the first one.
        """

        def is_waiting():
            found = ask(self.redis.port, "INFO clients")
            return b"\r\nblocked_clients:2\r\n" in found

        await asyncio.to_thread(wait_until, is_waiting, "the worker reads")


@pytest.fixture(params=PACKAGES)
async def jobs(request, tmp_path):
    redis = FaultyRedis()
    redis.start()
    found = Jobs(request.param, redis, tmp_path)
    yield found
    await found.layer.close_pools()
    redis.end()


async def test_a_killed_worker_loses_what_it_has_read_and_nothing_more(jobs, tmp_path):
    with jobs.worker() as worker:
        await jobs.send("one", wait_for=str(tmp_path / "never"))
        await jobs.wait_for("begin one")
        await jobs.send("two", "three")
        # It reads ahead, so these are in its memory.
        await jobs.wait_until_all_are_read()
        worker.kill()
        worker.wait()
    await jobs.send("four")  # waits in Redis
    with jobs.worker():
        await jobs.wait_for("end four")
    assert jobs.done == ["begin one", "begin four", "end four"]


async def test_a_job_that_fails_takes_those_along_that_were_read_behind_it(
    jobs, tmp_path
):
    fail = tmp_path / "fail"
    with jobs.worker() as worker:
        await jobs.send("one", wait_for=str(fail), fails=True)
        await jobs.wait_for("begin one")
        await jobs.send("two", "three")
        await jobs.wait_until_all_are_read()
        fail.touch()
        async with asyncio.timeout(WAIT_SECONDS):
            while "end four" not in jobs.done:
                await jobs.send("four")  # the worker goes on in a moment
                await asyncio.sleep(0.1)
        assert worker.poll() is None
    assert jobs.done[:3] == ["begin one", "begin four", "end four"]
    assert "Exception inside application: one" in jobs.log_file.read_text()


async def test_a_worker_ends_with_an_error_when_redis_stops(jobs):
    with jobs.worker() as worker:
        await jobs.send("one")
        await jobs.wait_for("end one")
        jobs.redis.kill()
        assert await asyncio.to_thread(worker.wait, WAIT_SECONDS) == 1
    assert "redis.exceptions.ConnectionError" in jobs.log_file.read_text()
