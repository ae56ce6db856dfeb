"""``manage.py runserver`` of a real project, as its developer uses it all day."""

from __future__ import annotations

import asyncio
import os
import re
import socket

import daphne
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.project.processes import BY_INSTALL, BY_SETTINGS
from tests.support.patience import WAIT_SECONDS

REST = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "photos",
]
STATIC = "django.contrib.staticfiles"

BANNER = f"Starting ASGI/Daphne version {daphne.__version__} development server"

# The program, and the order of the applications; None is the settings' own.
WAYS = {
    "by the settings": (BY_SETTINGS, None),
    "by install()": (BY_INSTALL, None),
    "behind staticfiles": (BY_SETTINGS, [STATIC, "channels_fast", *REST]),
    "behind daphne": (BY_SETTINGS, ["daphne", "channels_fast", STATIC, *REST]),
    "before daphne": (BY_SETTINGS, ["channels_fast", "daphne", STATIC, *REST]),
}


@pytest.fixture(scope="module", params=WAYS)
def server(request, shared_gallery):
    """A server of each way to install; no error may be in its log at the end."""
    program, apps = WAYS[request.param]
    changed = {} if apps is None else shared_gallery.settings(INSTALLED_APPS=apps)
    with shared_gallery.runserver("--noreload", program=program, **changed) as running:
        yield running
        assert running.log.count(BANNER) == 1, running.log
        assert "Traceback" not in running.log, running.log


def open_socket(server, path="/ws/cats/"):
    return connect(
        f"ws://127.0.0.1:{server.port}{path}",
        origin=f"http://127.0.0.1:{server.port}",
        proxy=None,
        open_timeout=WAIT_SECONDS,
    )


async def echo(opened):
    await opened.send("hello")
    return await asyncio.wait_for(opened.recv(), WAIT_SECONDS)


def test_a_page_is_served(server):
    status, text = server.get("/")
    assert status == 200
    assert '<script src="/static/photos/page.js" defer>' in text


def test_a_static_file_is_served(server):
    status, text = server.get("/static/photos/page.css")
    assert status == 200
    assert "rgb(1, 2, 3)" in text


@pytest.mark.parametrize("path", ["/static/photos/missing.css", "/missing/"])
def test_what_is_missing_is_a_404(server, path):
    assert server.get(path)[0] == 404


async def test_a_websocket_is_served(server):
    async with open_socket(server) as opened:
        assert await echo(opened) == "echo: hello"


async def test_a_websocket_of_another_origin_is_refused(server):
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            f"ws://127.0.0.1:{server.port}/ws/cats/",
            origin="http://elsewhere.example",
            proxy=None,
            open_timeout=WAIT_SECONDS,
        ):
            pass
    assert refused.value.response.status_code == 403


async def test_noasgi_is_the_server_of_django(gallery):
    with gallery.runserver("--noreload", "--noasgi") as server:
        assert server.get("/")[0] == 200
        assert server.get("/static/photos/page.css")[0] == 200
        assert server.get("/static/photos/missing.css")[0] == 404
        with pytest.raises(InvalidStatus) as refused:
            async with open_socket(server):
                pass
        assert refused.value.response.status_code == 404
        # The words of Django's server, and not those of the banner for ASGI.
        assert '"GET /ws/cats/ HTTP/1.1" 404' in server.log
        assert BANNER not in server.log


async def test_the_autoreloader_serves_what_was_changed(gallery):
    views = gallery.directory / "photos" / "views.py"
    with gallery.runserver() as server:
        assert server.answer() == "the first answer"
        # The first look at the files comes after the first answer, perhaps, and
        # what changed before it is no change. So it is touched until it is seen.
        views.write_text(views.read_text().replace("first answer", "second answer"))
        changes = iter(range(1, 10_000))

        def is_seen():
            stamp = views.stat().st_mtime + next(changes)
            os.utime(views, (stamp, stamp))
            return "views.py changed, reloading." in server.log

        server.wait_until(is_seen, "noticed the change")
        server.wait_until(
            lambda: server.answer() == "the second answer", "serving the change"
        )
        async with open_socket(server) as opened:
            assert await echo(opened) == "echo: hello"
        assert "Traceback" not in server.log, server.log


@pytest.mark.parametrize("options", [[], ["--noreload"]])
async def test_an_interrupt_ends_the_server_without_an_error(gallery, options):
    with gallery.runserver(*options) as server:
        async with open_socket(server) as opened:
            assert await echo(opened) == "echo: hello"
            loop = asyncio.get_running_loop()
            assert await loop.run_in_executor(None, server.interrupt) == 0
        # Python drops an interrupt that comes while it finalizes an object, and says
        # so. Under the autoreloader the parent then ends the child.
        dropped = r"Exception ignored in: .*?\nKeyboardInterrupt: *\n"
        log = re.sub(dropped, "", server.log, flags=re.DOTALL)
        assert "Traceback" not in log, log


@pytest.mark.parametrize(
    ("address", "error"),
    [
        (
            "nonsense:http",
            'CommandError: "nonsense:http" is not a valid port number or '
            "address:port pair.",
        ),
        (
            "127.0.0.1:99999",
            "CommandError: The server cannot listen on 127.0.0.1:99999.",
        ),
    ],
)
def test_an_impossible_address_is_named(shared_gallery, address, error):
    done = shared_gallery.manage("runserver", "--noreload", address)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == error


@pytest.mark.parametrize("options", [[], ["--noreload"]])
def test_a_port_that_is_taken_ends_it_with_an_error(shared_gallery, options):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = shared_gallery.manage("runserver", address, *options)
    assert done.returncode == 1
    why, error = done.stderr.splitlines()[-2:]
    assert why.startswith(f"Listen failure: Couldn't listen on {address}: ")
    assert error.endswith(f"Error: The server cannot listen on {address}.")


def test_an_application_that_is_not_there_is_named(gallery):
    changed = gallery.settings(ASGI_APPLICATION="gallery.nowhere.application")
    done = gallery.manage("runserver", "--noreload", "127.0.0.1:0", **changed)
    assert done.returncode == 1
    assert (
        "(channels_fast.E006) ASGI_APPLICATION 'gallery.nowhere.application' cannot be "
        "loaded: ModuleNotFoundError: No module named 'gallery.nowhere'"
    ) in done.stderr
