"""``manage.py asgi_doctor`` of real projects."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import socket
from pathlib import Path

import pytest

from tests.project.processes import BY_INSTALL, BY_SETTINGS, Project
from tests.support.engines import WHY_NOT_COMPILED
from tests.support.redis_server import running_redis

ROOT = Path(__file__).parents[2]
MODULE = ("-m", "channels_fast.doctor")
PARTS = [
    *("Versions", "Compiled part", "Switch", "Channel layers", "Routes"),
    *("Compared with Django's patterns", "Checks", "Checks for deployment"),
]


def parts(text):
    """Return the paragraphs of a report by their titles, each in one line."""
    found = {}
    for line in text.splitlines():
        if line and not line.startswith(" "):
            found[line] = ""
            last = line
        else:
            found[last] += f" {line.strip()}"
    return {title: text.strip() for title, text in found.items()}


def doctor(project, *arguments, **environment):
    """Run it as a module, which needs nothing in the settings."""
    environment.setdefault("DJANGO_SETTINGS_MODULE", "gallery.settings")
    return project.manage(*MODULE[1:], *arguments, program=MODULE[0], **environment)


@pytest.mark.parametrize("program", [BY_SETTINGS, BY_INSTALL])
def test_a_project_without_errors_is_reported_with_status_0(shared_gallery, program):
    done = shared_gallery.manage("asgi_doctor", program=program)
    assert (done.returncode, done.stderr) == (0, "")
    found = parts(done.stdout)
    assert list(found) == PARTS
    assert re.search(r"Django +\d+\.\d+.* asgiref +\d", found["Versions"])
    switch = "INSTALLED_APPS" if program == BY_SETTINGS else "install() was called"
    assert switch in found["Switch"]
    assert found["Channel layers"].split()[0] == "default"
    assert re.match(r"\d+ routes?: ", found["Routes"])
    if not WHY_NOT_COMPILED:
        assert "In use: _rust." in found["Compiled part"]
        assert "the same answers." in found["Compared with Django's patterns"]


def test_the_json_has_all_of_it(shared_gallery):
    done = shared_gallery.manage("asgi_doctor", "--format", "json")
    report = json.loads(done.stdout)
    assert report["versions"]["Django"]
    assert report["switch"] == "INSTALLED_APPS"
    assert report["layers"][0]["connected"] is False
    assert sum(report["engines"].values()) > 0
    assert report["errors"] == []


def test_the_rest_is_reported_if_the_application_cannot_be_imported(gallery):
    file = gallery.directory / "gallery" / "asgi.py"
    wrong = "from channels.routing import AsgiHandler"
    file.write_text(f"{wrong}\n{file.read_text()}")
    done = gallery.manage("asgi_doctor")
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: ")
    found = parts(done.stdout)
    assert list(found) == PARTS
    assert "cannot import name 'AsgiHandler'" in found["Routes"]
    assert f"({file}, line 1)" in found["Routes"]
    assert (
        "cure: Write `from django.core.asgi import get_asgi_application`"
        in found["Routes"]
    )
    assert "ERROR channels_fast.E006" in found["Checks"]
    assert "Nothing to compare" in found["Compared with Django's patterns"]


def test_an_application_that_ends_the_process_does_not_end_the_doctor(gallery):
    file = gallery.directory / "gallery" / "asgi.py"
    file.write_text(f"import sys; sys.exit('no server here')\n{file.read_text()}")
    done = gallery.manage("asgi_doctor")
    assert done.returncode == 1
    assert "SystemExit: no server here" in parts(done.stdout)["Routes"]


def test_an_error_of_a_check_is_status_1_with_the_words_of_the_check(gallery):
    file = gallery.directory / "gallery" / "asgi.py"
    text = file.read_text()
    file.write_text(text.replace("ThumbnailMaker.as_asgi()", "ThumbnailMaker"))
    done = gallery.manage("asgi_doctor")
    assert done.returncode == 1
    assert "ERROR channels_fast.E001" in parts(done.stdout)["Checks"]
    assert "Write ThumbnailMaker.as_asgi()" in parts(done.stdout)["Checks"]


def test_a_silenced_check_is_not_said(gallery):
    file = gallery.directory / "gallery" / "asgi.py"
    text = file.read_text()
    file.write_text(text.replace("ThumbnailMaker.as_asgi()", "ThumbnailMaker"))
    changed = gallery.settings(SILENCED_SYSTEM_CHECKS=["channels_fast.E001"])
    done = gallery.manage("asgi_doctor", **changed)
    assert "E001" not in done.stdout
    assert done.returncode == 0


def test_checks_for_deployment_are_said_apart(gallery):
    changed = gallery.settings(DEBUG=False)
    found = parts(gallery.manage("asgi_doctor", **changed).stdout)
    assert "W010" in found["Checks for deployment"]
    assert "W010" not in found["Checks"]


def test_without_the_extension_it_is_said_why_and_nothing_is_compared(shared_gallery):
    done = shared_gallery.manage("asgi_doctor", CHANNELS_FAST_DISABLE="1")
    assert done.returncode == 0
    found = parts(done.stdout)
    why, _, _ = found["Compiled part"].partition(" There is")
    assert why == "Not in use: CHANNELS_FAST_DISABLE is set."
    assert "Nothing to compare" in found["Compared with Django's patterns"]


# Layers


def layer(backend, **config):
    return {"default": {"BACKEND": backend, "CONFIG": config}}


def test_a_message_is_sent_through_each_layer_if_asked_for(shared_gallery):
    done = shared_gallery.manage("asgi_doctor", "--connect")
    assert "A message was sent, and received." in parts(done.stdout)["Channel layers"]
    assert done.returncode == 0


@pytest.mark.parametrize(
    "kind", ["core.RedisChannelLayer", "pubsub.RedisPubSubChannelLayer"]
)
def test_a_message_is_sent_through_redis(gallery, kind):
    pytest.importorskip("channels_redis")
    with running_redis() as port:
        layers = layer(f"channels_redis.{kind}", hosts=[f"redis://127.0.0.1:{port}"])
        done = gallery.manage(
            "asgi_doctor", "--connect", **gallery.settings(CHANNEL_LAYERS=layers)
        )
    assert "A message was sent, and received." in parts(done.stdout)["Channel layers"]
    assert done.stderr == ""


def test_a_layer_that_does_not_answer_is_an_error_after_the_time_given(gallery):
    pytest.importorskip("channels_redis")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        # Nothing else may end the wait before the doctor does.
        host = {"host": "127.0.0.1", "port": port, "socket_timeout": None}
        layers = layer("channels_redis.core.RedisChannelLayer", hosts=[host])
        changed = gallery.settings(CHANNEL_LAYERS=layers)
        assert gallery.manage("asgi_doctor", **changed).returncode == 0
        done = gallery.manage("asgi_doctor", "--connect", "0.3", **changed)
    assert done.returncode == 1
    found = parts(done.stdout)
    assert "no message came through within 0.3 seconds" in found["Channel layers"]
    assert list(found) == PARTS


def test_a_layer_that_cannot_be_made_is_an_error_with_its_cure(gallery):
    changed = gallery.settings(CHANNEL_LAYERS=layer("photos.no_such.Layer"))
    done = gallery.manage("asgi_doctor", **changed)
    assert done.returncode == 1
    found = parts(done.stdout)
    assert "The checks below say why." in found["Channel layers"]
    assert "ModuleNotFoundError: No module named 'photos.no_such'" in found["Checks"]
    assert "HINT: Install the package that has 'photos.no_such'" in found["Checks"]


# Without "channels_fast" in the settings


@pytest.fixture
def router_only(tmp_path):
    (tmp_path / "settings.py").write_text(
        "SECRET_KEY = 'x'\nINSTALLED_APPS = []\nASGI_APPLICATION = 'asgi.application'\n"
    )
    (tmp_path / "asgi.py").write_text(
        "from channels_fast.routing import ProtocolTypeRouter, URLRouter\n"
        "from django.urls import path\n"
        "async def app(scope, receive, send): ...\n"
        "sockets = URLRouter([path('/a/', app)])\n"
        "application = ProtocolTypeRouter({'http': app, 'websocket': sockets})\n"
    )
    return Project(tmp_path)


def test_a_project_with_the_router_only_is_examined_by_the_module(router_only):
    done = doctor(router_only, DJANGO_SETTINGS_MODULE="settings")
    assert (done.returncode, done.stderr) == (0, "")
    found = parts(done.stdout)
    assert found["Switch"].startswith("Only the routers are in use")
    assert "channels_fast.W001" in found["Checks"]
    assert "CHANNEL_LAYERS is empty" in found["Channel layers"]


def test_with_compiled_urls_alone_channels_is_still_the_package_of_that_name(
    router_only,
):
    settings = router_only.directory / "settings.py"
    text = settings.read_text().replace("[]", "['channels_fast.urls']")
    settings.write_text(text + "ROOT_URLCONF = 'urls'\n")
    (router_only.directory / "urls.py").write_text("urlpatterns = []\n")
    done = doctor(router_only, DJANGO_SETTINGS_MODULE="settings")
    assert (done.returncode, done.stderr) == (0, "")
    assert parts(done.stdout)["Switch"].startswith("Only the routers are in use")


def test_settings_that_are_not_named_are_explained(router_only):
    done = doctor(router_only, DJANGO_SETTINGS_MODULE="")
    assert done.returncode == 1
    assert "cure   In `asgi.py`, set `DJANGO_SETTINGS_MODULE`" in done.stdout
    assert "Django does not start: ImproperlyConfigured: " in done.stdout


def test_a_traceback_is_explained_without_settings(router_only):
    (router_only.directory / "log.txt").write_text("Event loop is closed\n")
    for program in (["--explain", "log.txt"], ["--explain", "settings.py"]):
        done = doctor(router_only, *program, DJANGO_SETTINGS_MODULE="")
        assert done.returncode == ("settings.py" in program)
    assert done.stderr.startswith("Nothing in it is known.")


# The documentation

EXAMPLES = [
    example
    for page in ("docs/doctor.md", "examples/chat/README.md")
    for example in re.findall(
        r"^```console\n\$ python (manage\.py asgi_.*)\n((?:.*\n)*?)```$",
        (ROOT / page).read_text(encoding="utf-8"),
        re.MULTILINE,
    )
]


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="the engines are others then")
@pytest.mark.parametrize(("command", "expected"), EXAMPLES)
def test_the_documentation_shows_what_is_printed(tmp_path, command, expected):
    demo = Project(Path(shutil.copytree(ROOT / "examples" / "chat", tmp_path / "chat")))
    (demo.directory / "log.txt").write_text(LOG)
    # What is installed differs between machines.
    with (demo.directory / "project" / "settings.py").open("a") as settings:
        settings.write('SILENCED_SYSTEM_CHECKS = ["channels_fast.W012"]\n')
    program, *arguments = shlex.split(command)
    done = demo.manage(*arguments, program=program, PYTHONIOENCODING="utf-8")
    assert without_versions(done.stdout + done.stderr) == without_versions(expected)
    assert done.returncode == ("CommandError" in expected)


LOG = """\
Traceback (most recent call last):
  File "/srv/mysite/chat/consumers.py", line 31, in connect
    await self.channel_layer.group_add(self.group, self.channel_name)
AttributeError: 'NoneType' object has no attribute 'group_add'
"""


def without_versions(text):
    """Take away what differs between machines."""
    text = re.sub(r"(?m)^  \w+ +\d[\w.]*\n", "", text)
    return re.sub(r"_rust\.\S+", "_rust", text).strip()


def test_the_documentation_has_examples():
    assert len(EXAMPLES) == 4
