"""The official tutorial, converted as the README says, under every server."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import socket
import sys

import pytest
from websockets.asyncio.client import connect

from tests.alias.conftest import PROGRAMS
from tests.project.processes import WAIT_SECONDS
from tests.project.tutorial_project import Tutorial
from tests.support.docs import blocks_of
from tests.support.http_client import HttpClient
from tests.support.ports import free_port

CLEAN = "System check identified no issues (0 silenced).\n"
APPLICATION = "mysite.asgi:application"
SERVERS = {
    "runserver": ("manage.py", "runserver", "--noreload", "127.0.0.1:{port}"),
    "uvicorn": ("-m", "uvicorn", APPLICATION, "--port", "{port}"),
    "daphne": ("-m", "daphne", APPLICATION, "--port", "{port}"),
    "hypercorn": ("-m", "hypercorn", APPLICATION, "--bind", "127.0.0.1:{port}"),
    "granian": ("-m", "granian", APPLICATION, "--interface=asgi", "--port={port}"),
}
CONVERSIONS = {
    "as it is": lambda tutorial: None,
    "by the settings": Tutorial.convert_by_settings,
    "by install()": Tutorial.convert_by_install,
    "only the router": Tutorial.convert_router,
    "back again": Tutorial.convert_and_go_back,
}
WHOLE_PACKAGE = ["by the settings", "by install()"]
# It has a `sitecustomize` that hides the distribution.
WITHOUT_CHANNELS = str(PROGRAMS / "without_channels")


@pytest.fixture(scope="module")
def tutorials(tmp_path_factory):
    """Return the project in each state, made once and migrated."""
    made = {}

    def get(conversion):
        if conversion not in made:
            tutorial = Tutorial(tmp_path_factory.mktemp("tutorial") / "mysite")
            CONVERSIONS[conversion](tutorial)
            if conversion == "by install()":
                # Part 2 of the tutorial, for which the others have part 3.
                tutorial.use_synchronous_consumers()
            done = tutorial.manage("migrate", "--verbosity", "0")
            assert (done.returncode, done.stdout) == (0, ""), done.stderr
            made[conversion] = tutorial
        return made[conversion]

    return get


@pytest.fixture(params=["beside channels", "without channels"])
def environment(request):
    """The environment of processes with ``channels`` installed, then without."""
    path = [*filter(None, sys.path)]
    if request.param.startswith("without"):
        path.insert(0, WITHOUT_CHANNELS)
    return {"PYTHONPATH": os.pathsep.join(path)}


@pytest.mark.parametrize("conversion", WHOLE_PACKAGE)
@pytest.mark.parametrize("server", SERVERS)
async def test_a_server_lets_two_people_chat(
    tutorials, environment, conversion, server
):
    await _chat(tutorials(conversion), server, environment)


@pytest.mark.parametrize("conversion", ["as it is", "only the router", "back again"])
async def test_it_is_a_project_that_works_with_channels(tutorials, conversion):
    await _chat(tutorials(conversion), "uvicorn", {})


async def test_the_lines_of_the_readme_switch_it(tmp_path, environment):
    pytest.importorskip("libcst")
    tutorial = Tutorial(tmp_path / "mysite")
    install, *lines = next(
        block.text.splitlines()
        for block in blocks_of("README.md")
        if block.language == "console"
    )
    assert install == 'pip install "channels_fast[upgrade]"'
    codes = []
    for line in lines:
        program, *arguments = shlex.split(line, comments=True)
        where = "manage.py" if program == "python" else "-m"
        if program == "python":
            assert arguments.pop(0) == where
        else:
            arguments.insert(0, "channels_fast")
        codes.append(tutorial.manage(*arguments, program=where, **environment))
    # The first one shows that there is something to change.
    assert [done.returncode for done in codes] == [1, 0, 0], codes
    assert codes[-1].stdout == CLEAN
    tutorial.manage("migrate", "--verbosity", "0", **environment)
    await _chat(tutorial, "uvicorn", environment)


@pytest.mark.parametrize("conversion", WHOLE_PACKAGE)
def test_its_check_finds_nothing(tutorials, environment, conversion):
    done = tutorials(conversion).manage("check", **environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, CLEAN, "")


@pytest.mark.parametrize("conversion", WHOLE_PACKAGE)
def test_its_own_tests_pass(tutorials, environment, conversion):
    done = tutorials(conversion).manage("test", "chat.tests", **environment)
    assert done.returncode == 0, done.stderr
    assert "Ran 2 tests" in done.stderr


async def _chat(tutorial, server, environment):
    """Have two people chat in a room, and a third be alone in another."""
    port = free_port()
    program, *arguments = (word.format(port=port) for word in SERVERS[server])
    with tutorial.start(*arguments, program=program, **environment) as running:
        running.wait_until(lambda: _listens(port), "listening")
        page = HttpClient(f"http://127.0.0.1:{port}").fetch("/chat/lobby/")
        assert page[0] == 200
        assert '<script id="room-name" type="application/json">"lobby"' in page[2]
        async with (
            _enter(port, "lobby") as one,
            _enter(port, "lobby") as two,
            _enter(port, "elsewhere") as third,
        ):
            await third.send(json.dumps({"message": "alone"}))
            assert await _next(third) == {"message": "alone"}
            await one.send(json.dumps({"message": "hello"}))
            assert await _next(one) == {"message": "hello"}
            assert await _next(two) == {"message": "hello"}
            await two.send(json.dumps({"message": "漢字 👋"}))
            assert await _next(one) == {"message": "漢字 👋"}
            await third.send(json.dumps({"message": "still"}))
            assert await _next(third) == {"message": "still"}
        assert "Traceback" not in running.log, running.log


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _enter(port, room):
    return connect(
        f"ws://127.0.0.1:{port}/ws/chat/{room}/",
        origin=f"http://127.0.0.1:{port}",
        proxy=None,
        open_timeout=WAIT_SECONDS,
    )


async def _next(opened):
    return json.loads(await asyncio.wait_for(opened.recv(), WAIT_SECONDS))
