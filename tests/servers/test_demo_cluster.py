"""The demo as two servers and a worker behind nginx, with Redis and a database."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import pytest

from tests.servers.test_demo import log_in_all, open_socket, room
from tests.support.demo_cluster import DemoCluster
from tests.support.demo_server import DEMO, PASSWORDS
from tests.support.http_client import HttpClient

DEPLOY = DEMO / "deploy"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    running = DemoCluster(tmp_path_factory.mktemp("cluster"))
    yield running
    running.stop()
    assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="module")
def cookies(cluster):
    return log_in_all(cluster.address)


def is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


async def test_people_of_both_servers_see_each_other(cluster, cookies):
    async with (
        open_socket(cluster, room("both"), cookies["alice"]) as alice,
        open_socket(cluster, room("both"), cookies["bob"]) as bob,
    ):
        await alice.people_become("alice", "bob")
        await alice.say("to the other server")
        message = (await bob.next("message"))["message"]
        assert (message["author"], message["text"]) == ("alice", "to the other server")
        await bob.say("and back")
        while (await alice.next("message"))["message"]["text"] != "and back":
            pass


async def test_what_was_said_is_in_the_database_of_both_servers(cluster, cookies):
    async with open_socket(cluster, room("kept"), cookies["alice"]) as alice:
        await alice.next("history")
        await alice.say("kept")
        await alice.next("message")
        for _ in range(2):  # nginx takes turns
            async with open_socket(cluster, room("kept"), cookies["bob"]) as bob:
                assert await bob.texts() == ["kept"]


async def test_the_worker_rolls_the_dice(cluster, cookies):
    async with open_socket(cluster, room("dice"), cookies["alice"]) as alice:
        await alice.say("/roll")
        message = (await alice.next("message"))["message"]
    assert re.fullmatch(r"🎲 [1-6]", message["text"])


async def test_dice_that_were_asked_for_without_a_worker_are_rolled_later(
    cluster, cookies
):
    async with open_socket(cluster, room("later"), cookies["alice"]) as alice:
        await alice.next("history")
        old = cluster.pid("worker")
        cluster.kill("worker")
        await asyncio.to_thread(cluster.wait_for_log, "worker ended with -9")
        await alice.say("/roll")
        await asyncio.to_thread(cluster.wait_for_restart, "worker", old)
        assert (await alice.next("message"))["message"]["text"].startswith("🎲")


async def test_a_killed_server_loses_its_own_sockets_only(cluster, cookies):
    async with (
        open_socket(cluster, room("killed"), cookies["alice"]) as alice,
        open_socket(cluster, room("killed"), cookies["bob"]) as bob,
    ):
        await alice.people_become("alice", "bob")
        old = cluster.pid("web-1")
        cluster.kill("web-1")
        lost = [asyncio.ensure_future(tab.socket.wait_closed()) for tab in (alice, bob)]
        done, _ = await asyncio.wait(lost, return_when=asyncio.FIRST_COMPLETED)
        left = bob if lost[0] in done else alice
        assert len(done) == 1
        for task in lost:
            task.cancel()
        # A browser comes back at once, to the server that is left.
        async with open_socket(cluster, room("killed"), cookies["alice"]) as again:
            await again.next("history")
            await left.say("still here")
            assert (await again.next("message"))["message"]["text"] == "still here"
        await asyncio.to_thread(cluster.wait_for_restart, "web-1", old)
        cluster.wait_for_log("web-1 ended with -9")


def test_who_reads_a_process_id_while_it_changes_reads_a_whole_one(cluster):
    """Its file is replaced: one that was open before has the id of before."""
    old = cluster.pid("worker")
    with (cluster.folder / "worker.process").open() as opened:
        cluster.kill("worker")
        cluster.wait_for_restart("worker", old)
        assert opened.read() == str(old)


async def test_a_page_of_another_site_is_refused(cluster, cookies):
    with pytest.raises(Exception, match="HTTP 403"):
        async with open_socket(
            cluster, room("x"), cookies["alice"], origin="http://evil.example"
        ):
            pass


@pytest.mark.parametrize(
    "value", ['"' + r"\000" * 9 + '"', "x" * 5000, '"' + r"\377" * 9 + '"', "../x/../y"]
)
async def test_a_session_cookie_that_the_database_cannot_know_is_no_session(
    cluster, value
):
    with pytest.raises(Exception, match="HTTP 403"):
        async with open_socket(cluster, room("x"), f"sessionid={value}"):
            pass


def test_nginx_serves_the_files(cluster):
    status, _, text = HttpClient(cluster.address).fetch("/static/chat/chat.css")
    assert status == 200
    assert "--" in text


def test_all_processes_are_there(cluster):
    expected = {"redis", "postgres", "web-1", "web-2", "worker", "nginx"}
    assert cluster.names() == expected
    assert all(map(is_alive, cluster.pids().values()))


async def test_ctrl_c_closes_the_sockets_and_leaves_no_process(tmp_path):
    cluster = DemoCluster(tmp_path)
    try:
        client = HttpClient(cluster.address)
        assert client.login("alice", PASSWORDS["alice"]) == 200
        async with open_socket(cluster, room("end"), client.cookie_header) as alice:
            await alice.next("history")
            pids, folder = cluster.pids(), cluster.folder
            await asyncio.to_thread(cluster.stop)
            await asyncio.wait_for(alice.socket.wait_closed(), 30)
            assert alice.socket.close_code == 1012  # the server goes, come back
    finally:
        cluster.stop()
    assert cluster.process.returncode == 0
    assert not any(map(is_alive, pids.values()))
    assert not folder.exists()
    assert "Traceback" not in cluster.log, cluster.log


def test_without_postgresql_the_database_is_sqlite(tmp_path, monkeypatch):
    # Only what is needed is on the path, and Debian's folder is not looked into.
    tools = tmp_path / "tools"
    tools.mkdir()
    for program in ("redis-server", "nginx"):
        for folder in (*os.get_exec_path(), "/usr/sbin"):
            if Path(folder, program).exists():
                (tools / program).symlink_to(Path(folder, program))
                break
    monkeypatch.setenv("CHAT_POSTGRES_BINARIES", str(tools))
    cluster = DemoCluster(tmp_path, path=str(tools))
    try:
        assert "PostgreSQL is not there: the database is SQLite." in cluster.log
        assert "postgres" not in cluster.names()
        assert HttpClient(cluster.address).login("bob", PASSWORDS["bob"]) == 200
    finally:
        cluster.stop()


def test_compose_runs_what_the_systemd_units_run():
    compose = (DEPLOY / "compose.yaml").read_text()
    for unit in ("chat-web@.service", "chat-worker.service"):
        text = (DEPLOY / unit).read_text()
        command = re.search(r"^ExecStart=\S+/(python .*)$", text, re.M)[1]
        socket = "--uds %t/chat/web-%i.sock"
        command = command.replace(socket, "--host 0.0.0.0 --port 8000")
        assert f"command: {command}\n" in compose
