"""Consumers with channels_redis on a Redis server, and what redis-py does to them."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support.redis_server import running_redis

PROGRAM = Path(__file__).parent / "programs" / "redis_clients.py"
#: Those of docs/deploying.md.
SETTINGS = {"socket_timeout": None, "max_connections": 10_000}


@pytest.fixture(scope="module")
def redis_port():
    with running_redis() as port:
        yield port


def run(layer, port, host):
    done = subprocess.run(
        [sys.executable, PROGRAM, "channels_fast", layer, str(port), json.dumps(host)],
        stdout=subprocess.PIPE,
        check=True,
        timeout=250,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("layer", ["core", "pubsub"])
def test_consumers_wait_join_together_and_end_at_once(redis_port, layer):
    found = run(layer, redis_port, SETTINGS)
    assert found == {"idle": "hello", "together": "all", "slow": 0}


def test_with_redis_py_8_the_page_on_deploying_names_what_goes_wrong(redis_port):
    assert int(version("redis").partition(".")[0]) >= 8
    found = run("core", redis_port, {})
    assert found["idle"] == "TimeoutError"
    assert found["together"].endswith("MaxConnectionsError")
    # A cancellation that redis-py loses is repeated.
    assert found["slow"] == 0
    page = (Path(__file__).parents[2] / "docs" / "deploying.md").read_text()
    for name in ("MaxConnectionsError", *SETTINGS):
        assert name in page
