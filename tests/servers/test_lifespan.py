"""The lifespan protocol under the servers that speak it."""

from __future__ import annotations

import signal
import urllib.request
from pathlib import Path

import pytest

from tests.support.asgi_server import serving, starting
from tests.support.docs import write_examples

APPLICATION = "lifespan_asgi:application"
# As strict as they can be about an application without a lifespan.
OPTIONS = {"uvicorn": ("--lifespan", "on"), "hypercorn": (), "granian": ()}


def arguments(kind, log_file, mode):
    """Return those of `starting()` and `serving()`."""
    programs = Path(__file__).parent / "programs"
    return (kind, APPLICATION, programs), {
        "log_file": log_file,
        "options": OPTIONS[kind],
        "MODE": mode,
    }


def get(port):
    address = f"http://127.0.0.1:{port}/"
    with urllib.request.urlopen(address, timeout=30) as response:
        return response.read().decode()


@pytest.mark.parametrize("kind", OPTIONS)
def test_no_server_warns_of_an_application_without_a_lifespan(kind, tmp_path):
    log_file = tmp_path / "log"
    where, how = arguments(kind, log_file, "absent")
    with serving(*where, **how) as server:
        assert get(server.port) == "no state"
    log = log_file.read_text().lower()
    for word in ("lifespan", "warning", "error", "traceback", "unsupported"):
        assert word not in log, log


@pytest.mark.parametrize("kind", OPTIONS)
def test_a_context_surrounds_the_life_of_the_server(kind, tmp_path):
    log_file = tmp_path / "log"
    where, how = arguments(kind, log_file, "state")
    with serving(*where, **how) as server:
        assert get(server.port) == "hello from the lifespan"
        assert log_file.read_text().count("context entered") == 1
        assert "context left" not in log_file.read_text()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=30)
    assert log_file.read_text().count("context left") == 1


@pytest.mark.parametrize("kind", OPTIONS)
def test_a_context_that_fails_ends_the_start_with_its_own_error(kind, tmp_path):
    log_file = tmp_path / "log"
    where, how = arguments(kind, log_file, "fails")
    with starting(*where, **how) as server:
        # Hypercorn ends with 0 all the same.
        server.process.wait(timeout=30)
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
