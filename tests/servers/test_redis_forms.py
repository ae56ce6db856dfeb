"""Each way in which channels_redis reaches Redis, between two processes."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from channels_redis.core import RedisChannelLayer

from tests.support.asgi_server import listens
from tests.support.certificates import write_certificate
from tests.support.layer_members import members
from tests.support.ports import free_port
from tests.support.redis_server import ask, redis_process, running_redis

ROOT = Path(__file__).parents[2]
LAYERS = {
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}
#: Those of tests/servers/programs/layer_members.py.
GROUPS = ["coffee", "juice", "lemonade", "milk", "tea", "water"]
#: Those of docs/deploying.md.
LIMITS = {"socket_timeout": None, "max_connections": 10_000}
PASSWORD = "a-long-password"
QUIET = ("--bind", "127.0.0.1", "--save", "", "--logfile", "")
FAILOVER_TURNS = 600


@pytest.fixture(params=LAYERS)
def kind(request):
    return request.param


def layer_of(kind, *hosts, **options):
    hosts = [{**LIMITS, **host} for host in hosts]
    return {"BACKEND": LAYERS[kind], "CONFIG": {"hosts": hosts, **options}}


def check_that_messages_pass(kind, layer, names=True):
    """Send between two processes: to groups, to a worker, and back to one consumer."""
    with members(layer) as here, members(layer) as there:
        assert here.do("join", "boss") == "done"
        assert there.do("join", "clerk") == "done"
        for group in GROUPS:
            assert here.do("say", group, f"to {group}") == "done"
        for process, name in (here, "boss"), (there, "clerk"):
            expected = [("got", name, f"to {group}") for group in GROUPS]
            assert process.next_of(len(GROUPS)) == expected
        if names and kind == "core":  # the other layer has no names for workers
            assert there.do("work") == "done"
            assert here.do("order", "tea") == "done"
            assert here.next() == ("got", "boss", "done: tea")


def answer_to_join(layer):
    with members(layer) as process:
        return process.do("join", "stranger")


def test_a_unix_socket(kind, tmp_path):
    path = tmp_path / "redis"
    options = ("--port", "0", "--unixsocket", str(path))
    with redis_process(*QUIET, *options, ready=path.exists):
        layer = layer_of(kind, {"address": f"unix://{path}"})
        check_that_messages_pass(kind, layer)


def test_a_user_with_a_password_and_no_more_rights_than_needed(kind):
    port = free_port()
    rights = ["~asgi*", "&asgi*", "+@all", "-@admin", "-@dangerous"]
    user = ("--user", "chat", "on", f">{PASSWORD}", *rights)
    options = ("--port", str(port), "--requirepass", "another")
    asks = {"host": "127.0.0.1", "port": port, "username": "chat"}
    with redis_process(
        *QUIET, *options, *user, ready=lambda: b"NOAUTH" in ask(port, "PING")
    ):
        layer = layer_of(kind, {**asks, "password": PASSWORD})
        check_that_messages_pass(kind, layer)
        strangers = layer_of(kind, {**asks, "password": "wrong"})
        assert answer_to_join(strangers) == "AuthenticationError"


def test_tls_with_a_certificate_of_ones_own(kind, tmp_path):
    port = free_port()
    certificate, key = write_certificate(tmp_path)
    options = [
        *("--port", "0", "--tls-port", str(port), "--tls-auth-clients", "no"),
        *("--tls-cert-file", str(certificate), "--tls-key-file", str(key)),
        *("--tls-ca-cert-file", str(certificate)),
    ]
    address = f"rediss://127.0.0.1:{port}"
    with redis_process(*QUIET, *options, ready=lambda: listens(port)):
        trusting = {"address": address, "ssl_ca_certs": str(certificate)}
        check_that_messages_pass(kind, layer_of(kind, trusting))
        stranger = layer_of(kind, {"address": address})
        assert answer_to_join(stranger) == "ConnectionError"


def test_two_shards_have_some_of_the_groups_each(kind):
    with running_redis() as first, running_redis() as second:
        ports = (first, second)
        hosts = [{"address": f"redis://127.0.0.1:{port}"} for port in ports]
        layer = layer_of(kind, *hosts)
        check_that_messages_pass(kind, layer, names=False)
        with members(layer) as process:
            assert process.do("join", "one") == "done"
            for port in ports:
                if kind == "core":
                    assert b"asgi:group:" in ask(port, "KEYS *")
                else:
                    assert b"asgi__group__" in ask(port, "PUBSUB CHANNELS")


async def test_what_the_page_says_of_messages_to_one_consumer_with_two_shards():
    with running_redis() as first, running_redis() as second:
        ports = (first, second)
        hosts = [{**LIMITS, "address": f"redis://127.0.0.1:{port}"} for port in ports]
        layer = RedisChannelLayer(hosts=hosts)
        try:
            names = [await layer.new_channel() for _ in range(40)]
            for name in names:
                await layer.send(name, {"type": "say"})
            [inbox] = {name.partition("!")[0] + "!" for name in names}
            waiting = [int(ask(port, f"ZCARD asgi{inbox}")[1:]) for port in ports]
            # The layer reads an inbox from one of the shards only.
            assert sum(waiting) == 40
            assert all(waiting)
        finally:
            await layer.close_pools()
    page = (ROOT / "docs" / "deploying.md").read_text()
    assert "does not reach" in page


def test_encrypted_messages(kind):
    with running_redis() as port:
        host = {"address": f"redis://127.0.0.1:{port}"}
        layer = layer_of(kind, host, symmetric_encryption_keys=["new", "old"])
        check_that_messages_pass(kind, layer)
        # A process that has only the key of before is heard as well.
        old = layer_of(kind, host, symmetric_encryption_keys=["old"])
        with members(layer) as here, members(old) as there:
            assert here.do("join", "boss") == "done"
            assert there.do("say", "tea", "from before") == "done"
            assert here.next() == ("got", "boss", "from before")
            if kind == "core":  # no worker is there to take it away
                assert here.do("order", "a secret") == "done"
                stored = ask(port, "ZRANGE asgiwork 0 -1")
                assert stored.startswith(b"*1")
                assert b"secret" not in stored


@contextlib.contextmanager
def sentinel_with_a_replica(folder):
    """Yield the port of a sentinel, and the process of the master."""
    ports = [free_port() for _ in range(3)]
    master, replica, sentinel = map(str, ports)
    settings = folder / "sentinel.conf"
    settings.write_text(
        f"port {sentinel}\nbind 127.0.0.1\n"
        f"sentinel monitor chat 127.0.0.1 {master} 1\n"
        # It never takes a process for dead that is slow.
        "sentinel down-after-milliseconds chat 600000\n"
    )

    def replicates():
        return b"master_link_status:up" in ask(ports[1], "INFO replication")

    def sees_replica():
        return b"127.0.0.1:" + replica.encode() in ask(
            ports[2], "SENTINEL replicas chat"
        )

    with contextlib.ExitStack() as stack:
        start = stack.enter_context
        process = start(
            redis_process(
                *QUIET,
                *("--port", master, "--repl-diskless-sync-delay", "0"),
                ready=lambda: ask(ports[0], "PING") == b"+PONG\r\n",
            )
        )
        follows = ("--port", replica, "--replicaof", "127.0.0.1", master)
        start(redis_process(*QUIET, *follows, "--dir", str(folder), ready=replicates))
        start(redis_process(str(settings), "--sentinel", ready=sees_replica))
        yield ports[2], process


def sentinel_host(port):
    return {"sentinels": [["127.0.0.1", port]], "master_name": "chat"}


def test_a_sentinel_and_what_a_failover_ends(kind, tmp_path):
    with sentinel_with_a_replica(tmp_path) as (port, master):
        layer = layer_of(kind, sentinel_host(port))
        check_that_messages_pass(kind, layer)
        with members(layer) as here, members(layer) as there:
            assert here.do("join", "boss") == "done"
            assert there.do("join", "clerk") == "done"
            master.kill()
            repeat(lambda: ask(port, "SENTINEL FAILOVER chat") == b"+OK\r\n")
            if kind == "core":
                # Who waited for a message has nothing to wait for any more.
                for process, name in (here, "boss"), (there, "clerk"):
                    assert process.next() == ("ended", name, "ConnectionError")
                repeat(lambda: there.do("join", "heir") == "done")
                assert here.do("say", "tea", "hello") == "done"
                assert there.next() == ("got", "heir", "hello")
            else:
                # Who is there stays, and hears what is said from then on.
                def heard():
                    here.do("say", "tea", "hello")
                    return there.has_next()

                repeat(heard)
                assert there.next() == ("got", "clerk", "hello")


def repeat(attempt):
    for _ in range(FAILOVER_TURNS):
        if attempt():
            return
        time.sleep(0.1)
    raise AssertionError("the sentinel made no replica a master")
