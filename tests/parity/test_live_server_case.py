"""The test case with a live server: its addresses, its application, its database."""

from __future__ import annotations

import threading
import unittest
from unittest import mock

import pytest
from django.db import connections

pytestmark = pytest.mark.django_db


def test_live_server_refuses_databases_in_memory(channels):
    class Case(channels.testing.ChannelsLiveServerTestCase):
        def runTest(self):  # noqa: N802 # unittest asks for it
            raise AssertionError("the case is run")

    # In a suite, since 4.3 finds out for the class and 3.0.5 for each test.
    result = unittest.TestResult()
    unittest.TestSuite([Case()]).run(result)
    [(_, traceback)] = result.errors
    assert result.failures == []
    assert traceback.splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: "
        "ChannelLiveServerTestCase can not be used with in memory databases"
    )


def test_live_server_has_addresses(channels):
    class Case(channels.testing.ChannelsLiveServerTestCase):
        _port = 8123

        def runTest(self):  # noqa: N802 # unittest asks for it
            pass

    case = Case()
    assert case.live_server_url == "http://localhost:8123"
    assert case.live_server_ws_url == "ws://localhost:8123"
    assert (case.host, case.serve_static) == ("localhost", True)


application = object()


@pytest.mark.since("4.3", "make_application is new")
def test_live_server_wraps_the_default_application(channels, settings):
    settings.ASGI_APPLICATION = f"{__name__}.application"
    live = channels("testing.live")
    assert live.make_application(static_wrapper=None) is application
    assert live.make_application(static_wrapper=lambda app: [app]) == [application]


class Process:
    """Stands for the process of the server."""

    def __init__(self, host, application, setup=None, teardown=None):
        self.log = ["made for " + host]
        self.ready, self.port = threading.Event(), mock.Mock(value=8123)

    def start(self):
        self.log.append("start")
        self.ready.set()

    def is_alive(self):
        return True

    def terminate(self):
        self.log.append("terminate")

    def join(self):
        self.log.append("join")


def test_live_server_runs_in_a_process_of_any_kind(channels, settings):
    settings.ASGI_APPLICATION = f"{__name__}.application"
    log = []

    class Case(channels.testing.ChannelsLiveServerTestCase):
        ProtocolServerProcess = Process
        serve_static = False
        host = "127.0.0.1"

        _is_in_memory_db = staticmethod(lambda connection: False)
        # The test has a transaction of its own around it.
        _fixture_setup = _fixture_teardown = staticmethod(lambda *case: None)

        @classmethod
        def setUpClass(cls):
            super().setUpClass()
            log.append("set up")

        @classmethod
        def tearDownClass(cls):
            super().tearDownClass()
            log.append("torn down")

        def runTest(self):  # noqa: N802 # unittest asks for it
            log.append(self.live_server_url)
            log.append(self._server_process.log)

    result = unittest.TestResult()
    unittest.TestSuite([Case()]).run(result)
    assert (result.errors, result.failures) == ([], [])
    assert log == [
        "set up",
        "http://127.0.0.1:8123",
        ["made for 127.0.0.1", "start", "terminate", "join"],
        "torn down",
    ]


@pytest.mark.since("4.3", "a spawned server has to be told its database")
def test_live_server_uses_the_test_database(channels):
    database = connections.databases["default"]
    for test, name in (({"NAME": "mine"}, "mine"), ({"NAME": None}, "test_real")):
        with mock.patch.dict(database, NAME="real", TEST=test):
            channels("testing.live").set_database_connection()
            assert database["NAME"] == name
