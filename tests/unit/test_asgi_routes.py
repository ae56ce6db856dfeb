"""``manage.py asgi_routes``, called in this process."""

from __future__ import annotations

import json
import sys
import types
import uuid
from functools import partial

import pytest
from django.core.handlers.base import BaseHandler
from django.urls import path, re_path

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.generic.websocket import WebsocketConsumer
from channels_fast.management.commands.asgi_routes import Command
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import OriginValidator
from tests.support import commands
from tests.support.commands import in_a_line, words
from tests.support.engines import told, without_note


class Chat(WebsocketConsumer):
    """A consumer."""


class Django(BaseHandler):
    """Django's own handler, in every version."""


async def app(scope, receive, send):
    """An application for a route."""


def project():
    sockets = URLRouter(
        [
            path("chat/<uuid:room>/", Chat.as_asgi(), name="chat"),
            re_path(r"^(?!x)([a-z]+)/$", app),
        ]
    )
    return ProtocolTypeRouter(
        {
            "http": Django(),
            "websocket": OriginValidator(
                AuthMiddlewareStack(sockets), ["http://a.org", ".b.org"]
            ),
            "channel": ChannelNameRouter({"thumbnails": app}),
        }
    )


@pytest.fixture(autouse=True)
def asgi_module(settings, monkeypatch):
    module = types.ModuleType("project_asgi")
    module.application = project()
    monkeypatch.setitem(sys.modules, "project_asgi", module)
    settings.ASGI_APPLICATION = "project_asgi.application"
    return module


printed = partial(commands.printed, Command)
refused = partial(commands.refused, Command)


MIDDLEWARE = "OriginValidator > CookieMiddleware > SessionMiddleware > AuthMiddleware"


def test_a_table_has_a_line_for_each_route():
    assert without_note(words(printed())) == [
        "protocol pattern name application engine middleware",
        f"http {__name__}.Django",
        f"websocket chat/<uuid:room>/ chat {__name__}.Chat "
        f"{in_a_line('trie')} {MIDDLEWARE}",
        rf"websocket ^(?!x)([a-z]+)/$ {__name__}.app "
        rf"{in_a_line('Django', 'a lookaround')} {MIDDLEWARE}",
        f"channel thumbnails {__name__}.app",
    ]


def test_one_protocol_can_be_asked_for():
    assert len(without_note(words(printed("--type", "websocket")))) == 3
    head, *_ = words(printed("--type", "websocket", "--format", "tree"))
    assert head == f"{MIDDLEWARE} > URLRouter"
    for arguments in ((), ("--format", "tree")):
        _, error = refused("--type", "lifespan", *arguments)
        assert error == "There is no ProtocolTypeRouter with the key 'lifespan'."


def test_a_tree_is_what_the_application_prints(asgi_module):
    printed_lines = without_note(printed("--format", "tree").splitlines())
    assert printed_lines == without_note(repr(asgi_module.application).splitlines())


def test_json_has_the_dotted_names():
    http, chat, page, _ = json.loads(printed("--format", "json"))
    assert (http["protocol"], http["pattern"]) == ("http", None)
    assert chat["middleware"][0] == "channels_fast.security.websocket.OriginValidator"
    assert (page["engine"], page["reason"]) == told("Django", "a lookaround")


ROOM = uuid.UUID("12345678-1234-5678-1234-567812345678")


def test_a_path_is_resolved_to_the_route_that_answers():
    assert words(printed("--resolve", f"/chat/{ROOM}/")) == [
        "yes chat/<uuid:room>/",
        "",
        f"{__name__}.Chat",
        "name chat",
        "args ()",
        f"kwargs {{'room': {ROOM!r}}}",
        f"engine {in_a_line('trie')}",
        f"middleware {MIDDLEWARE}",
    ]


def test_a_resolved_path_in_json_has_all_of_it():
    found = json.loads(printed("--resolve", "/tea/", "--format", "json"))
    first, second = found["asked"]
    assert (first["reason"], second["reason"]) == ("it does not match", "")
    assert found["route"]["application"] == f"{__name__}.app"
    assert (found["args"], found["kwargs"]) == (["tea"], {})
    assert (found["path_remaining"], found["error"], found["hints"]) == ("", "", [])


