"""Applications of a project, and what the system checks find in them."""

from __future__ import annotations

import sys
import types

import pytest

from channels_fast.checks import registered as checks
from channels_fast.generic.websocket import WebsocketConsumer
from channels_fast.routing import ProtocolTypeRouter, URLRouter


class Chat(WebsocketConsumer):
    """A consumer."""


async def app(scope, receive, send):
    """An application for a route."""


class Old:
    """An application of ASGI 2."""

    def __init__(self, scope):
        self.scope = scope

    async def __call__(self, receive, send):
        pass


@pytest.fixture(name="found")
def application_checks(settings, monkeypatch):
    """Return a function that checks an application, as {id: message}."""
    module = types.ModuleType("project_asgi")
    monkeypatch.setitem(sys.modules, "project_asgi", module)
    settings.ASGI_APPLICATION = "project_asgi.application"

    def found(application, *, deploy=False):
        module.application = application
        check = checks.check_application
        if deploy:
            check = checks.check_application_for_deployment
        with checks.importing_application():
            messages = check(None)
        numbers = {m.id.partition(".")[2]: m for m in messages}
        assert len(numbers) == len(messages), messages
        return numbers

    return found


def websocket(*routes):
    return ProtocolTypeRouter({"http": app, "websocket": URLRouter(list(routes))})


def answering(routes, path):
    """Return the route that answers *path*, behind those to its router, or ``None``."""
    path = path.lstrip("/")
    for route in routes:
        found = route.pattern.match(path)
        if found and isinstance(route.callback, URLRouter):
            inner = answering(route.callback.routes, found[0])
            if inner:
                return [route, *inner]
        elif found:
            return [route]
    return None


def by_function(inner):
    """Wrap *inner* in middleware that is a function, as many projects have it."""

    async def middleware(scope, receive, send):
        return await inner(scope, receive, send)

    return middleware
