"""The pages of the demo in a real browser, with two people."""

from __future__ import annotations

import json
from urllib.parse import quote, urlsplit

import pytest

from tests.support.demo_server import PASSWORDS, DemoServer
from tests.support.devtools import ChromiumMissingError, find_chromium, running_browser


@pytest.fixture
def server(tmp_path):
    demo = DemoServer("uvicorn", tmp_path)
    demo.start()
    yield demo
    demo.kill()


@pytest.fixture
async def browser():
    problem = ""
    try:
        find_chromium()
    except ChromiumMissingError as missing:
        problem = str(missing)
    if problem:  # outside of `except`, so that one line is all that is printed
        pytest.fail(problem, pytrace=False)
    async with running_browser() as running:
        yield running


async def log_in(browser, server, name, path="/", **size):
    """A page of its own, logged in by hand, at *path*."""
    page = await browser.new_page(**size)
    await page.open(f"{server.address}/login/?next={quote(quote(path, safe='/'))}")
    await page.write("#id_username", name)
    await page.write("#id_password", PASSWORDS[name])
    await page.press_enter()
    there = f"location.pathname === {json.dumps(quote(path))}"
    await page.wait_for(f"{there} && document.readyState === 'complete'")
    return page


async def enter(browser, server, name, room="Tea", **size):
    page = await log_in(browser, server, name, f"/rooms/{room}/", **size)
    await page.wait_for("document.querySelector('#status').dataset.state === 'open'")
    return page


async def say(page, text):
    await page.write("#text", text)
    await page.press_enter()


async def sees(page, *texts):
    """The page shows exactly these messages, in this order."""
    shown = "[...document.querySelectorAll('.text')].map(p => p.textContent)"
    expected = f"JSON.stringify({json.dumps(texts)})"
    await page.wait_for(f"JSON.stringify({shown}) === {expected}")


async def sees_people(page, *names):
    shown = (
        "[...document.querySelectorAll('#people bdi')].map(b => b.textContent).join()"
    )
    await page.wait_for(f"{shown} === {json.dumps(','.join(names))}")


def assert_quiet(*pages):
    """No error on the console, and no request to another host."""
    for page in pages:
        assert page.errors == []
        hosts = {urlsplit(address).hostname for address in page.requests}
        assert hosts == {"127.0.0.1"}


async def test_two_people_see_each_other_and_their_messages(browser, server):
    alice = await enter(browser, server, "alice")
    await sees_people(alice, "alice")
    bob = await enter(browser, server, "bob")
    await sees_people(alice, "alice", "bob")
    await sees_people(bob, "alice", "bob")

    await say(alice, "Hello Bob 👋")
    await sees(bob, "Hello Bob 👋")
    await say(bob, "你好, مرحبا")
    await sees(alice, "Hello Bob 👋", "你好, مرحبا")
    assert await bob.evaluate(
        "[...document.querySelectorAll('.author')].map(b => b.textContent)"
    ) == ["alice", "bob"]
    assert await alice.evaluate("document.querySelectorAll('.mine').length") == 1

    await bob.open("about:blank")
    await sees_people(alice, "alice")
    assert_quiet(alice, bob)


async def test_leaving_a_page_leaves_its_room_until_the_page_comes_back(
    browser, server
):
    """Even if the browser keeps the page for the "back" button."""
    alice = await enter(browser, server, "alice")
    bob = await enter(browser, server, "bob")
    await sees_people(alice, "alice", "bob")
    await bob.click('a[href="/routes/"]')
    await sees_people(alice, "alice")
    await say(alice, "while you were away")
    await bob.go_back()
    await sees_people(alice, "alice", "bob")
    await sees(bob, "while you were away")
    assert_quiet(alice, bob)


