"""The lifespan protocol under the servers that speak it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.support.asgi_server import (
    environment_with,
    serving,
    wait_until_listening,
)
from tests.support.docs import write_examples
from tests.support.ports import free_port

APPLICATION = "lifespan_asgi:application"
# As strict as they can be about an application without a lifespan.
OPTIONS = {
    "uvicorn": ["--lifespan", "on", "--port"],
    "hypercorn": ["--bind"],
    "granian": ["--interface", "asgi", "--port"],
}


@contextlib.contextmanager
def started(kind, log_file, mode):
    """Start a server, and yield its process and its port."""
    port = free_port()
    address = f"127.0.0.1:{port}" if kind == "hypercorn" else str(port)
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", kind, *OPTIONS[kind], address, APPLICATION],
            env=environment_with(Path(__file__).parent / "programs", MODE=mode),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process, port
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def listening(kind, log_file, mode):
    """Start a server and wait for it."""
    with started(kind, log_file, mode) as (process, port):
        wait_until_listening(process, port, log_file)
        yield process, port


def get(port):
    address = f"http://127.0.0.1:{port}/"
    with urllib.request.urlopen(address, timeout=15) as response:
        return response.read().decode()


@pytest.mark.parametrize("kind", OPTIONS)
def test_no_server_warns_of_an_application_without_a_lifespan(kind, tmp_path):
    log_file = tmp_path / "log"
    with listening(kind, log_file, "absent") as (_, port):
        assert get(port) == "no state"
    log = log_file.read_text().lower()
    for word in ("lifespan", "warning", "error", "traceback", "unsupported"):
        assert word not in log, log


@pytest.mark.parametrize("kind", OPTIONS)
def test_a_context_surrounds_the_life_of_the_server(kind, tmp_path):
    log_file = tmp_path / "log"
    with listening(kind, log_file, "state") as (process, port):
        assert get(port) == "hello from the lifespan"
        assert log_file.read_text().count("context entered") == 1
        assert "context left" not in log_file.read_text()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
    assert log_file.read_text().count("context left") == 1


@pytest.mark.parametrize("kind", OPTIONS)
def test_a_context_that_fails_ends_the_start_with_its_own_error(kind, tmp_path):
    log_file = tmp_path / "log"
    with started(kind, log_file, "fails") as (process, _):
        # Hypercorn ends with 0 all the same.
        process.wait(timeout=30)
    assert "RuntimeError: the broker is down" in log_file.read_text()


def test_the_example_of_the_documentation_runs(tmp_path):
    write_examples("lifespan.md", tmp_path)
    log_file = tmp_path / "log"
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    root = Path(__file__).resolve().parents[2]
    with serving(
        "uvicorn",
        "mysite.asgi:application",
        tmp_path,
        root,
        log_file=log_file,
        **settings,
    ) as server:
        assert "starting" in server.log
