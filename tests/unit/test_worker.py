"""Listeners of a worker that fail or are cancelled, and channels without a route."""

from __future__ import annotations

import asyncio
import logging

import pytest
from django.core.management import call_command

from channels_fast.layers import InMemoryChannelLayer
from channels_fast.management.commands import runworker
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter
from channels_fast.worker import Worker

from ..support.consumers import settle, until


async def test_a_failed_listener_is_reported_at_once(caplog):
    """The others go on; the reference reports the error when they have ended."""
    layer = InMemoryChannelLayer()
    worker = Worker(None, ["bad", "good"], layer)
    task = asyncio.ensure_future(worker.handle())
    with caplog.at_level(logging.ERROR, logger="django.channels.worker"):
        await layer.send("bad", {})
        await until(lambda: caplog.messages)
    assert caplog.messages == ["Worker stopped listening on bad"]
    assert "no type" in str(caplog.records[0].exc_info[1])
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_cancelled_worker_stops_listening():
    layer = InMemoryChannelLayer()
    task = asyncio.ensure_future(Worker(None, ["a", "b"], layer).handle())
    await settle()
    assert set(layer.channels) == {"a", "b"}
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0)
    assert layer.channels == {}


async def consumer(scope, receive, send):
    """Stand for the consumer of a worker."""


class RouterOfPrefixes(ChannelNameRouter):
    """Has a rule of its own."""

    async def __call__(self, scope, receive, send):
        await consumer(scope, receive, send)


NAMES = ChannelNameRouter({"thumbnails": consumer})


def by_type(**mapping):
    return ProtocolTypeRouter({"http": consumer, **mapping})


@pytest.mark.parametrize(
    ("application", "lost"),
    [
        (by_type(channel=NAMES), "'a', 'b'"),
        (by_type(channel=BaseMiddleware(NAMES)), "'a', 'b'"),
        (BaseMiddleware(by_type(channel=NAMES)), "'a', 'b'"),
        (NAMES, "'a', 'b'"),
        (by_type(), "'a', 'thumbnails', 'b'"),
        (by_type(channel=consumer), None),
        (by_type(channel=RouterOfPrefixes({})), None),
        (consumer, None),
    ],
)
def test_channels_that_nothing_routes_are_named_before_the_worker_starts(
    settings, monkeypatch, capsys, application, lost
):
    monkeypatch.setattr(runworker, "get_default_application", lambda: application)
    monkeypatch.setattr(Worker, "run", lambda self: None)
    monkeypatch.setattr(runworker, "InMemoryChannelLayer", type("Other", (), {}))
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_fast.layers.InMemoryChannelLayer"}
    }
    call_command(runworker.Command(), "a", "thumbnails", "b")
    told = capsys.readouterr().err
    if lost is None:
        assert told == ""
    else:
        assert told == (
            f"ASGI_APPLICATION routes no messages of {lost}. They will be lost. Name "
            'an application for them in the ChannelNameRouter of its "channel" key.\n'
        )
