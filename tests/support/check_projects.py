"""Projects as small as they can be, and all checks over one of them."""

from __future__ import annotations

import importlib
import itertools
import re
import sys
import textwrap
import warnings
from typing import Any, Callable, NamedTuple

import pytest
from django.conf import settings
from django.core import checks as django_checks
from django.core import mail
from django.core.checks.registry import CheckRegistry

from channels_fast.checks import registered, versions

_NUMBERS = itertools.count()

#: In front of each asgi.py that does not begin with an import of its own.
PRELUDE = """\
import threading, time
from django.urls import path, re_path
from channels_fast.auth import AuthMiddlewareStack
from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import OriginValidator

class Chat(AsyncWebsocketConsumer):
    pass

class Old:
    def __init__(self, scope): ...
    async def __call__(self, receive, send): ...

async def http(scope, receive, send): ...

def sockets(*routes, around=lambda inner: inner):
    return ProtocolTypeRouter(
        {"http": http, "websocket": around(URLRouter(list(routes)))}
    )

chat = Chat.as_asgi()
"""


class Project(NamedTuple):
    """A project, as small as it can be."""

    #: What its checks come to: one id.
    id: str
    #: Its asgi.py, or the value of `application` in it.
    asgi: str
    level: int = django_checks.WARNING
    settings: dict[str, Any] = {}
    deploy: bool = False
    #: Its urls.py, if it has one.
    urls: str = ""
    #: What else has to be so.
    prepare: Callable[[pytest.MonkeyPatch], Any] = lambda monkeypatch: None
    #: A part of the text or of the hint.
    says: str = ""
    #: The oldest Django that finds it.
    since: tuple[int, int] = (2, 2)


@pytest.fixture(name="check")
def check_of_projects(tmp_path, monkeypatch):
    """Return a function that makes a project and runs all checks over it."""
    monkeypatch.syspath_prepend(tmp_path)
    # Django takes this for a sign that tests run, which do not import asgi.py.
    monkeypatch.delattr(mail, "outbox")
    registry = CheckRegistry()
    monkeypatch.setattr(django_checks, "register", registry.register)
    registered.register()
    # The checks of versions are about the environment of the tests.
    monkeypatch.setattr(versions, "installed", dict)

    def check(project):
        package = f"site_of_checks_{next(_NUMBERS)}"
        folder = tmp_path / package
        folder.mkdir()
        names = {"package": package, "asgi": str(folder / "asgi.py")}
        for name, source in (("asgi", project.asgi), ("urls", project.urls)):
            text = textwrap.dedent(source)
            if name == "asgi" and text and not re.match("import|from|1 ", text):
                text = f"{PRELUDE}\napplication = {text}\n"
            if name == "urls":
                text = f"{PRELUDE}\n{text or 'urlpatterns = []'}\n"
            (folder / f"{name}.py").write_text(text)
        importlib.invalidate_caches()
        defaults = {
            "ASGI_APPLICATION": "{package}.asgi.application",
            "ROOT_URLCONF": "{package}.urls",
            "CHANNEL_LAYERS": {},
        }
        for name, value in {**defaults, **project.settings}.items():
            text = value.format(**names) if isinstance(value, str) else value
            monkeypatch.setattr(settings, name, text, raising=False)
        project.prepare(monkeypatch)
        with warnings.catch_warnings(), registered.importing_application():
            warnings.simplefilter("ignore", DeprecationWarning)
            found = registry.run_checks(include_deployment_checks=project.deploy)
        for name in [one for one in sys.modules if one.startswith(package)]:
            del sys.modules[name]
        return found, project.says.format(**names)

    return check
