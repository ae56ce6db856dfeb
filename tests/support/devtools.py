"""
A small driver for Chromium, over the DevTools protocol.

Only what the tests and the screenshots need. The protocol is described at
https://chromedevtools.github.io/devtools-protocol/.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import tempfile
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from .patience import WAIT_SECONDS

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # root cannot have the sandbox, and containers often run as root
    "--disable-dev-shm-usage",  # a container's shared memory is often too small
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-proxy-server",
    "--hide-scrollbars",
    "--lang=en-US",
    "--remote-debugging-port=0",  # the browser picks a port and prints it
)


class ChromiumMissingError(RuntimeError):
    """There is no browser to drive."""


def find_chromium() -> str:
    """
    Return the path of a Chromium.

    Raises:
        ChromiumMissingError: None is installed.
    """
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    raise ChromiumMissingError(
        "No Chromium is installed: run scripts/system-packages test, "
        f"or put one of {', '.join(NAMES)} on PATH."
    )


class Browser:
    """A running browser and the one connection that commands it."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._pages: dict[str, Page] = {}
        self._last = 0

    async def command(
        self, method: str, session: str | None = None, **params: Any
    ) -> Any:
        """
        Send one command and return its result.

        Raises:
            RuntimeError: The browser answered with an error.
            TimeoutError: It did not answer in time.
        """
        self._last += 1
        number = self._last
        message = {"id": number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._connection.send(json.dumps(message))
        try:
            answer = await asyncio.wait_for(self._answers[number], WAIT_SECONDS)
        finally:
            del self._answers[number]
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    async def listen(self) -> None:
        """Pass answers to their futures, and events to their pages."""
        async for text in self._connection:
            message = json.loads(text)
            if "id" in message:
                waiting = self._answers.get(message["id"])
                if waiting is not None and not waiting.done():
                    waiting.set_result(message)
            elif message.get("sessionId") in self._pages:
                page = self._pages[message["sessionId"]]
                page.notice(message["method"], message["params"])

    async def new_page(self, width: int = 1100, height: int = 720) -> Page:
        """Open a page in a context of its own: no cookie is shared with another."""
        context = await self.command("Target.createBrowserContext")
        target = await self.command(
            "Target.createTarget",
            url="about:blank",
            browserContextId=context["browserContextId"],
        )
        attached = await self.command(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        page = Page(self, attached["sessionId"])
        self._pages[attached["sessionId"]] = page
        for domain in ("Page", "Runtime", "Log", "Network"):
            await page.command(f"{domain}.enable")
        await page.resize(width, height)
        return page


class Page:
    """One tab. It remembers its errors and the addresses it asked for."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self.errors: list[str] = []
        self.requests: list[str] = []

    async def command(self, method: str, **params: Any) -> Any:
        return await self._browser.command(method, self._session, **params)

    def notice(self, method: str, params: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Network.webSocketCreated":
            self.requests.append(params["url"])
        elif method == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(params["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and params["type"] in {
            "error",
            "warning",
            "assert",
        }:
            self.errors.append(json.dumps(params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in {
            "error",
            "warning",
        }:
            self.errors.append(json.dumps(params["entry"]))

    async def resize(self, width: int, height: int, scale: float = 1) -> None:
        await self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )

    async def color_scheme(self, scheme: str) -> None:
        """Behave as if the person prefers ``"light"`` or ``"dark"``."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        await self.command("Emulation.setEmulatedMedia", features=[feature])

    async def evaluate(self, expression: str) -> Any:
        """
        Return the JSON value of a JavaScript expression.

        Raises:
            RuntimeError: It threw.
        """
        answer = await self.command(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    async def wait_for(self, expression: str, seconds: float = WAIT_SECONDS) -> None:
        """
        Wait until a JavaScript expression is true.

        Raises:
            AssertionError: It stays false; with what the page shows.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            # A page that is just being replaced has no context to ask.
            with suppress(RuntimeError):
                if await self.evaluate(f"Boolean({expression})"):
                    return
            if asyncio.get_running_loop().time() > deadline:
                shown = await self.evaluate("document.body.innerText")
                raise AssertionError(f"never true: {expression}\n{shown}")
            await asyncio.sleep(0.05)

    async def open(self, address: str) -> None:
        # The mark goes with the old page: without it the new one is there.
        await self.evaluate("window.isOldPage = true")
        answer = await self.command("Page.navigate", url=address)
        if "errorText" in answer:
            raise RuntimeError(f"{address}: {answer['errorText']}")
        await self.wait_for("!window.isOldPage && document.readyState === 'complete'")

    async def click(self, selector: str) -> None:
        """Press the mouse in the middle of the element, once it is there."""
        await self.wait_for(f"document.querySelector({json.dumps(selector)})")
        box = await self.evaluate(
            f"""(() => {{
                const element = document.querySelector({json.dumps(selector)});
                element.scrollIntoView({{ block: "center" }});
                const box = element.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.command(
                "Input.dispatchMouseEvent",
                type=kind,
                x=box[0],
                y=box[1],
                button="left",
                clickCount=1,
            )

    async def write(self, selector: str, text: str) -> None:
        """Type a text into a field, as a person or an input method does."""
        await self.click(selector)
        await self.command("Input.insertText", text=text)

    async def go_back(self) -> None:
        await self.command("Runtime.evaluate", expression="history.back()")

    async def press_enter(self) -> None:
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        await self.command("Input.dispatchKeyEvent", type="keyDown", text="\r", **key)
        await self.command("Input.dispatchKeyEvent", type="keyUp", **key)

    async def screenshot(self) -> bytes:
        """Return what the window shows, as a PNG."""
        answer = await self.command("Page.captureScreenshot", format="png")
        return base64.b64decode(answer["data"])


@asynccontextmanager
async def running_browser():
    """
    Start a headless browser with an empty profile and end it afterwards.

    Raises:
        ChromiumMissingError: None is installed.
        RuntimeError: It did not start; with what it printed.
    """
    path = find_chromium()
    # The browser may still write into its profile while that is removed.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            path,
            *FLAGS,
            f"--user-data-dir={profile}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            address = await asyncio.wait_for(_address(process.stderr), 60)
            drain = asyncio.create_task(process.stderr.read())
            async with connect(address, max_size=None, proxy=None) as connection:
                browser = Browser(connection)
                listening = asyncio.create_task(browser.listen())
                yield browser
                with suppress(Exception):  # it closes the connection in answering
                    await browser.command("Browser.close")
            # A browser that has ended may have left out the closing handshake.
            with suppress(ConnectionClosedError):
                await listening
            await asyncio.wait_for(process.wait(), WAIT_SECONDS)
            await drain
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _address(output: asyncio.StreamReader) -> str:
    """Return the address that the browser prints when it listens."""
    printed = ""
    async for line in output:
        printed += line.decode(errors="replace")
        found = re.search(r"DevTools listening on (ws://\S+)", printed)
        if found:
            return found.group(1)
    raise RuntimeError(f"Chromium ended at once:\n{printed}")
