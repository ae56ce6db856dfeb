"""
Packages written for ``channels``, unmodified, on ``channels_fast``.

Each program uses one for what it is for. Their own import of ``channels`` gets the
modules of this package, although pip has installed the other one beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.redis_server import ask, redis_process, running_redis

PROGRAMS = Path(__file__).parent / "programs"


def _run(tmp_path, program, *arguments):
    """Return the words that a program prints before it ends well."""
    process = subprocess.run(
        [sys.executable, str(PROGRAMS / program), *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout.split()


@pytest.fixture(scope="module")
def redis_port():
    """Return the port of a Redis server of our own."""
    with running_redis() as port:
        yield port


@pytest.fixture(scope="module")
def sentinel_port(redis_port, tmp_path_factory):
    """Return the port of a sentinel that watches the Redis server."""
    port = free_port()
    config = tmp_path_factory.mktemp("sentinel") / "sentinel.conf"
    config.write_text(
        f"port {port}\nbind 127.0.0.1\ndir {config.parent}\n"
        f"sentinel monitor service 127.0.0.1 {redis_port} 1\n"
    )

    def knows_the_server():
        answer = ask(port, "SENTINEL GET-MASTER-ADDR-BY-NAME service")
        return str(redis_port).encode() in answer

    with redis_process(str(config), "--sentinel", ready=knows_the_server):
        yield port


@pytest.fixture
def address(redis_port):
    return {"hosts": [f"redis://127.0.0.1:{redis_port}/0"], "capacity": 20}


@pytest.fixture
def sentinel_address(sentinel_port):
    host = {"sentinels": [["127.0.0.1", sentinel_port]], "master_name": "service"}
    return {"hosts": [host], "capacity": 20}


CORE = "channels_redis.core.RedisChannelLayer"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"


def test_channels_redis_core(tmp_path, address):
    out = _run(tmp_path, "chat_over_a_layer.py", CORE, json.dumps(address))
    assert out == ["full", "chatted"]


def test_channels_redis_pubsub(tmp_path, address):
    del address["capacity"]
    out = _run(tmp_path, "chat_over_a_layer.py", PUBSUB, json.dumps(address))
    assert out == ["chatted"]


def test_channels_redis_core_by_a_sentinel(tmp_path, sentinel_address):
    out = _run(tmp_path, "chat_over_a_layer.py", CORE, json.dumps(sentinel_address))
    assert out == ["full", "chatted"]


def test_channels_redis_pubsub_by_a_sentinel(tmp_path, sentinel_address):
    del sentinel_address["capacity"]
    out = _run(tmp_path, "chat_over_a_layer.py", PUBSUB, json.dumps(sentinel_address))
    assert out == ["chatted"]


def test_channels_valkey_pubsub(tmp_path, address):
    """Valkey and Redis share a protocol, and this layer needs no more than that."""
    [host] = address["hosts"]
    config = json.dumps({"hosts": [host.replace("redis:", "valkey:")]})
    backend = "channels_valkey.pubsub.ValkeyPubSubChannelLayer"
    assert _run(tmp_path, "chat_over_a_layer.py", backend, config) == ["chatted"]


def test_channels_valkey_core_is_a_layer_of_this_package(tmp_path):
    assert _run(tmp_path, "layer_classes.py") == ["a", "layer"]


def test_djangochannelsrestframework(tmp_path):
    assert _run(tmp_path, "rest_over_websockets.py") == ["observed"]


def test_strawberry(tmp_path):
    assert _run(tmp_path, "graphql_api.py") == ["subscribed"]
