"""``manage.py runworker`` of a real project, on a real Redis and without one."""

from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.client import connect

from tests.project.processes import BY_INSTALL, BY_SETTINGS
from tests.support.patience import WAIT_SECONDS
from tests.support.redis_server import running_redis


@pytest.fixture(scope="module")
def redis_port():
    with running_redis() as port:
        yield port


@pytest.fixture
def redis(redis_port, tmp_path):
    """Let the gallery use Redis, under a prefix that no other test has."""
    return {"REDIS_PORT": str(redis_port), "REDIS_PREFIX": tmp_path.name}


def send(gallery, redis, channel, photo):
    done = gallery.manage("send", channel, photo, **redis)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("program", [BY_SETTINGS, BY_INSTALL])
def test_messages_of_other_processes_are_handled(gallery, redis, program):
    send(gallery, redis, "thumbnails", "early.jpg")
    with gallery.start("runworker", "thumbnails", program=program, **redis) as worker:
        worker.wait_until(lambda: gallery.thumbnails() == ["early.jpg"], "done")
        send(gallery, redis, "thumbnails", "late.jpg")
        worker.wait_until(
            lambda: gallery.thumbnails() == ["early.jpg", "late.jpg"], "done"
        )
        assert worker.interrupt() == 0
        # The whole log: the layer is no cause for a warning.
        assert worker.log == "Running worker for channels ['thumbnails']\n"


async def test_a_page_gets_the_answer_of_the_worker(gallery, redis):
    with (
        gallery.start("runworker", "thumbnails", **redis) as worker,
        gallery.runserver("--noreload", **redis) as server,
    ):
        async with connect(
            f"ws://127.0.0.1:{server.port}/ws/cats/",
            origin=f"http://127.0.0.1:{server.port}",
            proxy=None,
            open_timeout=WAIT_SECONDS,
        ) as opened:
            await opened.send("thumbnail cat.jpg")
            answer = await asyncio.wait_for(opened.recv(), WAIT_SECONDS)
        assert answer == "made: cat.jpg"
        assert gallery.thumbnails() == ["cat.jpg"]
        for running in (worker, server):
            assert "Traceback" not in running.log, running.log


def test_a_channel_without_a_consumer_is_named_and_the_others_go_on(gallery, redis):
    with gallery.start("runworker", "nobodys", "thumbnails", **redis) as worker:
        worker.wait_for("Running worker for channels ['nobodys', 'thumbnails']")
        assert worker.log.startswith(
            "ASGI_APPLICATION routes no messages of 'nobodys'. They will be lost. Name "
            'an application for them in the ChannelNameRouter of its "channel" key.\n'
        )
        send(gallery, redis, "nobodys", "lost.jpg")
        worker.wait_for("No application configured for channel name 'nobodys'")
        send(gallery, redis, "thumbnails", "cat.jpg")
        worker.wait_until(lambda: gallery.thumbnails() == ["cat.jpg"], "done")


def test_an_impossible_channel_is_named(shared_gallery):
    done = shared_gallery.manage("runworker", "thumbnails", "two words")
    assert done.returncode == 1
    assert done.stderr == (
        "CommandError: No channel can be called 'two words': Channel name must be a "
        "valid unicode string with length < 100 containing only ASCII alphanumerics, "
        "hyphens, underscores, or periods.\n"
    )


def test_a_layer_in_memory_is_served_as_in_channels_with_a_warning(gallery):
    with gallery.start("runworker", "thumbnails") as worker:
        worker.wait_for("Running worker for channels ['thumbnails']")
        assert worker.log.startswith(
            "The channel layer 'default' is in the memory of one process: no message "
            "of another process reaches this worker. Set its BACKEND to "
            "channels_redis.core.RedisChannelLayer, which does that.\n"
        )
        # That it ends well is tested above, where a message shows that it has begun.
        assert worker.process.poll() is None
        assert "Traceback" not in worker.log, worker.log


def test_a_layer_that_is_not_in_the_settings_is_named(shared_gallery):
    done = shared_gallery.manage("runworker", "--layer", "other", "thumbnails")
    assert done.returncode == 1
    assert done.stderr == (
        "CommandError: CHANNEL_LAYERS has no 'other'. "
        "Say --layer and one of: 'default'.\n"
    )


def test_a_project_without_layers_has_no_worker(gallery):
    changed = gallery.settings(CHANNEL_LAYERS={})
    done = gallery.manage("runworker", "thumbnails", **changed)
    assert done.returncode == 1
    assert "ThumbnailMaker uses self.channel_layer" in done.stderr
    assert done.stderr.endswith(
        "CommandError: You do not have any CHANNEL_LAYERS configured.\n"
    )