def test_a_path_is_read_as_an_address_has_it(asgi_module):
    asgi_module.application = URLRouter([path("<str:a>/", app)])
    for address in ("/caf%C3%A9/?b=/c", "café/", "ws://a.org:8000/café/?b"):
        assert "kwargs      {'a': 'café'}" in printed("--resolve", address)


def test_a_path_without_a_route_ends_with_the_error_of_the_connection():
    out, error = refused("--resolve", "/tea")
    assert words(out) == [
        "no chat/<uuid:room>/ it does not match",
        "no ^(?!x)([a-z]+)/$ it would match with a slash at the end",
        "With a slash at the end, the route '^(?!x)([a-z]+)/$' would answer.",
    ]
    assert error == "No route found for path 'tea'."
    out, error = refused("--resolve", "/tea/", "--root-path", "/a", "--format", "json")
    assert error == json.loads(out)["error"] == "No route found for path '/tea/'."
    assert json.loads(out)["route"] is None
    assert json.loads(out)["hints"]


def test_a_router_that_answers_misses_says_so(asgi_module):
    asgi_module.application = URLRouter([path("tea/", app)], on_miss="close")
    assert printed("--format", "tree").startswith("URLRouter(on_miss='close')\n")
    out, _ = refused("--resolve", "/nothing/")
    assert words(out)[1:] == ["The connection is answered: on_miss is 'close'."]


def test_other_types_than_websocket_are_resolved():
    out = printed("--resolve", "/any/", "--type", "http")
    assert words(out) == [f"{__name__}.Django"]
    out = printed("--resolve", "thumbnails", "--type", "channel")
    assert words(out) == [f"{__name__}.app"]
    _, error = refused("--resolve", "/", "--type", "lifespan")
    assert error == "ProtocolTypeRouter answers: there is nothing to start."
    _, error = refused("--resolve", "other", "--type", "channel")
    assert error == "No application configured for channel name 'other'"


@pytest.mark.parametrize(
    ("host", "allowed"),
    [("a.org", True), ("a.org:80", True), ("x.b.org", True), ("a.org:8000", False)],
)
def test_a_host_is_compared_with_the_allowed_origins(host, allowed):
    arguments = ("--resolve", "/tea/", "--host", host)
    if allowed:
        assert printed(*arguments)
        return
    _, error = refused(*arguments)
    assert error == (
        "OriginValidator denies pages of 'a.org:8000'. It allows "
        "['http://a.org', '.b.org']."
    )


def test_a_host_is_compared_with_those_that_django_answers(settings):
    settings.ALLOWED_HOSTS = ["a.org"]
    arguments = ("--resolve", "/", "--type", "http", "--host")
    assert printed(*arguments, "a.org:8000")
    _, error = refused(*arguments, "b.org")
    assert error == "Django denies requests to 'b.org'. ALLOWED_HOSTS is ['a.org']."
    settings.ALLOWED_HOSTS = []
    settings.DEBUG = True
    assert printed(*arguments, "127.0.0.1:8000")


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        (None, "Cannot find ASGI_APPLICATION setting."),
        ("nonsense", "Cannot find ASGI_APPLICATION setting."),
        ("no_such_module.application", "No module named 'no_such_module'"),
        ("project_asgi.no_such_name", "no_such_name"),
    ],
)
def test_an_application_that_is_not_there_is_one_line(settings, setting, text):
    settings.ASGI_APPLICATION = setting
    out, error = refused()
    assert out == ""
    assert text in error
    assert "\n" not in error
    # The place is one of the project, or none.
    assert "channels_fast" not in error


def test_a_project_without_the_setting_is_told_so(settings):
    del settings.ASGI_APPLICATION
    assert "Cannot find ASGI_APPLICATION setting." in refused()[1]


@pytest.mark.parametrize("error", [SystemExit("it\ngave up"), KeyError("it gave up")])
def test_an_application_that_raises_when_it_is_looked_at_is_one_line(
    asgi_module, error
):
    class Lazy:
        @property
        def _path_routing(self):
            raise error

    asgi_module.application = Lazy()
    _, text = refused()
    assert "it gave up" in text
    assert "\n" not in text
