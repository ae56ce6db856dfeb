"""What channels.testing exports, and the communicator of any protocol."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.testing import ApplicationCommunicator as AsgirefCommunicator

pytestmark = pytest.mark.django_db


CLASSES = {
    "ApplicationCommunicator",
    "ChannelsLiveServerTestCase",
    "HttpCommunicator",
    "WebsocketCommunicator",
}
#: What only ours has, see docs/testing.md.
MORE = {"WebsocketClient", "WebsocketRefusedError", "connect", "shared_transaction"}


def test_testing_exports_its_four_classes(channels):
    testing = channels.testing
    more = MORE if channels.name == "channels_fast" else set()
    assert set(testing.__all__) == CLASSES | more
    for name in testing.__all__:
        assert getattr(testing, name).__name__ == name
    assert set(testing.__all__) <= set(dir(testing))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("live", "ChannelsLiveServerTestCase"),
        ("http", "HttpCommunicator"),
        ("websocket", "WebsocketCommunicator"),
        pytest.param(
            *("application", "ApplicationCommunicator"),
            marks=pytest.mark.since("4.2", "it is a class of its own"),
        ),
    ],
)
def test_submodules_have_the_names_as_well(channels, module, name):
    own = getattr(channels(f"testing.{module}"), name)
    assert own is getattr(channels.testing, name)
    if name.endswith("Communicator"):
        assert issubclass(own, channels.testing.ApplicationCommunicator)
        assert issubclass(own, AsgirefCommunicator)


def test_unknown_names_are_attribute_errors(channels):
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        channels.testing.nothing  # noqa: B018 # the access is the test


async def test_an_application_communicator_sends_and_receives_any_event(channels):
    async def application(scope, receive, send):
        assert scope == {"type": "any"}
        await send({"answer": await receive()})

    communicator = channels.testing.ApplicationCommunicator(
        application, {"type": "any"}
    )
    await communicator.send_input("question")
    assert await communicator.receive_output(timeout=30) == {"answer": "question"}
    with pytest.raises(asyncio.TimeoutError):
        await communicator.receive_output(timeout=0.01)
