"""A test case with a server: daphne in a process of its own."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Optional

from daphne.testing import (  # type: ignore[import-untyped] # daphne has no types
    DaphneProcess,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.test.testcases import TransactionTestCase
from django.test.utils import modify_settings

from ..routing import get_default_application

try:
    from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
except ImportError:  # Django 2.2 has no ASGI
    from ..staticfiles import (  # type: ignore[assignment] # what does the same
        StaticFilesWrapper as ASGIStaticFilesHandler,
    )


def make_application(*, static_wrapper: Optional[Callable[[Any], Any]]) -> Any:
    """Return the application that the server process runs."""
    application = get_default_application()
    return application if static_wrapper is None else static_wrapper(application)


def set_database_connection() -> None:
    """Point the server process at the test database."""
    database = connections.databases["default"]
    test_name = database["TEST"]["NAME"]
    database["NAME"] = test_name or f"{TEST_DATABASE_PREFIX}{database['NAME']}"


class _Application:
    """
    The application of the server process.

    A spawned process has to unpickle what it is given, which an application that
    Django has made does not allow. Its settings are fresh, and know neither the
    host nor the databases of the test. Those of a forked process know them already,
    so the names are not made here.
    """

    def __init__(self, host: str, static_wrapper: Any) -> None:
        self._host = host
        self._static_wrapper = static_wrapper
        self._names = {
            alias: connections[alias].settings_dict["NAME"] for alias in connections
        }
        self._application: Any = None

    def make(self) -> Any:
        """Adapt the settings and make the application, in the process that serves."""
        for alias, name in self._names.items():
            connections.databases[alias]["NAME"] = name
        if self._host not in settings.ALLOWED_HOSTS:
            settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, self._host]
        self._application = make_application(static_wrapper=self._static_wrapper)
        return self._application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        return await self._application(scope, receive, send)


def _tear_down() -> None:
    """Do nothing. In its place Daphne 3 has a lambda, which cannot be pickled."""


class ChannelsLiveServerTestCase(TransactionTestCase):
    """
    A ``TransactionTestCase`` with a server that listens on a port.

    The server is started once for the class. It serves ``ASGI_APPLICATION``
    and, if ``serve_static`` is set, the static files.

    Raises:
        ImproperlyConfigured: A database is in memory, where the server process
            cannot see it.
        RuntimeError: The server did not start.
    """

    host = "localhost"
    ProtocolServerProcess: Any = DaphneProcess
    static_wrapper: Any = ASGIStaticFilesHandler
    serve_static = True

    # Set while the class's tests run.
    _server_process: Any
    _port: int
    _live_server_modified_settings: Any

    @property
    def live_server_url(self) -> str:
        """The address for HTTP."""
        return f"http://{self.host}:{self._port}"

    @property
    def live_server_ws_url(self) -> str:
        """The address for WebSockets."""
        return f"ws://{self.host}:{self._port}"

    @classmethod
    def setUpClass(cls) -> None:
        """Start the server."""
        for connection in connections.all():
            if cls._is_in_memory_db(connection):
                raise ImproperlyConfigured(
                    "ChannelLiveServerTestCase can not be used with in memory databases"
                )
        super().setUpClass()
        cls._live_server_modified_settings = modify_settings(
            ALLOWED_HOSTS={"append": cls.host}
        )
        cls._live_server_modified_settings.enable()
        application = _Application(
            cls.host, cls.static_wrapper if cls.serve_static else None
        )
        process = cls.ProtocolServerProcess
        if "application" in inspect.signature(process).parameters:
            # Daphne 3 wants the application itself.
            cls._server_process = process(
                cls.host, application, setup=application.make, teardown=_tear_down
            )
        else:
            cls._server_process = process(cls.host, application.make)
        cls._server_process.start()
        while not cls._server_process.ready.wait(timeout=1):
            if not cls._server_process.is_alive():
                raise RuntimeError("Server stopped")
        cls._port = cls._server_process.port.value

    @classmethod
    def tearDownClass(cls) -> None:
        """Stop the server."""
        cls._server_process.terminate()
        cls._server_process.join()
        cls._live_server_modified_settings.disable()
        super().tearDownClass()

    @classmethod
    def _is_in_memory_db(cls, connection: Any) -> bool:
        """Return whether a connection is to an in-memory database of sqlite."""
        return bool(connection.vendor == "sqlite" and connection.is_in_memory_db())
