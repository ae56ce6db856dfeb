"""The check of the Origin header: which sites may open a WebSocket."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Optional
from urllib.parse import ParseResult, urlparse

from django.conf import settings
from django.utils.http import is_same_domain

from .._routes import printed
from .._typing import Application, Receive, Scope, Send
from ..generic.websocket import AsyncWebsocketConsumer

# What `import *` gives: the names of Channels, none that could hide a project's own.
__all__ = [
    "AllowedHostsOriginValidator",
    "AsyncWebsocketConsumer",
    "OriginValidator",
    "WebsocketDenier",
    "is_same_domain",
    "settings",
    "urlparse",
]

_DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


class OriginValidator:
    """
    Let through WebSocket connections whose Origin header is allowed, deny others.

    Browsers send the Origin header and pages cannot forge it, which is what
    protects the sessions of visitors from other sites (RFC 6455, section 10.2).

    An allowed origin is one of:

    - ``example.com``: this host, with any scheme and port;
    - ``.example.com``: this host and every host below it;
    - ``https://example.com:8443``: this scheme, host and port, where a port left
      out is the scheme's own;
    - ``*``: everything, also a connection without the header.

    Args:
        application: What allowed connections are passed on to.
        allowed_origins: It is read for every connection.
    """

    def __init__(
        self, application: Application, allowed_origins: Collection[str]
    ) -> None:
        self.application = application
        self.allowed_origins = allowed_origins

    __repr__ = printed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """
        Pass the connection on, or refuse it.

        Raises:
            ValueError: It is no WebSocket.
        """
        if scope["type"] != "websocket":
            raise ValueError(
                "You cannot use OriginValidator on a non-WebSocket connection"
            )
        text = _origin_of(scope)
        if self._allows(text):
            return await self.application(scope, receive, send)
        from . import _refusals  # noqa: PLC0415 # only for a refusal

        _refusals.tell(self, scope, text)
        return await WebsocketDenier()(scope, receive, send)

    def _allows(self, text: Optional[str]) -> bool:
        """Return whether the Origin header *text* is allowed; None means no header."""
        try:
            origin = None if text is None else urlparse(text)
        except ValueError:
            # What a client sends, such as `http://[bad`, must not end in a traceback.
            return False
        return self.valid_origin(origin)

    def valid_origin(self, parsed_origin: Optional[ParseResult]) -> bool:
        """Return whether *parsed_origin* is allowed; None stands for no header."""
        if parsed_origin is None and "*" not in self.allowed_origins:
            return False
        return self.validate_origin(parsed_origin)

    def validate_origin(self, parsed_origin: Optional[ParseResult]) -> bool:
        """Return whether one of the allowed origins accepts *parsed_origin*."""
        return any(
            pattern == "*" or self.match_allowed_origin(parsed_origin, pattern)
            for pattern in self.allowed_origins
        )

    def match_allowed_origin(
        self, parsed_origin: Optional[ParseResult], pattern: str
    ) -> bool:
        """
        Return whether *pattern*, which is not ``*``, accepts *parsed_origin*.

        Raises:
            ValueError: The pattern is malformed.
        """
        # An opaque origin, such as "null", has no host.
        if parsed_origin is None or parsed_origin.hostname is None:
            return False
        parsed_pattern = urlparse(pattern.lower())
        if not parsed_pattern.scheme:
            # A port in such a pattern is ignored, as in Channels.
            host = urlparse("//" + pattern).hostname or pattern
            return is_same_domain(parsed_origin.hostname, host)
        try:
            origin_port = self.get_origin_port(parsed_origin)
        except ValueError:
            # The client sent a port that is not a number up to 65535.
            return False
        return (
            parsed_pattern.scheme == parsed_origin.scheme
            and origin_port == self._port_of_pattern(parsed_pattern, pattern)
            and is_same_domain(parsed_origin.hostname, parsed_pattern.hostname or "")
        )

    def _port_of_pattern(
        self, parsed_pattern: ParseResult, pattern: str
    ) -> Optional[int]:
        try:
            return self.get_origin_port(parsed_pattern)
        except ValueError as error:
            raise ValueError(
                f"The allowed origin {pattern!r} has no port that a client can have: "
                f"{error}. Write a number, or leave the port out for the usual one."
            ) from error

    def get_origin_port(self, origin: ParseResult) -> Optional[int]:
        """
        Return the port of *origin*, or the usual one of its scheme, or None.

        Raises:
            ValueError: The port is not a number from 0 to 65535.
        """
        if origin.port is not None:
            return origin.port
        return _DEFAULT_PORTS.get(origin.scheme)


def AllowedHostsOriginValidator(application: Application) -> OriginValidator:  # noqa: N802 # upstream's name: it reads as a class
    """
    Wrap *application* in an OriginValidator that allows ``ALLOWED_HOSTS``.

    The settings are read once, here. As in Django, an empty list means this
    machine while ``DEBUG`` is on.
    """
    allowed_hosts = settings.ALLOWED_HOSTS
    if settings.DEBUG and not allowed_hosts:
        allowed_hosts = ["localhost", "127.0.0.1", "[::1]"]
    return OriginValidator(application, allowed_hosts)


class WebsocketDenier(AsyncWebsocketConsumer):
    """An application that denies every WebSocket connection."""

    async def connect(self) -> None:
        """Refuse the connection."""
        await self.close()


def _origin_of(scope: Scope) -> Optional[str]:
    """Return the text of the last Origin header, or None if there is none."""
    found = [value for name, value in scope.get("headers", []) if name == b"origin"]
    return found[-1].decode("latin1") if found else None
