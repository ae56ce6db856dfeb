"""``manage.py demo``: from a fresh copy to a chat in the browser."""

from __future__ import annotations

import os
import socket
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

USERS = {"alice": "wonderland", "bob": "the-builder"}


class Command(BaseCommand):
    help = "Prepare the database and two users, then serve the demo with uvicorn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--host", default=os.environ.get("HOST", "127.0.0.1"), help="or HOST"
        )
        parser.add_argument(
            "--port", default=os.environ.get("PORT", "8000"), help="or PORT"
        )

        parser.add_argument(
            "--no-serve",
            action="store_true",
            help="prepare only, to serve project.asgi:application with another server",
        )

    def handle(self, *, host: str, port: str, no_serve: bool, **options: Any) -> None:
        if no_serve:
            prepare()
            return
        # Before all else, to report a taken port at once. The server gets this very
        # socket, so no other program can take the port in between.
        listening = listen(host, port)
        prepare()
        self.tell(*listening.getsockname()[:2])
        serve(listening)

    def tell(self, host: str, port: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"\n  The chat is at http://{shown}:{port}/\n\n")
        for name, password in USERS.items():
            self.stdout.write(f"    {name:<6} password: {password}\n")
        self.stdout.write(
            "\n  Log in as one of them here and as the other in a private window."
            "\n  Ctrl+C stops it.\n\n"
        )
        self.stdout.flush()


def listen(host: str, port: str) -> socket.socket:
    """
    Return a socket that listens at *host* and *port*.

    Raises:
        CommandError: The port is not a number, is taken, or may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, int(port)), family=family)
    except (OSError, OverflowError, ValueError) as error:
        # A host that is not found has a negative errno, a bad port has none.
        code = getattr(error, "errno", None) or 0
        reason = os.strerror(code) if code > 0 else "there is no such host or port"
        raise CommandError(
            f"Cannot listen on {host}, port {port}: {reason}. "
            "Choose another with PORT=8001 or --port 8001."
        ) from None


def prepare() -> None:
    """Bring the database up to date and make the users."""
    call_command("migrate", verbosity=0)
    for name, password in USERS.items():
        make_user(name, password)


def make_user(name: str, password: str) -> None:
    """Make the user, or set the printed password again."""
    user, _ = get_user_model().objects.get_or_create(username=name)
    # A new password ends the user's sessions, so an equal one is left alone.
    if not user.check_password(password):
        user.set_password(password)
        user.save()


def serve(listening: socket.socket) -> None:
    # Imported late: the other commands work without uvicorn.
    import uvicorn  # noqa: PLC0415 # see above

    config = uvicorn.Config(
        "project.asgi:application",
        log_level="warning",
        timeout_graceful_shutdown=2,  # seconds; an open tab does not hold up Ctrl+C
    )
    # uvicorn shuts down on Ctrl+C, and then raises it again for the caller.
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
