"""The demo project in the hands of real clients, under each server."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from contextlib import asynccontextmanager
from urllib.parse import quote

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.support.demo_server import DEMO, PASSWORDS, DemoServer
from tests.support.http_client import HttpClient
from tests.support.patience import WAIT_SECONDS


@pytest.fixture(scope="module", params=["uvicorn", "daphne", "hypercorn", "granian"])
def server(request, tmp_path_factory):
    """The demo under each server; no error may be in its log at the end."""
    demo = DemoServer(request.param, tmp_path_factory.mktemp(request.param))
    demo.start()
    yield demo
    demo.kill()
    # Daphne raises when a message meets a socket that has just closed, and logs it.
    closed = demo.log.count("application: Attempt to send on a closed protocol")
    assert demo.log.count("Traceback (most recent") == closed, demo.log


@pytest.fixture(scope="module")
def cookies(server):
    """The cookies of each user, logged in over HTTP."""
    return log_in_all(server.address)


def log_in_all(address):
    found = {}
    for name, password in PASSWORDS.items():
        client = HttpClient(address)
        assert client.login(name, password) == 200
        found[name] = client.cookie_header
        assert "sessionid=" in found[name]
    return found


class Tab:
    """One open socket, and what came over it."""

    def __init__(self, socket) -> None:
        self.socket = socket

    async def say(self, text: object) -> None:
        await self.socket.send(json.dumps({"text": text}))

    async def next(self, kind: str):
        """The next event of this kind; events of other kinds are passed over."""
        while True:
            text = await asyncio.wait_for(self.socket.recv(), WAIT_SECONDS)
            event = json.loads(text)
            if event["type"] == kind:
                return event

    async def people_become(self, *names: str) -> None:
        while (await self.next("people"))["people"] != sorted(names):
            pass

    async def texts(self) -> list[str]:
        return [message["text"] for message in (await self.next("history"))["messages"]]


@asynccontextmanager
async def open_socket(server, path, cookie=None, origin=None):
    headers = {} if cookie is None else {"Cookie": cookie}
    address = f"ws://127.0.0.1:{server.port}{path}"
    async with connect(
        address,
        additional_headers=headers,
        origin=origin or server.address,
        proxy=None,
        open_timeout=WAIT_SECONDS,
    ) as opened:
        yield Tab(opened)


def room(name: str) -> str:
    return f"/ws/chat/{quote(name, safe='')}/"


async def status_of(server, path, **kwargs) -> int:
    """The status that a refused handshake is answered with."""
    with pytest.raises(InvalidStatus) as refused:
        async with open_socket(server, path, **kwargs):
            pass
    return refused.value.response.status_code


async def test_a_message_is_answered_with_its_author(server, cookies):
    async with open_socket(server, room("answer"), cookies["alice"]) as alice:
        assert await alice.texts() == []
        await alice.say("  hello  ")
        message = (await alice.next("message"))["message"]
    assert (message["author"], message["text"]) == ("alice", "hello")


async def test_two_people_see_what_the_other_writes(server, cookies):
    async with (
        open_socket(server, room("pair"), cookies["alice"]) as alice,
        open_socket(server, room("pair"), cookies["bob"]) as bob,
    ):
        await alice.say("from alice")
        assert (await bob.next("message"))["message"]["text"] == "from alice"
        assert (await alice.next("message"))["message"]["text"] == "from alice"
        await bob.say("from bob")
        assert (await alice.next("message"))["message"]["author"] == "bob"


async def test_a_message_stays_in_its_room(server, cookies):
    async with (
        open_socket(server, room("here"), cookies["alice"]) as here,
        open_socket(server, room("there"), cookies["bob"]) as there,
    ):
        await here.say("only here")
        await here.next("message")
        await there.say("only there")
        assert (await there.next("message"))["message"]["text"] == "only there"


async def test_the_list_of_people_follows_joins_and_leaves(server, cookies):
    async with open_socket(server, room("people"), cookies["alice"]) as alice:
        await alice.people_become("alice")
        async with open_socket(server, room("people"), cookies["bob"]):
            await alice.people_become("alice", "bob")
        await alice.people_become("alice")


async def test_a_second_tab_keeps_its_person_in_the_room(server, cookies):
    async with open_socket(server, room("tabs"), cookies["alice"]) as alice:
        async with open_socket(server, room("tabs"), cookies["bob"]):
            async with open_socket(server, room("tabs"), cookies["bob"]):
                await alice.people_become("alice", "bob")
            await asyncio.sleep(0.3)
            await alice.say("is bob here?")
            await alice.next("message")
            async with open_socket(server, room("tabs"), cookies["alice"]) as again:
                await again.people_become("alice", "bob")
        await alice.people_become("alice")


async def test_a_vanished_client_leaves_the_room(server, cookies):
    async with (
        open_socket(server, room("vanish"), cookies["alice"]) as alice,
        open_socket(server, room("vanish"), cookies["bob"]) as bob,
    ):
        await alice.people_become("alice", "bob")
        # No close frame, while the server is busy sending to this client.
        for number in range(20):
            await alice.say(f"message {number}")
        bob.socket.transport.abort()
        await alice.people_become("alice")


async def test_history_is_there_after_a_reconnect(server, cookies):
    async with open_socket(server, room("history"), cookies["alice"]) as alice:
        for text in ("one", "two", "three"):
            await alice.say(text)
            await alice.next("message")
    async with open_socket(server, room("history"), cookies["alice"]) as again:
        assert await again.texts() == ["one", "two", "three"]


async def test_history_survives_a_killed_server(tmp_path, server):
    demo = DemoServer(server.kind, tmp_path)
    demo.start()
    try:
        client = HttpClient(demo.address)
        client.login("alice", PASSWORDS["alice"])
        async with open_socket(demo, room("crash"), client.cookie_header) as alice:
            await alice.say("remember me")
            await alice.next("message")
            demo.kill()
        demo.start()
        async with open_socket(demo, room("crash"), client.cookie_header) as again:
            assert await again.texts() == ["remember me"]
            await again.people_become("alice")
    finally:
        demo.kill()


@pytest.mark.parametrize("name", ["聊天室", "غرفة الشاي", "🎉", "two words", "50% ?#&"])
async def test_a_room_may_be_named_in_any_script(server, cookies, name):
    async with (
        open_socket(server, room(name), cookies["alice"]) as alice,
        open_socket(server, room(name), cookies["bob"]) as bob,
    ):
        await alice.say(f"in {name}")
        assert (await bob.next("message"))["message"]["text"] == f"in {name}"
    client = HttpClient(server.address)
    client.login("alice", PASSWORDS["alice"])
    status, _, page = client.fetch(f"/rooms/{quote(name, safe='')}/")
    assert status == 200
    assert f'data-room="{name.replace("&", "&amp;")}"' in page


async def test_composed_and_decomposed_letters_name_one_room(server, cookies):
    async with (
        open_socket(server, room("caf\u00e9"), cookies["alice"]) as alice,
        open_socket(server, room("cafe\u0301"), cookies["bob"]) as bob,
    ):
        await alice.say("same place")
        assert (await bob.next("message"))["message"]["text"] == "same place"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("   ", "Write something first."),
        (17, "Write something first."),
        ("x" * 2001, "A message has at most 2000 characters."),
    ],
)
async def test_an_unfit_message_is_answered_with_the_problem(
    server, cookies, text, problem
):
    async with open_socket(server, room("unfit"), cookies["alice"]) as alice:
        await alice.say(text)
        assert (await alice.next("error"))["text"] == problem
        await alice.say("still here")
        assert (await alice.next("message"))["message"]["text"] == "still here"


async def test_half_a_surrogate_pair_does_not_end_the_connection(server, cookies):
    async with open_socket(server, room("surrogate"), cookies["alice"]) as alice:
        await alice.socket.send(r'{"text": "a\ud83d"}')
        assert (await alice.next("message"))["message"]["text"] == "a?"


async def test_the_list_of_rooms_counts_people_live(server, cookies):
    async def count_becomes(tab, expected):
        while (await tab.next("rooms"))["rooms"].get("counted") != expected:
            pass

    async with open_socket(server, "/ws/presence/", cookies["alice"]) as watcher:
        await count_becomes(watcher, None)
        async with open_socket(server, room("counted"), cookies["bob"]):
            await count_becomes(watcher, 1)
        await count_becomes(watcher, None)


@pytest.mark.parametrize(
    ("path", "times"), [("/ws/echo/", 1), ("/ws/echo/3/", 3), ("/ws/echo/999999/", 10)]
)
async def test_echo_answers_as_often_as_its_path_says(server, path, times):
    async with open_socket(server, path) as tab:
        await tab.socket.send("a")
        await tab.socket.send("b")
        answers = [await tab.socket.recv() for _ in range(2 * times)]
    assert answers == ["a"] * times + ["b"] * times


@pytest.mark.parametrize("path", [room("lobby"), "/ws/presence/"])
async def test_an_unauthenticated_client_is_refused(server, path):
    assert await status_of(server, path) == 403


async def test_a_made_up_session_is_refused(server):
    made_up = "sessionid=0123456789abcdefghijklmnopqrstuv"
    assert await status_of(server, room("lobby"), cookie=made_up) == 403


async def test_a_page_of_another_origin_is_refused(server, cookies):
    kwargs = {"cookie": cookies["alice"], "origin": "http://evil.example"}
    assert await status_of(server, room("lobby"), **kwargs) == 403


@pytest.mark.parametrize("path", ["/ws/unknown/", "/", "/ws/chat", "/wss/chat/lobby/"])
async def test_an_unknown_socket_path_is_not_found(server, cookies, path):
    # Daphne has no denial response, so it answers with 403 and nothing else.
    expected = 403 if server.kind == "daphne" else 404
    assert await status_of(server, path, cookie=cookies["alice"]) == expected


@pytest.mark.parametrize("name", ["x" * 61, "..", "a\nb"])
async def test_an_unfit_room_name_is_refused(server, cookies, name):
    assert await status_of(server, room(name), cookie=cookies["alice"]) == 403


def test_pages_ask_a_stranger_to_log_in(server):
    status, address, _ = HttpClient(server.address).fetch("/rooms/lobby/")
    assert status == 200
    assert address.endswith("/login/?next=/rooms/lobby/")


def test_a_wrong_password_does_not_log_in(server):
    client = HttpClient(server.address)
    client.login("alice", "looking-glass")
    assert "sessionid" not in client.cookie_header


def test_a_form_without_its_csrf_token_is_refused(server):
    form = {"username": "alice", "password": PASSWORDS["alice"]}
    status, _, _ = HttpClient(server.address).fetch("/login/", form)
    assert status == 403


def test_the_page_of_routes_names_the_engine_of_each(server):
    _, _, page = HttpClient(server.address).fetch("/routes/")
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    engines = re.findall(r'class="engine (\w+)"', body)
    assert engines == ["trie", "trie", "regex"]
    assert "<code>ws/chat/&lt;str:room&gt;/</code>" in body
    assert "chat.consumers.ChatConsumer" in body


def test_the_page_of_routes_says_which_one_answers_a_path(server):
    _, _, page = HttpClient(server.address).fetch("/routes/?path=/ws/presence")
    assert "ws/presence/" in page
    assert "it would match with a slash at the end" in page


def test_the_page_of_routes_says_what_becomes_of_a_path_without_a_route(server):
    _, _, page = HttpClient(server.address).fetch("/routes/?path=/ws/nowhere/")
    answer = page[page.index('id="answer"') :]
    assert answer.count("it does not match") == 3
    assert "on_miss is &#x27;deny&#x27;" in answer
    assert "No route found for path &#x27;ws/nowhere/&#x27;." in answer


def test_a_path_that_looks_like_an_option_is_a_path(server):
    status, _, page = HttpClient(server.address).fetch("/routes/?path=--help")
    assert status == 200
    assert "No route found for path &#x27;--help&#x27;." in page


def test_the_page_of_the_doctor_has_a_report_and_a_diagnosis(server):
    _, _, page = HttpClient(server.address).fetch("/doctor/")
    assert "3 routes: 1 regex, 2 trie" in page
    assert "the same answers." in page
    assert "ValueError: No route found for path &#x27;ws/nowhere/&#x27;." in page
    assert "No route accepts the path of the connection" in page


STATIC = ["chat.css", "room.js", "rooms.js", "routes.js", "socket.js"]


@pytest.mark.parametrize("name", STATIC)
def test_static_files_are_served(server, name):
    status, _, text = HttpClient(server.address).fetch(f"/static/chat/{name}")
    assert status == 200
    assert text == (DEMO / "chat" / "static" / "chat" / name).read_text()


def run_demo(database, *arguments, **kwargs):
    """``manage.py demo`` as a user starts it."""
    demo = object.__new__(DemoServer)
    demo.database = database
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", *arguments],
        cwd=DEMO,
        env=demo.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **kwargs,
    )


def test_the_demo_command_serves_what_it_prints_until_ctrl_c(tmp_path):
    process = run_demo(tmp_path / "chat.sqlite3", "--port", "0")
    try:
        printed = ""
        while "Ctrl+C" not in printed:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            printed += line
        address = re.search(r"http://127\.0\.0\.1:\d+", printed).group()
        passwords = dict(re.findall(r"(\w+) +password: (\S+)", printed))
        assert list(passwords) == ["alice", "bob"]
        for name, password in passwords.items():
            client = HttpClient(address)
            assert client.login(name, password) == 200
            assert "sessionid=" in client.cookie_header
        process.send_signal(signal.SIGINT)  # Ctrl+C
        _, complaints = process.communicate(timeout=30)
        assert (process.returncode, complaints) == (0, "")
    finally:
        process.kill()
        process.communicate()


def test_the_demo_command_tells_of_a_taken_port_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = run_demo(tmp_path / "chat.sqlite3", "--port", port)
        printed, problem = process.communicate(timeout=60)
    assert process.returncode == 1
    assert printed == ""
    assert problem == (
        f"CommandError: Cannot listen on 127.0.0.1, port {port}: "
        "Address already in use. Choose another with PORT=8001 or --port 8001.\n"
    )
