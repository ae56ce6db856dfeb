"""The middleware of this package, which passes on what it gets."""

from __future__ import annotations

from ..auth import AuthMiddleware
from ..middleware import BaseMiddleware
from ..security.websocket import OriginValidator
from ..sessions import CookieMiddleware, SessionMiddleware

MIDDLEWARE = (
    AuthMiddleware,
    BaseMiddleware,
    CookieMiddleware,
    OriginValidator,
    SessionMiddleware,
)
