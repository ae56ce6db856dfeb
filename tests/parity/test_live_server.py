"""
ChannelsLiveServerTestCase with a server, a database and two clients.

Each case is a small project that a process of its own tests, since the test
case needs a database in a file, and the server process its settings.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FILES = {
    "live_settings.py": """
from pathlib import Path

HERE = Path(__file__).parent
SECRET_KEY = "not a secret"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
]
DATABASES = {{
    "default": {{
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(HERE / "real.sqlite3"),
        "TEST": {{"NAME": str(HERE / "test.sqlite3")}},
    }}
}}
ASGI_APPLICATION = "live_asgi.application"
ROOT_URLCONF = "live_asgi"
STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "assets"]
USE_TZ = True
DEBUG = True
""",
    "live_asgi.py": """
import django
from django.urls import path

if django.VERSION >= (3, 0):
    from django.core.asgi import get_asgi_application

    http = get_asgi_application()
else:  # Django 2.2 has no ASGI; Channels has it in its place.
    from {package}.http import AsgiHandler

    django.setup()
    http = AsgiHandler()

from django.contrib.contenttypes.models import ContentType
from {package}.generic.websocket import WebsocketConsumer
from {package}.routing import ProtocolTypeRouter, URLRouter

urlpatterns = []


class Count(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send(str(ContentType.objects.filter(app_label=text_data).count()))


application = ProtocolTypeRouter(
    {{"http": http, "websocket": URLRouter([path("ws/", Count.as_asgi())])}}
)
""",
    "assets/hello.txt": "static hello",
    "test_live.py": """
from urllib.request import urlopen

from django.contrib.contenttypes.models import ContentType
from {package}.testing import ChannelsLiveServerTestCase
from websockets.sync.client import connect


class LiveTests(ChannelsLiveServerTestCase):
    def test_websocket_sees_the_test_database(self):
        ContentType.objects.create(app_label="mine", model="a")
        ContentType.objects.create(app_label="mine", model="b")
        with connect(self.live_server_ws_url + "/ws/") as websocket:
            websocket.send("mine")
            self.assertEqual(websocket.recv(timeout=10), "2")

    def test_static_files_are_served(self):
        with urlopen(self.live_server_url + "/static/hello.txt", timeout=10) as answer:
            self.assertEqual(answer.read(), b"static hello")
""",
    "run.py": """
import multiprocessing
import os
import sys

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    os.environ["DJANGO_SETTINGS_MODULE"] = "live_settings"
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", "test", "test_live", "--noinput"])
""",
}


SPAWN = pytest.mark.since("4.3", "the server may run in a spawned process")


@pytest.mark.parametrize("start_method", ["fork", pytest.param("spawn", marks=SPAWN)])
def test_a_live_server_serves_both_protocols(channels, start_method, tmp_path):
    for name, content in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        text = content if name.endswith(".txt") else content.format(package=channels)
        file.write_text(text)
    done = subprocess.run(
        [sys.executable, "run.py", start_method],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Ran 2 tests" in done.stderr
    assert not (tmp_path / "real.sqlite3").exists()
