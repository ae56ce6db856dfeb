"""The tutorial of the documentation, from an empty directory to the chat."""

from __future__ import annotations

import shlex
import socket

from tests.project.processes import Project
from tests.support.devtools import running_browser
from tests.support.docs import blocks_of
from tests.support.ports import free_port

PAGE = "docs/tutorial.md"
ADMIN = {
    "DJANGO_SUPERUSER_USERNAME": "ann",
    "DJANGO_SUPERUSER_PASSWORD": "earl-grey",
    "DJANGO_SUPERUSER_EMAIL": "ann@example.com",
}
OPEN = "typeof socket === 'object' && socket.readyState === WebSocket.OPEN"
SAID = "[...document.querySelectorAll('#said li')].map(line => line.textContent).join()"


class Reader:
    """Does what the page says, block by block."""

    def __init__(self, project):
        self.project = project
        #: How often the page had the server started.
        self.starts = 0
        self.printed = {}

    async def read(self, block):
        if block.why_not:
            return
        if block.language != "console":
            block.write(self.project.directory)
            return
        for command in block.text.splitlines():
            await self.run(*shlex.split(command))

    async def run(self, program, *arguments):
        if program == "django-admin":
            program, arguments = "-m", ("django", *arguments)
        else:
            assert program == "python"
            program, *arguments = arguments
        if arguments[0] == "runserver":
            self.starts += 1
            await self.visit(arguments)
            return
        if arguments[0] == "createsuperuser":
            arguments = [*arguments, "--noinput"]
        done = self.project.manage(*arguments, program=program, **ADMIN)
        assert done.returncode == 0, done.stdout + done.stderr
        self.printed[arguments[0]] = done.stdout + done.stderr

    async def visit(self, arguments):
        """Open the page of a room in two windows, and write in both."""
        port = free_port()
        room = f"http://127.0.0.1:{port}/tea/"
        command = (*arguments, "--noreload", f"127.0.0.1:{port}")
        with self.project.start(*command) as server:
            server.wait_until(lambda: _listens(port), "listening")
            async with running_browser() as browser:
                one = await browser.new_page()
                await one.open(room)
                if self.starts == 1:
                    await say(one, "hello")
                    await one.wait_for(f"{SAID} === 'you: hello'")
                    return
                two = await browser.new_page()
                await two.open(room)
                await two.wait_for(OPEN)
                await say(one, "hello")
                for page in (one, two):
                    await page.wait_for(f"{SAID} === 'somebody: hello'")
                await log_in(one, port)
                await say(one, "me again")
                await one.wait_for(f"{SAID} === 'ann: me again'")
                text = "somebody: hello,ann: me again"
                await two.wait_for(f"{SAID} === '{text}'")


async def say(page, text):
    await page.wait_for(OPEN)
    await page.write("#text", text)
    await page.press_enter()


async def log_in(page, port):
    await page.open(f"http://127.0.0.1:{port}/admin/login/?next=/tea/")
    await page.write("#id_username", ADMIN["DJANGO_SUPERUSER_USERNAME"])
    await page.write("#id_password", ADMIN["DJANGO_SUPERUSER_PASSWORD"])
    await page.press_enter()
    await page.wait_for("location.pathname === '/tea/'")


async def test_the_tutorial_leads_to_the_chat(tmp_path):
    reader = Reader(Project(tmp_path))
    for block in blocks_of(PAGE):
        await reader.read(block)
    assert reader.starts == 2
    assert "Ran 2 tests" in reader.printed["test"]
    assert reader.printed["check"].startswith("System check identified no issues")
    [row] = [
        line
        for line in reader.printed["asgi_routes"].splitlines()
        if line.startswith("websocket")
    ]
    assert "ws/<slug:room>/" in row
    assert "chat.consumers.ChatConsumer" in row
    assert " trie " in row


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
