"""Tests with a live server, for the test runner of Django."""

import importlib
import os
from urllib.request import urlopen

from django.contrib.contenttypes.models import ContentType
from websockets.sync.client import connect

testing = importlib.import_module(f"{os.environ['PACKAGE']}.testing")


class LiveTests(testing.ChannelsLiveServerTestCase):
    def test_websocket_sees_the_test_database(self):
        ContentType.objects.create(app_label="mine", model="a")
        ContentType.objects.create(app_label="mine", model="b")
        with connect(self.live_server_ws_url + "/ws/", open_timeout=30) as websocket:
            websocket.send("mine")
            assert websocket.recv(timeout=30) == "2"

    def test_static_files_are_served(self):
        with urlopen(self.live_server_url + "/static/hello.txt", timeout=30) as answer:
            assert answer.read() == b"static hello"
