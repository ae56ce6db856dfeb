"""Projects that have been upgraded run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from channels_fast.upgrade.command import main

from ..alias.conftest import PROGRAMS

TUTORIALS = ["channels_2_tutorial", "channels_3_tutorial", "channels_4_tutorial"]
CHAT = """
import asyncio
import json

from {module} import application
from channels.testing import WebsocketCommunicator


async def chat():
    headers = [(b"origin", b"http://localhost"), (b"host", b"localhost")]
    one, two = [
        WebsocketCommunicator(application, "/ws/chat/lobby/", headers)
        for _ in range(2)
    ]
    assert (await one.connect(10))[0] and (await two.connect(10))[0]
    await one.send_to(json.dumps({{"message": "hello"}}))
    assert await two.receive_json_from(10) == {{"message": "hello"}}
    await one.disconnect()
    await two.disconnect()


asyncio.run(chat())
print("answered")
"""


def _run(directory, *arguments):
    # With a `sitecustomize` that hides the distribution of channels.
    path = [str(PROGRAMS / "without_channels"), *filter(None, sys.path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:channels_fast", *arguments],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )


@pytest.mark.parametrize("name", TUTORIALS)
def test_its_check_finds_nothing_and_a_socket_is_answered(name, project):
    copy = project(name)
    assert main(["--write", str(copy)]) == 0
    done = _run(copy, "manage.py", "check")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout
    done = _run(copy, "-c", CHAT.format(module="mysite.asgi"))
    assert (done.returncode, done.stdout) == (0, "answered\n"), done.stderr


MIDDLEWARE = """
import asyncio

from middleware import QueryAuthMiddleware
from partial import Timed

seen = []


async def inner(scope, receive, send):
    seen.append((scope, receive, send))


async def run():
    await QueryAuthMiddleware(inner)({"query_string": b"5"}, 1, 2)
    await Timed(inner)({}, 1, 2)


asyncio.run(run())
print(seen)
"""


def test_middleware_passes_on_what_it_added(project):
    copy = project("middleware_with_instances")
    assert main(["--write", str(copy)]) == 0
    middleware = copy / "middleware.py"
    # That needs Django's settings, which have no part in this.
    lines = middleware.read_text().splitlines(keepends=True)
    middleware.write_text("".join(lines[1:]))
    done = _run(copy, "-c", MIDDLEWARE)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "[({'query_string': b'5', 'user': 5}, 1, 2), ({'started': True}, 1, 2)]\n"
    )
