"""The communicator that all others are made from."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from asgiref.testing import ApplicationCommunicator as BaseApplicationCommunicator

from .._old_connections import housekeeping_paused
from .._routes.applications import explain, refuse
from .._typing import Application, Message, Scope

_TURNS_AT_THE_END = 3


class ApplicationCommunicator(BaseApplicationCommunicator):
    """
    Run an application and talk to it as a server would.

    Database connections are not closed while it sends or receives: in a test
    they may hold the transaction of the test.
    """

    def __init__(self, application: Application, scope: Scope) -> None:
        """
        Keep *application* and *scope* until the first event is sent.

        Raises:
            NotAnApplicationError: It is a consumer's class, for example.
        """
        place = type(self).__name__
        refuse(application, place)
        super().__init__(explain(application, place) or application, scope)  # type: ignore[no-untyped-call] # asgiref leaves it untyped

    async def send_input(self, message: Message) -> None:
        """Send one event to the application."""
        with housekeeping_paused():
            await super().send_input(message)  # type: ignore[no-untyped-call] # asgiref leaves it untyped

    async def receive_output(self, timeout: float = 1) -> dict[str, Any]:
        """
        Return the next event that the application sends.

        Raises:
            TimeoutError: Nothing came within *timeout* seconds.
        """
        with housekeeping_paused():
            event: dict[str, Any] = await super().receive_output(timeout)  # type: ignore[no-untyped-call] # asgiref leaves it untyped
            return event

    async def wait(self, timeout: float = 1) -> None:
        """
        Wait until the application has ended.

        Tasks that its last handler started have had some turns of the event loop then,
        as with Channels, where the end of a consumer takes so many.
        """
        await super().wait(timeout)  # type: ignore[no-untyped-call] # asgiref leaves it untyped
        for _ in range(_TURNS_AT_THE_END):
            await asyncio.sleep(0)

    if TYPE_CHECKING:
        # Methods of the base class that users call, and that asgiref leaves untyped.
        async def receive_nothing(
            self, timeout: float = 0.1, interval: float = 0.01
        ) -> bool:
            """Return whether nothing comes within *timeout* seconds."""

        def stop(self, exceptions: bool = True) -> None:
            """Stop the application and, with *exceptions*, raise what it has raised."""

    def __del__(self) -> None:
        # A constructor that refused its arguments left nothing to stop.
        if hasattr(self, "application"):
            super().__del__()  # type: ignore[no-untyped-call] # asgiref leaves it untyped
