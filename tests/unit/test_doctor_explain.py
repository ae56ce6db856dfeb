"""``asgi_doctor --explain``: errors that small programs make, and what it says."""

from __future__ import annotations

import inspect
import io
import json
import logging
import sys
import traceback
import types

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import path

from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels_fast.management.commands.asgi_doctor import Command
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import OriginValidator
from tests.support import errors
from tests.support.errors import PROGRAMS, SOCKET, Chat, nothing
from tests.support.programs import run_program


def printed(text, *options, tmp_path):
    file = tmp_path / "pasted.txt"
    file.write_text(text, encoding="utf-8")
    out = io.StringIO()
    call_command(Command(), "--explain", str(file), *options, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(("program", "cause", "cure"), PROGRAMS)
async def test_the_error_of_a_program_is_explained(
    program, cause, cure, settings, tmp_path
):
    settings.ASGI_APPLICATION = None
    layers = {"default": {"BACKEND": "no.such.Layer"}}
    settings.CHANNEL_LAYERS = (
        layers if program is errors.a_layer_that_is_not_there else {}
    )
    with pytest.raises(Exception) as caught:  # noqa: PT011 # each has its own
        await program()
    text = "".join(
        traceback.format_exception(
            caught.type, caught.value, caught.value.__traceback__
        )
    )
    answer = printed(text, tmp_path=tmp_path)
    said = " ".join(answer.split())
    assert said.count("cause ") == 1, answer
    assert cause in said
    assert cure in said
    # The line of the program itself, or that of the class which the error is about.
    (found,) = json.loads(printed(text, "--format", "json", tmp_path=tmp_path))
    assert found["place"]["file"] == errors.__file__
    lines, first = inspect.getsourcelines(program)
    named = [first + place for place in range(len(lines))]
    named += [inspect.getsourcelines(cls)[1] for cls in (errors.Chat, errors.view)]
    assert found["place"]["line"] in named


# What is written to a log


def explained_log(caplog, tmp_path):
    said = printed("\n".join(caplog.messages), tmp_path=tmp_path)
    return " ".join(said.split())


def test_a_consumer_among_djangos_urls_is_explained(settings, tmp_path):
    urls = types.ModuleType("urls_with_a_consumer")
    urls.urlpatterns = [path("ws/<str:room>/", WebsocketConsumer.as_asgi())]
    sys.modules[urls.__name__] = urls
    settings.ROOT_URLCONF = urls.__name__
    with pytest.raises(TypeError) as caught:
        Client().get("/ws/lobby/")
    text = "".join(traceback.format_exception(caught.type, caught.value, caught.tb))
    said = " ".join(printed(text, tmp_path=tmp_path).split())
    assert "`urlpatterns` of Django lead to views" in said
    assert "Move the route into the `URLRouter` of `asgi.py`" in said


def test_a_websocket_that_wsgi_got_is_explained(settings, caplog, tmp_path):
    urls = types.ModuleType("urls_without_anything")
    urls.urlpatterns = []
    sys.modules[urls.__name__] = urls
    settings.ROOT_URLCONF = urls.__name__
    Client().get("/ws/chat/lobby/")
    said = explained_log(caplog, tmp_path)
    assert "`runserver` is Django's own, which is WSGI" in said
    assert "install daphne and set `ASGI_APPLICATION`" in said


async def test_a_refused_origin_is_explained(caplog, tmp_path):
    application = OriginValidator(Chat.as_asgi(), ["example.com"])
    scope = {**SOCKET, "headers": [(b"origin", b"http://other.org")]}
    events = iter(["websocket.connect", "websocket.disconnect"])

    async def receive():
        return {"type": next(events), "code": 1006}

    caplog.set_level(logging.INFO)
    await application(scope, receive, nothing)
    said = explained_log(caplog, tmp_path)
    assert "refuses pages of other sites" in said
    assert "Write the host into `ALLOWED_HOSTS`" in said


async def test_a_consumer_that_goes_on_after_close_is_explained(caplog, tmp_path):
    class Hasty(AsyncWebsocketConsumer):
        async def connect(self):
            await self.close()
            await self.accept()

    events = iter(["websocket.connect", "websocket.disconnect"])

    async def receive():
        return {"type": next(events), "code": 1000}

    await Hasty.as_asgi()(SOCKET, receive, nothing)
    said = explained_log(caplog, tmp_path)
    assert "A consumer goes on after `close()`" in said
    assert "Write `return` after `await self.close()`" in said


def test_a_router_without_http_is_explained_by_its_warning(tmp_path):
    with pytest.warns(DeprecationWarning, match="without an explicit") as caught:
        ProtocolTypeRouter({"websocket": Chat.as_asgi()})
    said = " ".join(printed(str(caught[0].message), tmp_path=tmp_path).split())
    assert 'has no "http" key' in said


async def test_an_application_of_asgi_2_is_explained_by_its_warning(tmp_path):
    class Old:
        def __init__(self, scope):
            pass

        async def __call__(self, receive, send):
            pass

    router = URLRouter([path("a/", Old)])
    with pytest.warns(DeprecationWarning, match="ASGI 2") as caught:
        await router(SOCKET, nothing, nothing)
    said = " ".join(printed(str(caught[0].message), tmp_path=tmp_path).split())
    assert "an application is called once, with `scope, receive, send`" in said


# What ends before anything is served

STARTS = [
    (
        "import django.contrib.auth.models",
        {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        "Import consumers and routes below",
    ),
    (
        "from django.conf import settings; settings.DEBUG",
        {"DJANGO_SETTINGS_MODULE": ""},
        "set `DJANGO_SETTINGS_MODULE`",
    ),
    (
        "import channels.routing, channels_fast; channels_fast.install()",
        {},
        "below `get_asgi_application()` or `django.setup()`",
    ),
]


@pytest.mark.parametrize(("source", "environment", "cure"), STARTS)
def test_an_error_of_the_start_is_explained(source, environment, cure, tmp_path):
    program = tmp_path / "asgi.py"
    program.write_text(source)
    done = run_program(program, **environment)
    assert done.returncode == 1
    said = " ".join(printed(done.stderr, tmp_path=tmp_path).split())
    assert cure in said
    assert f"{program}, line 1" in said


# What only other versions, servers and machines say

TEXTS = [
    (
        "object.__init__() takes exactly one argument (the instance to initialize)",
        ".as_asgi()",
    ),
    ("TypeError: 'ChatConsumer' object can't be awaited", "ChatConsumer.as_asgi()"),
    ("TypeError: __call__() takes 3 positional arguments but 4 were given", "Static"),
    (
        "TypeError: An asyncio.Future, a coroutine or an awaitable is required",
        "async def __call__(self, scope, receive, send)",
    ),
    (
        "app() missing 2 required positional arguments: 'receive' and 'send'",
        "Move the route into the `URLRouter`",
    ),
    ("No module named 'channels.http'", "from django.core.asgi import"),
    ("cannot import name 'AsgiHandler' from 'channels.http'", "get_asgi_application()"),
    ("ModuleNotFoundError: No module named 'channels'", "channels_fast.install()"),
    ("ModuleNotFoundError: No module named 'channels.auth'", "channels_fast.install()"),
    ("AppRegistryNotReady: Apps aren't loaded yet.", "routes below"),
    ("INFO:     ASGI 'lifespan' protocol appears unsupported.", "which answers"),
    ("RuntimeError: Event loop is closed", "Update channels_redis"),
    ("redis.exceptions.TimeoutError: Timeout reading from localhost:6379", "timeout"),
    ("redis.exceptions.MaxConnectionsError: Too many connections", "max_connections"),
    ("application: Attempt to send on a closed protocol", "`return` after"),
]


@pytest.mark.parametrize(("text", "cure"), TEXTS)
def test_a_text_from_elsewhere_is_explained(text, cure, tmp_path):
    said = " ".join(printed(text, tmp_path=tmp_path).split())
    assert said.count("cause ") == 1
    assert cure in said


# What is pasted

LOG = """\
INFO:     Started server process [7]
Traceback (most recent call last):
  File "/srv/site/manage.py", line 22, in <module>
    main()
  File "/usr/lib/python3.11/asyncio/base_events.py", line 653, in run_until_complete
    return future.result()
  File "/srv/venv/lib/python3.11/site-packages/channels_fast/routing.py", line 200
    return await route_in_python(routes, scope, receive, send)
  File "/srv/site/chat/consumers.py", line 31, in connect
    await self.channel_layer.group_add(
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "C:\\Python311\\Lib\\asyncio\\tasks.py", line 500, in wait_for
AttributeError: 'NoneType' object has no attribute 'group_add'
"""
LATER = "ValueError: No route found for path 'ws/nowhere'.\n"


def found_in(text, tmp_path):
    return json.loads(printed(text, "--format", "json", tmp_path=tmp_path))


def test_the_line_is_the_last_of_the_project(tmp_path):
    (found,) = found_in(LOG, tmp_path)
    assert found["text"].startswith("AttributeError: 'NoneType' object")
    assert found["place"] == {
        "file": "/srv/site/chat/consumers.py",
        "line": 31,
        "code": "await self.channel_layer.group_add(",
    }


def test_each_error_is_explained_once_in_the_order_of_the_text(tmp_path):
    found = found_in(LATER + LOG + LOG + LATER, tmp_path)
    texts = [one["text"].partition(":")[0] for one in found]
    assert texts == ["AttributeError", "ValueError"]


def test_an_error_has_no_line_of_another_traceback(tmp_path):
    text = LOG + "Traceback (most recent call last):\n" + LATER
    _, found = found_in(text, tmp_path)
    assert found["place"] is None


QUOTING = """\
  + Exception Group Traceback (most recent call last):
  |   File "/srv/site/asgi.py", line 3, in call
  |     raise ValueError(
  |         "Django can only handle ASGI/HTTP connections, not %s." % scope["type"]
  | ValueError: No application configured for scope type 'lifespan'
  +------------------------------------
"""


def test_the_source_that_a_traceback_quotes_is_no_error(tmp_path):
    (found,) = found_in(QUOTING, tmp_path)
    assert found["title"] == "The lifespan protocol"
    assert (found["place"]["file"], found["place"]["line"]) == ("/srv/site/asgi.py", 3)


def test_a_text_that_was_wrapped_is_found(tmp_path):
    (found,) = found_in("ValueError: No route found\n    for path 'a'.", tmp_path)
    assert found["title"] == "A path without a route"


def test_the_entry_that_says_more_is_the_one_that_is_shown(tmp_path):
    text = "ValueError: No application configured for scope type 'http'"
    (found,) = found_in(text, tmp_path)
    assert found["title"] == 'A router without an "http" key'


def test_standard_input_is_read(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(LATER))
    out = io.StringIO()
    call_command(Command(), "--explain", "-", stdout=out)
    assert out.getvalue().startswith("ValueError: No route found")


def test_what_is_not_known_is_an_error_that_says_where_to_look(tmp_path):
    with pytest.raises(CommandError, match=r"docs/troubleshooting\.md lists what is"):
        printed("ValueError: mine", tmp_path=tmp_path)


def test_a_file_that_is_not_there_is_an_error_that_names_it():
    with pytest.raises(CommandError, match=r"'no_such\.txt' cannot be read"):
        call_command(Command(), "--explain", "no_such.txt")
