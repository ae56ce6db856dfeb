"""The testing helpers: no daphne needed, and a real live server."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from channels_fast.testing import HttpCommunicator, WebsocketCommunicator

ROOT = Path(__file__).parent.parent.parent


async def application(scope, receive, send):
    await receive()


def test_communicators_need_no_daphne():
    """A module that cannot be imported stands for a missing package."""
    code = (
        "import sys; sys.modules['daphne'] = None\n"
        "from channels_fast.testing import WebsocketCommunicator, HttpCommunicator\n"
        "import channels_fast.testing as testing\n"
        "try:\n"
        "    testing.ChannelsLiveServerTestCase\n"
        "except ImportError as error:\n"
        "    print('daphne' in str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_refused_arguments_leave_no_complaint_behind():
    """The suite makes errors of the complaints of half-made objects."""
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
