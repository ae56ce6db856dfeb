"""The limits of docs/limits.md, under uvicorn and under daphne."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.support.asgi_server import SERVERS, serving
from tests.support.patience import WAIT_SECONDS

PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture(params=SERVERS)
def server(request, tmp_path):
    with serving(
        request.param,
        "limits_asgi:application",
        PROGRAMS,
        log_file=tmp_path / "log",
    ) as server:
        yield server
        assert "Traceback" not in server.log, server.log


def open_socket(server, name):
    address = f"ws://127.0.0.1:{server.port}/{name}/"
    return connect(address, proxy=None, open_timeout=WAIT_SECONDS)


def fetch(server, path, body=b""):
    address = ("127.0.0.1", server.port)
    connection = http.client.HTTPConnection(*address, timeout=WAIT_SECONDS)
    with contextlib.closing(connection):
        connection.request("POST", path, body)
        response = connection.getresponse()
        return response.status, response.read()


def wait_for_log(server, *expected):
    """Wait until the consumers have logged what is expected, in this order."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (log := json.loads(fetch(server, "/log/")[1])) != [*expected]:
        assert time.monotonic() < deadline, log
        time.sleep(0.05)


def read_until_closed(client):
    with contextlib.suppress(ConnectionClosed):
        while True:
            client.recv(timeout=WAIT_SECONDS)


def leave_during_a_handler(server, name):
    with open_socket(server, name) as client:
        client.send("a")
        wait_for_log(server, "begins")


def test_the_disconnect_event_is_queued_by_default(server):
    leave_during_a_handler(server, "queue")
    fetch(server, "/go-on/")
    wait_for_log(server, "begins", "ends", "disconnect 1000")


def test_cancel_stops_the_handler_of_a_client_that_leaves(server):
    leave_during_a_handler(server, "cancel")
    wait_for_log(server, "begins", "is cancelled", "disconnect 1000")


def test_concurrent_disconnects_beside_the_handler(server):
    leave_during_a_handler(server, "concurrent")
    wait_for_log(server, "begins", "disconnect 1000")
    fetch(server, "/go-on/")
    wait_for_log(server, "begins", "disconnect 1000", "ends")


@pytest.mark.parametrize("name", ["cancel", "concurrent"])
def test_messages_that_wait_do_not_hide_that_the_client_leaves(server, name):
    with open_socket(server, name) as client:
        for _ in range(10):
            client.send("a")
        wait_for_log(server, "begins")
    cancelled = ["is cancelled"] if name == "cancel" else []
    wait_for_log(server, "begins", *cancelled, "disconnect 1000")


def test_handlers_run_at_the_same_time(server):
    with open_socket(server, "parallel") as client:
        for _ in range(5):
            client.send("a")
        wait_for_log(server, *["begins"] * 3)
        fetch(server, "/go-on/")
        wait_for_log(server, *["begins"] * 3, *["ends"] * 3, *["begins", "ends"] * 2)


@pytest.mark.parametrize(
    ("name", "frames", "code", "reason"),
    [
        ("size", ["1234567890", "12345678901"], 4413, "limits.max_message_size = 10"),
        ("size", [b"1" * 100_000], 4413, "limits.max_message_size = 10"),
        ("rate", ["a"] * 20, 4429, "limits.max_messages_per_second = 0.01"),
        ("idle", ["a"], 4408, "limits.idle_timeout = 0.3"),
        ("hanging", ["a"], 4503, "limits.handler_timeout = 0.3"),
    ],
)
def test_a_limit_closes_with_its_code(server, name, frames, code, reason):
    with open_socket(server, name) as client:
        # The server may close while they are being sent.
        with contextlib.suppress(ConnectionClosed):
            for frame in frames:
                client.send(frame)
        read_until_closed(client)
    assert client.close_code == code
    begun = ["begins", "is cancelled"] if name == "hanging" else []
    wait_for_log(server, *begun, f"disconnect {code}")
    assert server.log.count(f"({reason}). The connection was closed") == 1


def test_a_connection_whose_connect_hangs_is_refused(server):
    with pytest.raises(InvalidStatus) as caught, open_socket(server, "slow-connect"):
        pass
    assert caught.value.response.status_code == 403
    wait_for_log(server, "disconnect 1006")
    line = "(limits.handler_timeout = 0.3). The connection was refused"
    assert server.log.count(line) == 1


def test_a_request_that_hangs_or_is_too_large_is_answered(server):
    assert fetch(server, "/hanging/")[0] == 503
    assert fetch(server, "/hanging/", b"1" * 11)[0] == 413
