"""What is logged about connections whose origin is denied."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any, Optional
from urllib.parse import urlparse

from django.utils.http import is_same_domain

from .._log import OncePerMinute, brief
from .._typing import Scope

logger = logging.getLogger("channels_fast.security")
_lines = OncePerMinute(logger)


def tell(validator: Any, scope: Scope, text: Optional[str]) -> None:
    """Say why *validator* denied the Origin header *text*, once a minute for each."""
    warn = _lines.turn_of((id(validator), brief(text)))
    if warn:
        # A subclass with a rule of its own may have no list.
        allowed_origins = getattr(validator, "allowed_origins", ())
        warn(
            "WebSocket connection to %s denied: origin %s is not one of %r.%s",
            brief(scope.get("path")),
            brief(text),
            allowed_origins,
            _hint(text, allowed_origins),
        )


def _hint(text: Optional[str], allowed_origins: Collection[Any]) -> str:
    """Return a sentence for the log about why *text* was denied, or nothing."""
    if text is None:
        return " There is no Origin header."
    try:
        origin = urlparse(text)
        _ = origin.port  # raises like urlparse() if it is not a port
    except ValueError:
        return " It is malformed."
    if origin.hostname:
        for pattern in allowed_origins or ():
            if is_same_domain(origin.hostname, _host(pattern)):
                return f" {pattern!r} allows this host with another scheme or port."
    return ""


def _host(pattern: Any) -> str:
    """Return the host of *pattern*, if it is a URL. Those of subclasses may not be."""
    try:
        return urlparse(str(pattern).lower()).hostname or ""
    except ValueError:
        return ""
