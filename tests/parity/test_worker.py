"""Worker and the runworker command."""

from __future__ import annotations

import asyncio
import logging

import pytest
from django.core.management import CommandError

from ..support.layers import memory_layer


def test_a_worker_needs_a_layer(channels):
    with pytest.raises(ValueError, match=r"^Channel layer is not valid$"):
        channels.worker.Worker(None, ["a"], None)


def test_a_worker_keeps_its_arguments(channels):
    layer = channels.layers.InMemoryChannelLayer()
    worker = channels.worker.Worker("app", ["a"], layer, max_applications=5)
    assert (worker.application, worker.channels) == ("app", ["a"])
    assert (worker.channel_layer, worker.max_applications) == (layer, 5)
    assert channels.worker.Worker("app", ["a"], layer).max_applications == 1000


async def test_messages_reach_one_application_per_channel(channels):
    layer = channels.layers.InMemoryChannelLayer()
    seen = []
    done = asyncio.Event()

    async def application(scope, receive, send):
        while True:
            seen.append((scope, await receive()))
            if len(seen) == 3:
                done.set()

    worker = channels.worker.Worker(application, ["a", "b"], layer)
    task = asyncio.ensure_future(worker.handle())
    await layer.send("a", {"type": "one"})
    await layer.send("a", {"type": "two"})
    await layer.send("b", {"type": "three"})
    await asyncio.wait_for(done.wait(), 30)
    by_channel = {}
    for scope, message in seen:
        assert scope == {"type": "channel", "channel": scope["channel"]}
        by_channel.setdefault(scope["channel"], []).append((id(scope), message["type"]))
    assert [kind for _, kind in by_channel["a"]] == ["one", "two"]
    assert [kind for _, kind in by_channel["b"]] == ["three"]
    assert len({identity for identity, _ in by_channel["a"]}) == 1
    tasks = [task, *asyncio.all_tasks() - {asyncio.current_task(), task}]
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("message", [{}, {"type": ""}, {"type": None}])
async def test_messages_need_a_type(channels, message):
    layer = channels.layers.InMemoryChannelLayer()
    await layer.send("a", message)
    worker = channels.worker.Worker(None, ["a"], layer)
    with pytest.raises(ValueError, match=r"^Worker received message with no type\.$"):
        await asyncio.wait_for(worker.handle(), 30)


def command(channels):
    return channels("management.commands.runworker").Command


@pytest.fixture
def run_worker(channels, settings, monkeypatch):
    """Run the command with a worker that only notes how it was made."""
    made = []

    class Fake:
        def __init__(self, **kwargs):
            made.append(kwargs)

        def run(self):
            made.append("run")

    monkeypatch.setattr(command(channels), "worker_class", Fake)
    settings.ASGI_APPLICATION = f"{__name__}.application"

    def run(*arguments):
        from django.core.management import call_command

        call_command(command(channels)(), *arguments)
        return made

    return run


application = object()


def test_runworker_runs_a_worker(channels, settings, run_worker):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    made = run_worker("a", "b")
    layer = channels.layers.get_channel_layer()
    assert made == [
        {"application": application, "channels": ["a", "b"], "channel_layer": layer},
        "run",
    ]


def test_runworker_takes_the_alias_of_a_layer(channels, settings, run_worker):
    settings.CHANNEL_LAYERS = {"other": memory_layer(channels)["default"]}
    made = run_worker("--layer", "other", "a")
    assert made[0]["channel_layer"] is channels.layers.get_channel_layer("other")


def test_runworker_needs_a_layer(channels, settings, run_worker):
    settings.CHANNEL_LAYERS = {}
    with pytest.raises(CommandError) as caught:
        run_worker("a")
    assert str(caught.value) == "You do not have any CHANNEL_LAYERS configured."


def test_runworker_needs_channels(channels, settings, run_worker):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    with pytest.raises(CommandError, match="channels"):
        run_worker()


def test_runworker_logs_its_channels(channels, settings, run_worker, caplog):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    with caplog.at_level(logging.INFO, logger="django.channels.worker"):
        run_worker("a", "b")
    assert channels("management.commands.runworker").logger.name == (
        "django.channels.worker"
    )
    assert caplog.messages == ["Running worker for channels ['a', 'b']"]


def test_runworker_uses_the_real_worker(channels):
    assert command(channels).worker_class is channels.worker.Worker
    assert command(channels).leave_locale_alone is True


async def test_a_listener_serves_one_channel(channels):
    layer = channels.layers.InMemoryChannelLayer()
    await layer.send("b", {})
    worker = channels.worker.Worker(None, ["a"], layer)
    with pytest.raises(ValueError, match="Worker received message with no type"):
        await asyncio.wait_for(worker.listener("b"), 30)


def test_a_subclass_of_runworker_may_add_arguments(channels, settings):
    seen = []

    class Mine(command(channels)):
        def add_arguments(self, parser):
            super().add_arguments(parser)
            parser.add_argument("--mine")

        def handle(self, *args, **options):
            seen.append((options["mine"], options["channels"], options["layer"]))

    from django.core.management import call_command

    call_command(Mine(), "a", "b", "--mine", "yes")
    assert seen == [("yes", ["a", "b"], "default")]