async def test_the_page_comes_back_after_the_server_was_killed(browser, server):
    alice = await enter(browser, server, "alice")
    bob = await enter(browser, server, "bob")
    await say(alice, "before")
    await sees(bob, "before")
    assert_quiet(alice, bob)

    server.kill()
    for page in (alice, bob):
        await page.wait_for(
            "document.querySelector('#status').dataset.state !== 'open'"
        )
    await say(alice, "kept in the field")
    await alice.wait_for("!document.querySelector('#problem').hidden")
    assert await alice.evaluate("document.querySelector('#text').value") == (
        "kept in the field"
    )
    server.start()
    for page in (alice, bob):
        await page.wait_for(
            "document.querySelector('#status').dataset.state === 'open'"
        )
        # The browser itself reports each try that met no server, and nothing else.
        for error in page.errors:
            assert "ERR_CONNECTION_REFUSED" in error
        page.errors.clear()

    await sees_people(alice, "alice", "bob")
    await alice.press_enter()
    await sees(bob, "before", "kept in the field")
    await sees(alice, "before", "kept in the field")
    assert_quiet(alice, bob)


async def test_what_people_write_is_never_markup(browser, server):
    room = "<b>bold</b>".replace("/", "\\")
    alice = await log_in(browser, server, "alice")
    await alice.write("#id_room", room)
    await alice.press_enter()
    await alice.wait_for("document.querySelector('#status')?.dataset.state === 'open'")
    attack = "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>"
    await say(alice, attack)
    await sees(alice, attack)
    assert await alice.evaluate("document.querySelector('h1').textContent") == room
    assert (
        await alice.evaluate("document.querySelectorAll('main img, main b').length")
        == 0
    )
    assert "owned" not in await alice.evaluate("document.title")

    await alice.open(server.address)
    await alice.wait_for("document.querySelector('.badge:not([hidden])') === null")
    names = "[...document.querySelectorAll('#rooms a')].map(a => a.textContent)"
    assert await alice.evaluate(names) == ["Lobby", room]
    assert_quiet(alice)


async def test_a_room_is_opened_by_a_name_in_any_script(browser, server):
    page = await log_in(browser, server, "alice")
    await page.write("#id_room", "茶 🍵")
    await page.press_enter()
    await page.wait_for("document.querySelector('#status')?.dataset.state === 'open'")
    assert await page.evaluate("document.querySelector('h1').textContent") == "茶 🍵"
    await say(page, "hello")
    await sees(page, "hello")
    assert_quiet(page)


async def test_the_list_of_rooms_counts_people_live(browser, server):
    watcher = await log_in(browser, server, "alice")
    badge = "document.querySelector('[data-room=\"新\"] .badge:not([hidden])')"
    bob = await enter(browser, server, "bob", room="新")
    await watcher.wait_for(f"{badge}?.textContent === '1 here'")
    await bob.open("about:blank")
    await watcher.wait_for(f"{badge} === null")
    assert_quiet(watcher)


PAGES = ["/", "/rooms/Tea/", "/routes/", "/doctor/"]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_fits_a_phone(browser, server, path):
    page = await log_in(browser, server, "alice", path, width=360, height=640)
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert await page.evaluate(wide) <= 0
    assert_quiet(page)


@pytest.mark.parametrize(
    ("path", "word"), [("/ws/nowhere/", "refuses"), ("/ws/echo/3/", "accepts")]
)
async def test_the_page_of_routes_opens_the_path_that_was_asked_for(
    browser, server, path, word
):
    page = await browser.new_page(width=320, height=640)
    await page.open(f"{server.address}/routes/?path={path}")
    answer = "document.querySelector('#opened').textContent"
    await page.wait_for(f"{answer}.includes('the server {word} the WebSocket')")
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert await page.evaluate(wide) <= 0


@pytest.mark.parametrize("path", PAGES)
async def test_each_field_and_button_has_a_name(browser, server, path):
    page = await log_in(browser, server, "alice", path)
    tree = await page.command("Accessibility.getFullAXTree")
    named = {"textbox", "button", "link", "log", "region", "complementary"}
    found = [
        (node["role"]["value"], node["name"]["value"])
        for node in tree["nodes"]
        if not node["ignored"] and node["role"]["value"] in named
    ]
    assert found
    assert [role for role, name in found if not name.strip()] == []
