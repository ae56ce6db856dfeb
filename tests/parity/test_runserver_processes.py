"""Processes of the ``runserver`` command of Channels 3."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import websockets

from ..conftest import OURS
from ..support.ports import free_port
from ..support.programs import run_program
from ..support.runserver import PROJECT, command_module, environment

pytestmark = pytest.mark.until("4.0", "Daphne has the command")

PROGRAM = Path(__file__).parent / "programs" / "runserver_of_staticfiles.py"


@pytest.fixture
def server(channels):
    """Run ``manage.py runserver`` of the project, and return its address."""
    assert command_module(channels)  # Django has a command of the same name
    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [sys.executable, "-m", "django", "runserver", "--noreload", address],
        env=environment(channels),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        for _ in range(1000):
            try:
                _get(address, "/")
                break
            except OSError:
                assert process.poll() is None, process.stdout.read().decode()
                time.sleep(0.05)
        yield address
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _get(address, path):
    with urllib.request.urlopen(f"http://{address}{path}", timeout=30) as response:
        return response.read()


async def test_server_on_a_port_serves_all_three(server):
    get = asyncio.get_running_loop().run_in_executor
    assert await get(None, _get, server, "/some/path") == b"/some/path"
    served = await get(None, _get, server, "/static/runserver_project.py")
    assert served.startswith(b'"""A whole project in one file')
    async with websockets.connect(f"ws://{server}/socket/", open_timeout=60) as socket_:
        await socket_.send("hello")
        assert await socket_.recv() == "hello"


def test_project_of_wsgi_is_served_under_the_autoreloader_and_told_once():
    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "django", "runserver", address],
        env={
            **environment(OURS),
            "DJANGO_SETTINGS_MODULE": "tests.support.runserver_wsgi_project",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        for _ in range(1000):
            try:
                served = _get(address, "/static/runserver_project.py")
                break
            except OSError:
                assert process.poll() is None, process.stdout.read()
                time.sleep(0.05)
    finally:
        # The autoreloader is a parent and a child.
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate(timeout=60)
    assert served.startswith(b'"""A whole project in one file')
    assert output.count("ASGI_APPLICATION is not set. This is Django's WSGI") == 1


def test_application_imports_neither_the_server_nor_the_command():
    """Most processes never start it, and it brings Twisted along."""
    done = run_program(PROGRAM, DJANGO_SETTINGS_MODULE=PROJECT, PACKAGE=OURS.name)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "False False",
        "False channels_fast.management.commands.runserver",
    ]
