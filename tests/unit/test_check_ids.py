"""
For each id about routes and asgi.py: a small project that has it, and no other.

To add one, add a `Project` to `PROJECTS`. All checks run over it. Those about consumers
are in `test_check_ids_consumers`.
"""

from __future__ import annotations

import re
from pathlib import Path

import django
import pytest
from django.core import checks as django_checks

from channels_fast._routes import compile as compiling
from channels_fast.checks import servers

from ..support.check_projects import Project, check_of_projects  # noqa: F401 # a fixture
from ..support.engines import WHY_NOT_COMPILED
from .test_check_ids_consumers import PROJECTS as PROJECTS_OF_CONSUMERS

DOCS = Path(__file__).parents[2] / "docs" / "checks.md"
#: What `channels_fast.urls` finds: `test_urls_hook.py`, `tests/urls/test_checks.py`.
OF_URLS = {"W019", "W020", "I003", "I004"}
ERROR, INFO = django_checks.ERROR, django_checks.INFO


def without_compiled_part(monkeypatch):
    monkeypatch.setattr(compiling, "WHY_NOT_COMPILED", "there is none")


def with_the_runserver_of_django(monkeypatch):
    monkeypatch.setattr(servers, "get_commands", lambda: {"runserver": "django.core"})


PROJECTS = [
    # Things that are no route
    Project("E005", 'sockets(("ws/", chat))', ERROR, says="Write path('ws/', ...)."),
    Project("E005", 'URLRouter(path("ws/", chat))', ERROR, says="Put it into a list"),
    Project("E005", 'sockets([path("ws/", chat)])', ERROR, says="Write * in front"),
    Project("E005", 'sockets("ws/")', ERROR, says="the text 'ws/' and no route"),
    Project("E005", 'URLRouter("chat.routing")', ERROR, says="the text 'chat.routing'"),
    Project("E005", "URLRouter(time)", ERROR, says="time.websocket_urlpatterns"),
    Project("E005", "URLRouter(None)", ERROR, says="are None and no list"),
    Project("E005", "sockets(None)", ERROR, says="number 0 of the routes is None"),
    Project("E005", "sockets(chat)", ERROR, says='path("chat/", Chat.as_asgi())'),
    Project("E005", "sockets(Chat)", ERROR, says='path("chat/", Chat.as_asgi())'),
    Project(
        "E005", "sockets(sockets())", ERROR, says='path("chat/", URLRouter([...]))'
    ),
    Project(
        "E005",
        "from django.urls import URLPattern\n"
        "from channels_fast.routing import URLRouter\n"
        "class Own:\n    name = None\n"
        "application = URLRouter([URLPattern(Own(), URLRouter([]))])",
        ERROR,
        says="asgi.Own",
    ),
    Project(
        "E005",
        "from channels_fast.routing import URLRouter\nroutes = []\n"
        "application = URLRouter(routes)\nroutes.append(1)",
        ERROR,
        says="number 0 of the routes is an object of builtins.int and no route",
    ),
    # What cannot be imported
    Project("E006", "1 / 0", ERROR, says="division by zero ({asgi}, line"),
    Project("E006", "import os\n1 1", ERROR, says="({asgi}, line 2)"),
    Project("E006", "import json\njson.loads('')", ERROR, says="({asgi}, line 2)"),
    Project(
        "E006",
        'sockets(path("ws/", "chat.Chat"))',
        ERROR,
        says="The second argument of path() is an application",
    ),
    Project(
        "E006",
        "from channels_fast.routing import route_class",
        ERROR,
        says="Write path() or re_path() in a URLRouter.",
    ),
    Project(
        "E006",
        "import channels_fast.routing as r\nr.include('x')",
        ERROR,
        says="Write a URLRouter inside another one.",
    ),
    Project(
        "E006",
        "import channels_fast.generic.websockets",
        ERROR,
        says="Write channels.generic.websocket.",
    ),
    Project(
        "E006",
        "",
        ERROR,
        {"ASGI_APPLICATION": "{package}.asgi:application"},
        says="Write ASGI_APPLICATION = '{package}.asgi.application'.",
    ),
    Project(
        "E006",
        "import os\nasync def app(scope, receive, send): ...",
        ERROR,
        says="Write ASGI_APPLICATION = '{package}.asgi.app'.",
    ),
    Project(
        "E006",
        "from channels_fast.routing import URLRouter\nserved = URLRouter([])\n"
        "def get_application(): ...",
        ERROR,
        says="Write ASGI_APPLICATION = '{package}.asgi.served'.",
    ),
    Project(
        "E006",
        "",
        ERROR,
        {"ASGI_APPLICATION": "application"},
        says="such as ASGI_APPLICATION = '",
    ),
    Project(
        "E006",
        "",
        ERROR,
        {"ASGI_APPLICATION": "no_such_site.asgi.application"},
        says="No module named 'no_such_site'",
    ),
    # What Django refuses, or misunderstands
    Project("E007", 'sockets(re_path("^a(/$", chat))', ERROR, says="is not a valid"),
    Project(
        "E007", 'sockets(path("^ws/(?P<a>.)/", chat))', ERROR, says="Write re_path("
    ),
    Project("E007", 'sockets(path("ws/$", chat))', ERROR, says="takes for text"),
    Project("E007", 'sockets(path("<strr:a>/", chat))', ERROR, says="Write 'str'"),
    Project("E007", 'sockets(path("<strr:a>/", chat))', ERROR, says="({asgi}, line"),
    Project(
        "E007",
        'sockets(path("<str: a>/", chat))',
        ERROR,
        says="Write it without the space",
        since=(3, 0),
    ),
    Project("E007", 'sockets(path("<a>/<a>/", chat))', ERROR, says="name of its own"),
    Project(
        "E011",
        "import channels\nimport django\ndjango.setup()\n"
        "async def application(scope, receive, send): ...",
        ERROR,
        {"INSTALLED_APPS": ["channels_fast"]},
    ),
    Project(
        "E012",
        "sockets()",
        ERROR,
        {"ROOT_URLCONF": "{package}.urls"},
        urls='urlpatterns = [path("ws/", chat)]',
    ),
    Project("W001", 'sockets(path("/ws/", chat))', says="Write 'ws/' in place of"),
    Project("W001", 'sockets(re_path("^/ws/$", chat))', says="Write '^ws/$' in place"),
    Project("W001", 'sockets(re_path("/ws/$", chat))', says="Write 'ws/$' in place of"),
    Project("W002", 'sockets(re_path("ws/", chat))', says="Write '^ws/'."),
    Project("W002", 'sockets(re_path("/ws/", chat))', says="Write '^ws/'."),
    Project("W002", 'sockets(re_path("^ws/x", chat))', says="Write '^ws/x$'."),
    Project(
        "W003",
        'sockets(re_path("^a/$", URLRouter([path("b/", chat)])))',
        says="Write '^a/', without the `$`.",
    ),
    Project(
        "W003",
        'sockets(re_path(r"^a/\\Z", URLRouter([path("b/", chat)])))',
        says=r"Write '^a/', without the `\Z`.",
    ),
    Project("W004", 'sockets(path("a/", chat), path("a/", chat))', says="there twice"),
    Project("W004", 'sockets(path("<x>/", chat), path("a/", chat))', says="Move 'a/'"),
    Project(
        "W005",
        'sockets(path("<n>/", URLRouter([path("<n>/", chat)])))',
        says="captured a second time",
    ),
    Project(
        "W005",
        'sockets(path("<n>/", URLRouter([path("", chat, {"n": 1})])))',
        says="'n' is always 1",
    ),
    Project("W006", 'ProtocolTypeRouter({"websocket": chat})'),
    Project(
        "W007",
        'sockets(path("ws/", chat))',
        settings={"DEBUG": True},
        prepare=with_the_runserver_of_django,
        says="django.core.management.commands.runserver.Command, which has no",
    ),
    Project(
        "W011",
        "from django.contrib.auth.models import User\n"
        "import django\ndjango.setup()\n"
        "async def application(scope, receive, send): ...",
        settings={"INSTALLED_APPS": ["channels_fast"]},
        says="AppRegistryNotReady",
    ),
    Project("W016", "import sys\nsys.exit('no')", says="no ({asgi}, line 2)"),
    Project(
        "W016",
        "from django.utils.functional import SimpleLazyObject\n"
        "application = SimpleLazyObject(lambda: 1 / 0)",
        says="division by zero ({asgi}, line 2)",
    ),
    Project(
        "W018",
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(2,)).start()\n"
        "async def application(scope, receive, send): ...",
    ),
    Project("I001", 'sockets(re_path("^ws/(?!a)", chat))', INFO, says="a lookaround"),
    Project("I002", "sockets()", INFO, prepare=without_compiled_part),
]


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.id)
def test_a_project_with_one_mistake_comes_to_its_id_and_no_other(check, project):
    if project.id == "I001" and WHY_NOT_COMPILED:
        pytest.skip("no route is compiled here, and I002 says so")
    if project.since > django.VERSION:
        pytest.skip("this Django takes it for text")
    found, says = check(project)
    if project.id != "I002":
        # It is about the process that the tests run in.
        found = [one for one in found if one.id != "channels_fast.I002"]
    assert [message.id for message in found] == [f"channels_fast.{project.id}"], found
    [message] = found
    assert message.level == project.level
    assert message.hint
    assert says in f"{message.msg} {message.hint}"


def test_each_id_that_is_documented_has_a_project():
    rows = re.findall(r"^\| `channels_fast\.(\w+)` \|", DOCS.read_text("utf-8"), re.M)
    there = {project.id for project in PROJECTS} | set(PROJECTS_OF_CONSUMERS)
    there |= OF_URLS
    assert sorted(set(rows)) == sorted(there)
    assert len(rows) == len(set(rows))
