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


async def test_messages_of_any_script_run_in_their_direction(browser, server):
    alice = await enter(browser, server, "alice")
    bob = await enter(browser, server, "bob")
    texts = ["Grüße", "صباح الخير", "早上好", "👩‍👩‍👧 🫖", "שלום"]
    for text in texts:
        await say(alice, text)
        await bob.wait_for(
            "[...document.querySelectorAll('.text')].at(-1)?.textContent"
            f" === {json.dumps(text)}"
        )
    await sees(alice, *texts)
    await sees(bob, *texts)
    direction = "getComputedStyle(p).direction"
    directions = f"[...document.querySelectorAll('.text')].map(p => {direction})"
    assert await bob.evaluate(directions) == ["ltr", "rtl", "ltr", "ltr", "rtl"]
    assert_quiet(alice, bob)


async def test_everyone_in_the_room_sees_the_same_roll(browser, server):
    alice = await enter(browser, server, "alice")
    bob = await enter(browser, server, "bob")
    await say(alice, "/roll")
    texts = "[...document.querySelectorAll('.text')].map(p => p.textContent)"
    await bob.wait_for(f"{texts}.length === 1")
    (rolled,) = await bob.evaluate(texts)
    assert rolled in {f"🎲 {number}" for number in range(1, 7)}
    await sees(alice, rolled)
    assert_quiet(alice, bob)


async def opens(page, address):
    """Whether the page can open this WebSocket."""
    return await page.evaluate(
        f"""new Promise((done) => {{
            const socket = new WebSocket({json.dumps(address)});
            socket.onopen = () => {{ socket.close(); done(true); }};
            socket.onerror = () => done(false);
        }})"""
    )


async def test_a_wrong_password_lets_nobody_in(browser, server):
    page = await browser.new_page()
    await page.open(f"{server.address}/login/")
    await page.write("#id_username", "alice")
    await page.write("#id_password", "looking-glass")
    await page.press_enter()
    await page.wait_for("document.querySelector('[role=alert]')")
    problem = "document.querySelector('[role=alert]').textContent"
    assert "do not match" in await page.evaluate(problem)
    assert_quiet(page)
    socket = f"ws://127.0.0.1:{server.port}/ws/chat/Tea/"
    assert not await opens(page, socket)

    # The name is still in its field.
    await page.write("#id_password", PASSWORDS["alice"])
    await page.press_enter()
    await page.wait_for(
        "location.pathname === '/' && document.readyState === 'complete'"
    )
    assert await opens(page, socket)


async def test_a_page_of_another_origin_cannot_open_a_socket(browser, server):
    page = await browser.new_page()
    socket = f"ws://127.0.0.1:{server.port}/ws/echo/"
    await page.open(f"{server.address}/login/")
    assert await opens(page, socket)
    # To a browser every name under "localhost" is this machine.
    await page.open(f"http://stranger.localhost:{server.port}/login/")
    assert await page.evaluate("location.hostname") == "stranger.localhost"
    assert not await opens(page, socket)


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


PAGES = ["/", "/rooms/Tea kitchen/", "/routes/", "/doctor/"]


SCREENS = [(320, 640), (390, 844), (1280, 800)]
SCHEMES = ["light", "dark"]

BROKEN_NAMES = """
[...document.querySelectorAll(".who, h1 bdi, #rooms bdi, #people bdi")]
  .filter((name) => {
    const isCut = name.scrollWidth > name.clientWidth && name.clientWidth > 0;
    const words = [...name.textContent.matchAll(/\\S+/g)];
    return isCut || words.some((word) => {
      const range = document.createRange();
      range.setStart(name.firstChild, word.index);
      range.setEnd(name.firstChild, word.index + word[0].length);
      return range.getClientRects().length > 1;
    });
  })
  .map((name) => name.textContent)
"""
"""The names that are cut off, or that a line ends inside a word of."""

