"""Statements about ``channels`` and ``channels_fast`` in the table of README.md."""

from __future__ import annotations

import gc
import re
import warnings
from importlib import import_module
from importlib.metadata import files, metadata, requires
from importlib.util import find_spec
from pathlib import Path

import pytest
import trio
from django.core.exceptions import ImproperlyConfigured
from django.urls import include, path, re_path
from django.urls.resolvers import RegexPattern

from tests.packaging.clients import events_of


def channels_has_no_include():
    from channels.routing import URLRouter

    with pytest.raises(ImproperlyConfigured, match=r"include\(\) is not supported"):
        URLRouter([path("ws/", include(([], "ws")))])


def channels_asks_the_regexes_of_python():
    """Its router calls the pattern object of each route, which has one of `re`."""
    from channels.routing import URLRouter

    asked = []

    class Pattern(RegexPattern):
        def match(self, text):
            asked.append((text, type(self.regex)))

    route = re_path("^(a|aa)+$", events_of)
    route.pattern = Pattern(r"^(a|aa)+$")
    call = URLRouter([route])({"type": "websocket", "path": "/aaa!"}, None, None)
    with pytest.raises(ValueError, match="No route found"):
        call.send(None)
    assert asked == [("aaa!", re.Pattern)]


async def both_pass_on_what_comes():
    """A consumer gets the JSON of a message as it came."""
    for name in ("channels", "channels_fast"):
        websocket = import_module(f"{name}.generic.websocket")

        class Consumer(websocket.AsyncJsonWebsocketConsumer):
            async def receive_json(self, content: list[int]):
                await self.send_json(content)

        testing = import_module(f"{name}.testing")
        client = testing.WebsocketCommunicator(Consumer.as_asgi(), "/")
        await client.connect()
        await client.send_json_to(["no number"])
        assert await client.receive_json_from() == ["no number"]
        await client.disconnect()


def channels_has_no_limits():
    from channels.generic.websocket import AsyncWebsocketConsumer

    names = " ".join(dir(AsyncWebsocketConsumer))
    assert not re.search("limit|max_|timeout|idle", names)


def channels_has_no_denial_response():
    from channels.generic.websocket import AsyncWebsocketConsumer

    assert not hasattr(AsyncWebsocketConsumer, "deny")
    assert not any("websocket.http.response" in text for text in sources_of("channels"))


def channels_does_not_drain():
    assert not any(re.search("SIGTERM|draining", it) for it in sources_of("channels"))


def both_need_django():
    for name in ("channels", "channels_fast"):
        names = [re.split(r"[^\w-]", it)[0].lower() for it in requires(name)]
        assert "django" in names


def channels_and_what_it_needs_is_python():
    for name in ("channels", "django", "asgiref", "sqlparse"):
        assert not compiled_files(name)


def both_are_asyncio():
    """Their consumers ask for the event loop of asyncio, or wait for its next turn."""
    theirs = r"no (running|current) event loop|written for some other framework"
    for name in ("channels", "channels_fast"):
        websocket = import_module(f"{name}.generic.websocket")
        application = websocket.AsyncWebsocketConsumer.as_asgi()
        with warnings.catch_warnings():
            # What it had begun to read is dropped.
            warnings.simplefilter("ignore", RuntimeWarning)
            with pytest.raises((RuntimeError, TypeError), match=theirs):
                trio.run(events_of, application, "/")
            gc.collect()


def status(name):
    [found] = [
        one.rpartition(" - ")[2]
        for one in metadata(name).get_all("Classifier")
        if one.startswith("Development Status")
    ]
    return found


def sources_of(name):
    """Yield the text of each Python file of a package."""
    [place] = find_spec(name).submodule_search_locations
    for file in Path(place).rglob("*.py"):
        yield file.read_text(encoding="utf-8")


def compiled_files(name):
    return [file for file in files(name) if file.suffix in {".so", ".pyd"}]
