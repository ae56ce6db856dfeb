"""The consumer of docs/events.md, under uvicorn and under daphne."""

from __future__ import annotations

import http.client
import json
import re
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.asgi_server import SERVERS, serving
from tests.support.patience import WAIT_SECONDS

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture(params=SERVERS)
def server(request, tmp_path):
    page = (ROOT / "docs" / "events.md").read_text()
    example = re.search(r"```python\n(from .*?)```", page, re.DOTALL).group(1)
    (tmp_path / "documented_events.py").write_text(example)
    with serving(
        request.param,
        "events_asgi:application",
        PROGRAMS,
        tmp_path,
        log_file=tmp_path / "log",
    ) as server:
        yield server
        assert "Traceback" not in server.log, server.log


def open_request(server, path, body=None):
    """Return the connection and the response, whose body may go on."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", server.port, timeout=WAIT_SECONDS
    )
    connection.request("POST", path, body)
    return connection, connection.getresponse()


def fetch(server, path, body=None):
    connection, response = open_request(server, path, body)
    with closing(connection):
        return response.read()


def read_event(response):
    """Return the next event of an open body, which ends with an empty line."""
    lines = iter(response.readline, b"\n")
    return b"".join(lines).decode().rstrip()


def wait_until_left(server, expected):
    """Wait until the server has nothing more than *expected*."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (left := json.loads(fetch(server, "/left/"))) != expected:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_events_reach_all_clients_until_they_go_and_leave_nothing(server):
    before = json.loads(fetch(server, "/left/"))
    opened = [open_request(server, "/events/") for _ in range(2)]
    for _, response in opened:
        assert response.getheader("content-type") == "text/event-stream"
        assert read_event(response) == ": welcome"
    for text in ("one", "two"):
        assert fetch(server, "/say/", text) == b"said"
        for _, response in opened:
            assert read_event(response) == f"data: {text}"
    left = json.loads(fetch(server, "/left/"))
    assert left["members"] == 2
    assert left["tasks"] > before["tasks"]
    for connection, response in opened:
        response.close()
        connection.close()
    wait_until_left(server, before)
    assert fetch(server, "/say/", "to nobody") == b"said"