OUTSIDE = """
[...document.querySelectorAll("header a, header button, h1, #people li, td, td *")]
  .filter((element) => element.getClientRects().length > 0)
  .filter((element) => {
    const box = element.getBoundingClientRect();
    return box.left < 0 || box.right > innerWidth;
  })
  .map((element) => element.outerHTML)
"""
"""What is beside the window, though the page as a whole may fit."""

IS_DARK = """
getComputedStyle(document.body)
  .backgroundColor.match(/\\d+/g)
  .every((part) => part < 64)
"""


@pytest.mark.parametrize("path", [*PAGES, "/routes/?path=/ws/echo/3/"])
async def test_a_page_fits_each_screen_in_light_and_dark(browser, server, path):
    bob = await enter(browser, server, "bob", "Tea kitchen")
    await say(bob, "hello")
    await sees(bob, "hello")
    page = await log_in(browser, server, "alice")
    await page.open(f"{server.address}{quote(path, safe='/?=')}")
    if path == "/rooms/Tea kitchen/":
        await sees_people(page, "alice", "bob")
    if path == "/":
        await page.wait_for("document.querySelector('.badge:not([hidden])')")
    for width, height in SCREENS:
        await page.resize(width, height)
        for scheme in SCHEMES:
            await page.color_scheme(scheme)
            assert await page.evaluate(IS_DARK) == (scheme == "dark")
            body = "document.documentElement.scrollWidth - innerWidth"
            assert await page.evaluate(body) <= 0
            assert await page.evaluate(OUTSIDE) == []
            assert await page.evaluate(BROKEN_NAMES) == []
            # A second line would make the header higher than this.
            assert (
                await page.evaluate("document.querySelector('.top').offsetHeight") <= 60
            )
    assert_quiet(page, bob)


@pytest.mark.parametrize("width", [width for width, _ in SCREENS])
async def test_the_log_in_fits_each_screen(browser, server, width):
    page = await browser.new_page(width=width, height=640)
    await page.open(f"{server.address}/login/")
    for scheme in SCHEMES:
        await page.color_scheme(scheme)
        assert await page.evaluate(IS_DARK) == (scheme == "dark")
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert await page.evaluate(wide) <= 0
        assert await page.evaluate(OUTSIDE) == []
    assert_quiet(page)


@pytest.mark.parametrize("width", [width for width, _ in SCREENS])
async def test_the_engine_of_each_route_is_in_the_window(browser, server, width):
    page = await browser.new_page(width=width, height=640)
    await page.open(f"{server.address}/routes/")
    shown = """
    [...document.querySelectorAll("td .engine")]
      .filter((engine) => {
        const box = engine.getBoundingClientRect();
        return box.width > 0 && box.left >= 0 && box.right <= innerWidth;
      })
      .map((engine) => engine.textContent)
    """
    assert await page.evaluate(shown) == ["trie", "trie", "regex"]
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


async def test_the_form_of_the_routes_says_which_one_answers(browser, server):
    page = await browser.new_page()
    await page.open(f"{server.address}/routes/")
    await page.evaluate("document.querySelector('#path').value = ''")
    await page.write("#path", "/ws/chat/茶/")
    await page.press_enter()
    await page.wait_for("document.querySelector('#opened')?.textContent")
    answer = await page.evaluate("document.querySelector('#answer pre').textContent")
    assert "asgi_routes --resolve /ws/chat/茶/" in answer
    assert "yes  ws/chat/<str:room>/" in answer
    assert "kwargs      {'room': '茶'}" in answer
    assert (
        await page.evaluate("document.querySelector('#path').value") == "/ws/chat/茶/"
    )


async def test_the_page_of_the_doctor_shows_a_report_and_a_cure(browser, server):
    page = await browser.new_page()
    await page.open(f"{server.address}/doctor/")
    report, error, cure = await page.evaluate(
        "[...document.querySelectorAll('pre')].map(pre => pre.innerText)"
    )
    assert "3 routes: 1 regex, 2 trie" in report
    assert "They find nothing." in report
    assert "No route found for path 'ws/nowhere/'." in error
    assert 'on_miss="deny"' in cure
    assert_quiet(page)


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
