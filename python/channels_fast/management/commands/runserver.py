"""``manage.py runserver`` over ASGI, by Daphne, with static files."""

from __future__ import annotations

import datetime
import inspect
import logging
import os
import sys
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.runserver import Command as RunserverCommand
from django.utils import autoreload

from ...routing import get_default_application
from ...staticfiles import StaticFilesWrapper
from ..application import ApplicationCommand
from ..behind import command_behind

logger = logging.getLogger("django.channels.server")


class _DaphneServer:
    """
    A stand-in for ``daphne.server.Server``, which imports it on access.

    Daphne may be missing. It imports Twisted, which of the two processes of the
    autoreloader only the one that runs the server should need.
    """

    def __get__(self, instance: object, owner: type) -> Any:
        from daphne.server import (  # type: ignore[import-untyped]  # noqa: PLC0415 # see above
            Server,
        )

        return Server


class AsgiCommand(ApplicationCommand, RunserverCommand):
    """
    Django's ``runserver`` with Daphne in place of the WSGI server.

    Its options and settings are those of the command of Daphne 4.2.
    """

    # Set by Django's handle(), and unknown to its stubs.
    addr: str
    port: str
    _raw_ipv6: bool

    protocol = "http"
    server_cls = _DaphneServer()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options that Django has not."""
        super().add_arguments(parser)
        parser.add_argument(
            "--noasgi",
            action="store_false",
            dest="use_asgi",
            help="Run the old WSGI-based runserver rather than the ASGI-based one",
        )
        parser.add_argument(
            "--http_timeout",
            type=int,
            help="Specify the daphne http_timeout interval in seconds "
            "(default: no timeout)",
        )
        parser.add_argument(
            "--websocket_handshake_timeout",
            type=int,
            default=5,
            help="Specify the daphne websocket_handshake_timeout interval in "
            "seconds (default: 5)",
        )
        for name, what in _LIMITS.items():
            parser.add_argument(
                f"--{name.replace('_', '-')}",
                type=int,
                help=f"Maximum size, in bytes, of {what}. 0 disables the limit (not "
                "recommended; allows unauthenticated memory exhaustion).",
            )
        # The command of staticfiles adds these itself.
        if apps.is_installed(_STATIC) and not isinstance(self, _static_command()):
            parser.add_argument(
                "--nostatic",
                action="store_false",
                dest="use_static_handler",
                help="Tells Django to NOT automatically serve static files at "
                "STATIC_URL.",
            )
            parser.add_argument(
                "--insecure",
                action="store_true",
                dest="insecure_serving",
                help="Allows serving static files even if DEBUG is False.",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Start the server, or Django's own if there is nothing to serve over ASGI.

        Raises:
            CommandError: The address is not valid, or this Daphne has no such limit.
        """
        self.http_timeout = options.get("http_timeout")
        self.websocket_handshake_timeout = options.get("websocket_handshake_timeout", 5)
        missing = _missing_for_asgi() if options["use_asgi"] else ""
        if missing:
            options["use_asgi"] = False
            # The autoreloader starts this command a second time, as a child.
            if os.environ.get(autoreload.DJANGO_AUTORELOAD_ENV) != "true":
                self.stdout.write(
                    f"{missing} This is Django's WSGI server, which has no WebSockets."
                )
        self.limits = self._limits(options) if options["use_asgi"] else {}
        super().handle(*args, **options)

    def _limits(self, options: Mapping[str, Any]) -> dict[str, int]:
        """Return the limits that are set, by an option or else by a setting."""
        limits = {}
        for name in _LIMITS:
            limit = options.get(name)
            if limit is None:
                limit = getattr(settings, f"DAPHNE_{name.upper()}", None)
            if limit is not None:
                limits[name] = limit
        # Where none is set, Daphne need not be imported before the server starts.
        if limits:
            try:
                inspect.signature(self.server_cls).bind_partial(**limits)
            except TypeError:
                raise CommandError(
                    f"Daphne {version('daphne')} has no {' and no '.join(limits)}. "
                    "Install daphne 4.2.2 or newer, or take the option and the "
                    "DAPHNE_ setting away."
                ) from None
        return limits

    def inner_run(self, *args: Any, **options: Any) -> None:
        """
        Run the server until it is interrupted. The autoreloader calls this.

        Raises:
            CommandError: The server cannot listen on the address. Under the
                autoreloader, which would not notice, the process ends instead.
        """
        if not options.get("use_asgi", True):
            self.server_cls = RunserverCommand.server_cls
            RunserverCommand.inner_run(self, *args, **options)
            return
        # If an error kept Django from loading, raise it in the process that the
        # autoreloader watches.
        autoreload.raise_last_exception()
        # Before 4.0 this command of Django's has no such option, and `call_command()`
        # sets it all the same.
        if django.VERSION < (4, 0) or not options["skip_checks"]:
            self.stdout.write("Performing system checks...\n\n")
            self.check(display_num_errors=True)
        self.check_migrations()
        self.stdout.write(self._banner())
        logger.debug("Daphne running, listening on %s:%s", self.addr, self.port)
        from daphne.endpoints import (  # type: ignore[import-untyped]  # noqa: PLC0415 # see _DaphneServer
            build_endpoint_description_strings,
        )

        try:
            server = self.server_cls(
                application=self.get_application(options),
                endpoints=build_endpoint_description_strings(
                    host=self.addr, port=self.port
                ),
                # Under the autoreloader this is a thread, which gets no signals.
                signal_handlers=not options["use_reloader"],
                action_logger=self.log_action,
                http_timeout=self.http_timeout,
                root_path=settings.FORCE_SCRIPT_NAME or "",
                websocket_handshake_timeout=self.websocket_handshake_timeout,
                **self.limits,
            )
            server.run()
            logger.debug("Daphne exited")
        except KeyboardInterrupt:
            if options.get("shutdown_message"):
                self.stdout.write(options["shutdown_message"])
            return
        # Daphne has logged the reason and returned as if nothing had happened.
        if not getattr(server, "listening_addresses", True):
            error = f"The server cannot listen on {self._address()}."
            if not options["use_reloader"]:
                raise CommandError(error)
            self.stderr.write(f"Error: {error}")
            self.stdout.flush()
            # As Django's command does: sys.exit() would end this thread only.
            os._exit(1)

    def _address(self) -> str:
        host = f"[{self.addr}]" if self._raw_ipv6 else self.addr
        return f"{host}:{self.port}"

    def _banner(self) -> str:
        quit_command = "CTRL-BREAK" if sys.platform == "win32" else "CONTROL-C"
        return (
            f"{datetime.datetime.now():%B %d, %Y - %X}\n"
            f"Django version {self.get_version()}, "
            f"using settings {settings.SETTINGS_MODULE!r}\n"
            f"Starting ASGI/Daphne version {version('daphne')} development server "
            f"at {self.protocol}://{self._address()}/\n"
            f"Quit the server with {quit_command}.\n"
        )

    def get_application(self, options: Mapping[str, Any]) -> Any:
        """Return the project's application, inside static files if they are served."""
        application = get_default_application()
        return StaticFilesWrapper(application) if _serves(options) else application

    def get_handler(self, *args: Any, **options: Any) -> Any:
        """Return the WSGI application for ``--noasgi``, with static files likewise."""
        handler = super().get_handler(*args, **options)
        # The command of staticfiles does the wrapping itself.
        if _serves(options) and not isinstance(self, _static_command()):
            return StaticFilesHandler(handler)
        return handler

    def log_action(self, protocol: str, action: str, details: dict[str, Any]) -> None:
        """Log what Daphne reports: an HTTP response, or a step of a WebSocket."""
        if protocol == "http" and action == "complete":
            status = details["status"]
            group = _HTTP_LINES.get(status // 100, _HTTP_ERROR_LINE)
            level, style = _HTTP_LINES.get(status, group)
            paint = getattr(self.style, style)
            line = "HTTP %(method)s %(path)s %(status)s [%(time_taken).2f, %(client)s]"
            logger.log(level, paint(line), details)
        elif protocol == "websocket" and action in _WEBSOCKET_ACTIONS:
            word = _WEBSOCKET_ACTIONS[action]
            logger.info(f"WebSocket {word} %(path)s [%(client)s]", details)


_STATIC = "django.contrib.staticfiles"

# Since Daphne 4.2.2.
_LIMITS = {
    "websocket_max_message_size": "an incoming WebSocket message",
    "websocket_max_frame_size": "a single incoming WebSocket frame",
}

# How a response is logged: by its status, or else by its first digit.
_HTTP_LINES = {
    304: (logging.INFO, "HTTP_NOT_MODIFIED"),
    404: (logging.WARNING, "HTTP_NOT_FOUND"),
    1: (logging.INFO, "HTTP_INFO"),
    2: (logging.INFO, "HTTP_SUCCESS"),
    3: (logging.INFO, "HTTP_REDIRECT"),
    4: (logging.WARNING, "HTTP_BAD_REQUEST"),
}
_HTTP_ERROR_LINE = (logging.ERROR, "HTTP_SERVER_ERROR")

_WEBSOCKET_ACTIONS = {
    "connecting": "HANDSHAKING",
    "connected": "CONNECT",
    "disconnected": "DISCONNECT",
    "rejected": "REJECT",
}


def _missing_for_asgi() -> str:
    """Return what keeps the ASGI server from starting, or an empty string."""
    if find_spec("daphne") is None:
        return "Daphne is not installed (pip install daphne)."
    if not getattr(settings, "ASGI_APPLICATION", None):
        return "ASGI_APPLICATION is not set."
    return ""


def _serves(options: Mapping[str, Any]) -> bool:
    """Return whether static files are served: with ``DEBUG`` or ``--insecure``."""
    wanted = options.get("use_static_handler", apps.is_installed(_STATIC))
    return bool(wanted and (settings.DEBUG or options.get("insecure_serving", False)))


def _static_command() -> type:
    from django.contrib.staticfiles.management.commands.runserver import (  # noqa: PLC0415 # while it is loaded it gets the class here as a base
        Command as StaticRunserverCommand,
    )

    return StaticRunserverCommand


if TYPE_CHECKING:
    Command = AsgiCommand


def __getattr__(name: str) -> Any:
    """
    Return the ``Command`` of this module when it is asked for (PEP 562).

    Channels 4 has none, so with it Django runs the command of an application behind.
    If that is staticfiles, the one here does the same and more.
    """
    if name != "Command":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = command_behind("runserver")
    return AsgiCommand if found in (None, _static_command()) else found
