"""
For each id about consumers, layers, origins and versions: the smallest project that
has it, and has no other one.
"""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from django.core import checks as django_checks

from channels_fast.checks import registered, versions

from ..support.written import import_of_written  # noqa: F401 # fixtures

HEAD = """
from django.urls import path
from channels_fast.auth import AuthMiddlewareStack
from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import OriginValidator

async def http(scope, receive, send): ...

class Chat(AsyncWebsocketConsumer):
    async def connect(self): ...

def project(inner, *origins):
    stack = AuthMiddlewareStack(URLRouter([path("chat/", inner)]))
    stack = OriginValidator(stack, origins or [".example.com"])
    return ProtocolTypeRouter({"http": http, "websocket": stack})

"""
CLEAN = "application = project(Chat.as_asgi())"
PROJECTS = {
    "E001": ("application = project(Chat)", {}),
    "E002": ("application = project(Chat.as_asgi)", {}),
    "E003": ("def view(request): ...\n\napplication = project(view)", {}),
    "E004": (
        "class TokenAuth:\n"
        "    def __init__(self, inner):\n"
        "        self.inner = inner\n\n"
        "    def __call__(self, scope):\n"
        "        return self.inner(scope)\n\n"
        "application = project(TokenAuth(Chat.as_asgi()))",
        {},
    ),
    "E008": (CLEAN, {"CHANNEL_LAYERS": {"default": {"BACKEND": "gone.Layer"}}}),
    "E009": (
        "class Mixed(AsyncWebsocketConsumer):\n"
        "    def connect(self): ...\n\n"
        "application = project(Mixed.as_asgi())",
        {},
    ),
    "E010": (
        "class Wrong(AsyncWebsocketConsumer):\n"
        "    async def disconnect(self): ...\n\n"
        "application = project(Wrong.as_asgi())",
        {},
    ),
    "W008": ("application = project(Chat.as_asgi(), '*')", {}),
    "W009": ("application = project(Chat.as_asgi(), '*.example.com')", {}),
    "W010": (
        CLEAN,
        {
            "CHANNEL_LAYERS": {
                "default": {"BACKEND": "channels_fast.layers.InMemoryChannelLayer"}
            }
        },
    ),
    "W012": (CLEAN, {}),
    "W013": (
        CLEAN,
        {"DATABASES": {"default": {"ENGINE": "a", "CONN_MAX_AGE": 600}}},
    ),
    "W014": (
        "class Old:\n"
        "    def __init__(self, scope): ...\n\n"
        "    async def __call__(self, receive, send): ...\n\n"
        "application = project(Old)",
        {},
    ),
    "W015": ("application = project(Chat())", {}),
}


@pytest.fixture
def ids(written, monkeypatch):
    """Return a function that runs all checks for a project, and returns their ids."""
    functions = []
    monkeypatch.setattr(
        django_checks,
        "register",
        lambda check, *tags, **kwargs: functions.append(check),
    )
    registered.register()
    # The newest of a package for an old Python may be one that W012 names.
    monkeypatch.setattr(versions, "installed", dict)

    def ids(source, settings):
        module = written(HEAD + source)
        values = {"ASGI_APPLICATION": f"{module.__name__}.application", **settings}
        for name, value in values.items():
            # Without the signal of a changed setting, which warns about databases.
            monkeypatch.setattr(django_settings, name, value, raising=False)
        with registered.importing_application():
            found = [message for check in functions for message in check(None)]
        assert all(message.hint for message in found)
        return [message.id.partition(".")[2] for message in found]

    return ids


@pytest.mark.parametrize("number", PROJECTS)
def test_a_project_with_one_mistake_has_exactly_its_id(ids, monkeypatch, number):
    if number == "W012":
        monkeypatch.setattr(versions, "installed", lambda: {"daphne": "2.5.0"})
    source, settings = PROJECTS[number]
    assert ids(source, settings) == [number]


def test_a_project_without_a_mistake_has_none(ids):
    assert ids(CLEAN, {}) == []
