"""What is known of versions that fail, alone or together."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from channels_fast.checks import registered
from channels_fast.checks import versions as module
from channels_fast.checks.versions import MINIMUMS, installed, known_problems

ROOT = Path(__file__).parents[2]
REDIS_8 = {"channels_redis": "4.3.0", "redis": "8.1.0"}


def layers(hosts, backend="channels_redis.core.RedisChannelLayer"):
    config = {} if hosts is None else {"hosts": hosts}
    entry = {"BACKEND": backend, "CONFIG": config}
    return SimpleNamespace(CHANNEL_LAYERS={"default": entry})


def causes(versions, settings=None):
    return [problem.cause for problem in known_problems(versions, settings)]


def test_installed_names_python_and_the_packages_that_are_there():
    found = installed()
    assert found["Python"] == ".".join(map(str, sys.version_info[:3]))
    assert found["Django"] == metadata.version("Django")
    assert "aioredis" not in found


def test_nothing_is_imported_to_find_the_versions():
    program = (
        "import sys; from channels_fast.checks.versions import installed; installed()\n"
        "print(sorted({'redis', 'channels_redis', 'uvicorn', 'daphne', 'twisted'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_the_minimums_are_those_of_the_package():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = dict(re.findall(r'"(\w+)>=([\d.]+)"', text))
    for name in ("maturin", "libcst"):  # no project runs on them
        wanted.pop(name, None)
    assert wanted == MINIMUMS


@pytest.mark.parametrize("name", MINIMUMS)
def test_a_package_older_than_the_minimum_is_a_problem(name):
    assert causes({name: MINIMUMS[name]}) == []
    assert causes({name: f"{MINIMUMS[name]}.0"}) == []
    [problem] = known_problems({name: "1.99rc1"}, None)
    assert problem.cause.startswith(f"{name} 1.99rc1 is older than {MINIMUMS[name]}")
    assert problem.cure.endswith(f'pip install "{name}>={MINIMUMS[name]}".')


@pytest.mark.parametrize(
    "hosts",
    [
        None,
        [],
        [("localhost", 6379)],
        ["redis://localhost:6379/1"],
        [{"host": "localhost", "port": 6379}],
        [{"address": "rediss://localhost:6379"}],
        [{"sentinels": [("localhost", 26379)], "master_name": "mymaster"}],
        [{"host": "a", "socket_timeout": 30}, ("b", 6379)],
    ],
)
def test_redis_8_needs_two_settings_in_each_form_of_the_hosts(hosts):
    timeout, connections, *shards = causes(REDIS_8, layers(hosts))
    assert timeout.startswith("channels_redis 4.3.0 with redis 8.1.0: ")
    assert "TimeoutError after five idle seconds" in timeout
    assert "the others fail with MaxConnectionsError" in connections
    assert causes({**REDIS_8, "redis": "7.4.0"}, layers(hosts)) == [
        cause.replace("redis 8.1.0", "redis 7.4.0") for cause in shards
    ]


@pytest.mark.parametrize(
    "hosts",
    [
        [{"host": "localhost", "port": 6379, "socket_timeout": 30}],
        [{"host": "localhost", "port": 6379, "socket_timeout": None}],
        ["redis://localhost:6379?socket_timeout=30"],
        [{"address": "redis://localhost:6379?db=1&socket_timeout=30"}],
        [{"address": "redis://localhost:6379", "socket_timeout": 30}],
    ],
)
def test_redis_8_with_a_longer_timeout_waits_for_messages(hosts):
    [connections] = causes(REDIS_8, layers(hosts))
    assert "MaxConnectionsError" in connections


@pytest.mark.parametrize(
    "host",
    [
        {"host": "localhost", "socket_timeout": None, "max_connections": 10_000},
        "redis://localhost:6379?socket_timeout=30&max_connections=500",
    ],
)
def test_redis_8_with_both_settings_is_fine(host):
    assert causes(REDIS_8, layers([host])) == []


def test_an_address_that_is_no_url_is_left_to_the_layer():
    timeout, _ = causes(REDIS_8, layers(["redis://:pa[ss@host:6379"]))
    assert "TimeoutError" in timeout


@pytest.mark.parametrize("redis", ["5.0.0", "8.1.0"])
@pytest.mark.parametrize("host", [{"socket_timeout": 5}, "redis://a?socket_timeout=2"])
def test_a_timeout_that_is_no_longer_than_the_wait_is_a_problem(redis, host):
    found = causes({**REDIS_8, "redis": redis}, layers([host]))
    [cause] = [cause for cause in found if "TimeoutError" in cause]
    assert '"socket_timeout" in CHANNEL_LAYERS is not longer' in cause


@pytest.mark.parametrize(
    "settings",
    [
        SimpleNamespace(),
        SimpleNamespace(CHANNEL_LAYERS=[]),
        SimpleNamespace(CHANNEL_LAYERS={"default": "redis"}),
        layers(map(str, ["redis://localhost"])),
        layers(None, "channels_redis.pubsub.RedisPubSubChannelLayer"),
        layers(None, "channels_fast.layers.InMemoryChannelLayer"),
    ],
)
def test_redis_8_is_fine_where_no_layer_waits_for_it(settings):
    assert causes(REDIS_8, settings) == []


@pytest.mark.parametrize(
    ("versions", "start"),
    [
        ({"channels_redis": "4.0.0", "redis": "4.3.6"}, "a command that is cancelled"),
        ({"channels_redis": "4.1.0", "redis": "4.5.3"}, "a command that is cancelled"),
        ({"channels_redis": "4.1.0", "redis": "4.4.4"}, None),
        ({"channels_redis": "4.1.0", "redis": "4.5.4"}, None),
        ({"channels_redis": "3.4.1", "aioredis": "2.0.1"}, "channels_redis 3 calls"),
        ({"channels_redis": "3.4.1", "aioredis": "1.3.1"}, None),
        ({"uvicorn": "0.13.4", "websockets": "17.4"}, "every WebSocket is answered"),
        ({"uvicorn": "0.14.0", "websockets": "17.4"}, None),
        ({"uvicorn": "0.13.4", "websockets": "16.0"}, None),
        (
            {"Python": "3.10.0", "uvicorn": "0.15", "websockets": "9.1"},
            "no WebSocket can be opened",
        ),
        ({"Python": "3.9.18", "uvicorn": "0.15", "websockets": "9.1"}, None),
        ({"Python": "3.11.2", "websockets": "9.1"}, None),
        ({"granian": "2.8.7"}, "close() of a consumer that has a channel layer"),
        ({"granian": "2.8.9"}, None),
        ({"uvicorn": "0.54.0"}, "it takes each WebSocket for an HTTP request"),
        ({"uvicorn": "0.54.0", "wsproto": "1.3.2"}, None),
        ({"uvicorn": "0.54.0", "daphne": "4.2.3"}, None),
    ],
)
def test_versions_that_fail_together_are_named(versions, start):
    found = causes(versions, SimpleNamespace())
    if start is None:
        assert found == []
        return
    [cause] = found
    names = " with ".join(f"{name} {versions[name]}" for name in versions)
    assert cause.startswith(f"{names}: {start}")


def test_who_cannot_have_a_newer_granian_is_told_of_another_server():
    [problem] = known_problems({"Python": "3.9.18", "granian": "2.5.7"}, None)
    assert "There is none for Python 3.9: take another server" in problem.cure


def test_the_check_warns_in_commands_that_import_the_application(monkeypatch):
    monkeypatch.setattr(module, "installed", lambda: {"daphne": "2.5.0"})
    assert registered.check_versions(None) == []
    with registered.importing_application():
        [message] = registered.check_versions(None)
    assert message.id == "channels_fast.W012"
    assert message.msg.startswith("daphne 2.5.0 is older than 3.0.2")
    assert message.hint == 'Install a newer one: pip install "daphne>=3.0.2".'


@pytest.mark.parametrize("version", ["3.4.1", "4.3.0"])
def test_a_layer_with_several_hosts_loses_messages_to_one_consumer(version):
    host = {"host": "a", "socket_timeout": 30, "max_connections": 500}
    found = causes({"channels_redis": version}, layers([host, host]))
    assert [cause.partition(",")[0] for cause in found] == [
        f"channels_redis {version}: with several hosts"
    ]
    two_layers = layers([host])
    two_layers.CHANNEL_LAYERS["other"] = two_layers.CHANNEL_LAYERS["default"]
    pubsub = "channels_redis.pubsub.RedisPubSubChannelLayer"
    for settings in (layers([host]), two_layers, layers([host, host], pubsub)):
        assert causes({"channels_redis": version}, settings) == []


@pytest.mark.parametrize(
    ("python", "hypercorn", "starts"),
    [("3.11.7", "0.11.2", False), ("3.11.7", "0.12.0", True), ("3.9.18", "0.10", True)],
)
def test_an_old_hypercorn_does_not_start_on_python_3_10(python, hypercorn, starts):
    found = causes({"Python": python, "hypercorn": hypercorn})
    assert any("does not start" in cause for cause in found) != starts
