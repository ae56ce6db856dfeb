"""
Helpers for tests of consumers and routers.

The live server test case needs daphne. It is imported on first use, so that
the communicators work without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .application import ApplicationCommunicator
from .client import WebsocketClient, WebsocketRefusedError
from .http import HttpCommunicator
from .transaction import shared_transaction
from .visitor import connect
from .websocket import WebsocketCommunicator

if TYPE_CHECKING:
    from .live import ChannelsLiveServerTestCase

__all__ = [
    "ApplicationCommunicator",
    "ChannelsLiveServerTestCase",
    "HttpCommunicator",
    "WebsocketClient",
    "WebsocketCommunicator",
    "WebsocketRefusedError",
    "connect",
    "shared_transaction",
]


if not TYPE_CHECKING:  # a type checker would believe any name

    def __getattr__(name: str) -> Any:
        if name == "ChannelsLiveServerTestCase":
            from .live import ChannelsLiveServerTestCase  # noqa: PLC0415 # needs daphne

            return ChannelsLiveServerTestCase
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
