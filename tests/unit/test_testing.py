"""The communicators: what they need, and how they refuse arguments."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from channels_fast.testing import HttpCommunicator, WebsocketCommunicator

from ..support.programs import run_program

PROGRAM = Path(__file__).parent / "programs" / "testing_without_daphne.py"


async def application(scope, receive, send):
    await receive()


def test_communicators_need_no_daphne():
    done = run_program(
        PROGRAM, options=("-W", "error"), DJANGO_SETTINGS_MODULE="tests.settings"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "WebsocketCommunicator HttpCommunicator",
        "True",
    ]


def test_refused_arguments_leave_no_complaint_behind():
    """A warning of a half-made object would fail the suite."""
    with pytest.raises(TypeError):
        WebsocketCommunicator(application, b"/")
    with pytest.raises(AssertionError):
        HttpCommunicator(application, "GET", "/", body="text")
    gc.collect()


async def test_connect_tells_what_came_instead():
    async def early(scope, receive, send):
        await send({"type": "websocket.send", "text": "early"})

    communicator = WebsocketCommunicator(early, "/")
    with pytest.raises(AssertionError) as caught:
        await communicator.connect()
    assert str(caught.value).splitlines()[0] == (
        "Expected type 'websocket.accept', but was 'websocket.send'"
    )
