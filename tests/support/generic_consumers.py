"""One body for the sync and the async WebSocket consumers, which behave alike."""

from __future__ import annotations

import inspect

import pytest

KINDS = ("sync", "async")


@pytest.fixture(name="kind", params=KINDS)
def consumer_kind(request):
    return request.param


def make(channels, kind, json=False, **methods):
    """
    Return a consumer class with *methods*, written as generators.

    ``yield call`` stands for ``call`` in the sync consumer and for
    ``await call`` in the async one, so that one body serves both.
    """
    module = channels("generic.websocket")
    base = {
        ("sync", False): module.WebsocketConsumer,
        ("async", False): module.AsyncWebsocketConsumer,
        ("sync", True): module.JsonWebsocketConsumer,
        ("async", True): module.AsyncJsonWebsocketConsumer,
    }[kind, json]
    return type("Consumer", (base,), {k: twin(kind, v) for k, v in methods.items()})


def twin(kind, body):
    if not inspect.isgeneratorfunction(body):
        return body
    if kind == "sync":

        def method(*args, **kwargs):
            for _ in body(*args, **kwargs):
                pass

    else:

        async def method(*args, **kwargs):
            for call in body(*args, **kwargs):
                if inspect.isawaitable(call):
                    await call

    return method
