#!/usr/bin/env python3
"""
Make the pictures of the demo in ``docs/images``.

Serves the demo with a database of its own, lets alice and bob talk in two windows,
and takes pictures of what they see. Needs Chromium: ``scripts/system-packages test``.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

# The driver and the server are the ones of the tests, found by the line above.
from tests.support.demo_server import PASSWORDS, DemoServer  # noqa: E402 # see above
from tests.support.devtools import Browser, Page, running_browser  # noqa: E402 # as above

IMAGES = ROOT / "docs" / "images"
LARGEST = 200_000
WIDTH, HEIGHT = 1100, 720

TALK = [
    ("alice", "Good morning! Is the kettle on? 🍵"),
    ("bob", "Since eight. There is oolong, and a pot of mint."),
    ("bob", "Rooms take any name, by the way: 茶, شاي, чай, 🫖"),
    ("alice", "How did the deploy go?"),
    ("bob", "The server was gone for four seconds. The page came back by itself."),
    ("alice", "And nothing is lost 🎉 Mint for me, please!"),
]
READY = "document.querySelector('#status').dataset.state === 'open'"


async def enter(browser: Browser, server: DemoServer, name: str) -> Page:
    page = await browser.new_page(WIDTH, HEIGHT)
    await page.open(f"{server.address}/login/?next=/rooms/Tea%2520kitchen/")
    await page.write("#id_username", name)
    await page.write("#id_password", PASSWORDS[name])
    await page.press_enter()
    await page.wait_for(f"location.pathname.startsWith('/rooms/') && {READY}")
    return page


async def take(page: Page, name: str) -> None:
    image = await page.screenshot()
    if len(image) > LARGEST:
        raise SystemExit(f"{name} has {len(image)} bytes, more than {LARGEST}.")
    (IMAGES / name).write_bytes(image)
    print(f"docs/images/{name}: {len(image)} bytes")


async def make_pictures(server: DemoServer) -> None:
    async with running_browser() as browser:
        pages = {name: await enter(browser, server, name) for name in PASSWORDS}
        for number, (name, text) in enumerate(TALK, start=1):
            await pages[name].write("#text", text)
            await pages[name].press_enter()
            shown = f"document.querySelectorAll('.text').length === {number}"
            for page in pages.values():
                await page.wait_for(shown)
        page = pages["alice"]
        for scheme in ("light", "dark"):
            await page.color_scheme(scheme)
            await take(page, f"chat-{scheme}.png")
        await page.color_scheme("light")
        await page.open(f"{server.address}/routes/")
        await page.resize(WIDTH, 560)
        await take(page, "routes.png")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = DemoServer("uvicorn", Path(folder))
        server.start()
        try:
            asyncio.run(make_pictures(server))
        finally:
            server.kill()


if __name__ == "__main__":
    main()
