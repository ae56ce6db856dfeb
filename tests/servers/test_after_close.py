"""Consumers that go on after close(), under uvicorn and under daphne."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.support.any_server import wait_until
from tests.support.asgi_server import SERVERS, serving
from tests.support.patience import WAIT_SECONDS

PROGRAMS = Path(__file__).parent / "programs"

# What is said about each consumer of the program.
LINES = {
    "DisconnectNeedsConnect": "disconnect() failed after connect() had called close()",
    "SyncDisconnectNeedsConnect": "disconnect() failed after connect() had called",
    "AcceptAfterClose": "accept() was called after close()",
    "CloseTwice": "close() was called after close()",
    "SendAfterClose": "send() was called after close()",
    "CloseInDisconnect": None,
}
LINE = r"after_close_asgi\.\w+\.\w+\(\) .*"
ERROR = r"(?m)^\w+(?:Error|Exception): .*"
#: How many errors each server logs. Daphne drops what is sent after the end.
ERRORS = {"uvicorn": 4, "daphne": 2}


@pytest.fixture(scope="module", params=SERVERS)
def runs(request, tmp_path_factory):
    """What clients saw, and the log: with channels, and with this package."""
    directory = tmp_path_factory.mktemp(request.param)
    found = []
    for package in ("channels", "channels_fast"):
        with serving(
            request.param,
            "after_close_asgi:application",
            PROGRAMS,
            log_file=directory / package,
            PACKAGE=package,
        ) as server:
            seen = {name: asyncio.run(visit(server, name)) for name in LINES}
            told = sum(map(bool, LINES.values())) if package == "channels_fast" else 0
            found.append((seen, whole_log(server, ERRORS[request.param], told)))
    return found


async def visit(server, name):
    """Return the status of a refusal, or the code with which the connection ended."""
    address = f"ws://127.0.0.1:{server.port}/{name}/"
    try:
        async with connect(address, proxy=None, open_timeout=WAIT_SECONDS) as opened:
            if name != "CloseInDisconnect":
                await asyncio.wait_for(opened.wait_closed(), WAIT_SECONDS)
        return opened.close_code
    except InvalidStatus as refused:
        return refused.response.status_code


def whole_log(server, errors, told):
    """
    Return the log when nothing more comes: a server logs after it has answered.

    Args:
        errors: How many errors the server logs.
        told: How many lines are about consumers.
    """
    wait_until(lambda: len(re.findall(ERROR, server.log)) >= errors, server.log)
    wait_until(lambda: len(re.findall(LINE, server.log)) >= told, server.log)
    log = None
    while log != server.log:
        log = server.log
        time.sleep(1)
    return log


def test_clients_see_what_they_see_with_channels(runs):
    (theirs, _), (ours, _) = runs
    assert ours == theirs
    assert ours["DisconnectNeedsConnect"] == 403
    assert ours["SendAfterClose"] == 4000


def test_the_server_logs_the_errors_that_it_logs_with_channels(runs):
    theirs, ours = (sorted(re.findall(ERROR, log)) for _, log in runs)
    assert ours == theirs
    assert "AttributeError: 'DisconnectNeedsConnect' object has no attribute" in str(
        ours
    )


@pytest.mark.parametrize("name", LINES)
def test_the_consumer_and_its_method_are_named_once(runs, name):
    (_, theirs), (_, ours) = runs
    lines = rf"after_close_asgi\.{name}\.(\w+\(\) .*)"
    assert re.findall(lines, theirs) == []
    told = re.findall(lines, ours)
    assert len(told) == (LINES[name] is not None)
    assert all(line.startswith(LINES[name]) for line in told)
