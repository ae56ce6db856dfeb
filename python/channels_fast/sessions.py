"""Cookies and Django sessions in the scope, and the cookie that goes back."""

from __future__ import annotations

import datetime
import time
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any, Optional, Union

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.core.exceptions import SuspiciousOperation
from django.http import parse_cookie
from django.utils.encoding import force_str
from django.utils.functional import LazyObject
from django.utils.http import http_date

from ._routes import printed
from ._typing import Application, Message, Receive, Scope, Send
from .db import database_sync_to_async

# What `import *` gives: the names of Channels, none that could hide a project's own.
__all__ = [
    "CookieMiddleware",
    "InstanceSessionWrapper",
    "LazyObject",
    "SessionMiddleware",
    "SessionMiddlewareStack",
    "SimpleCookie",
    "SuspiciousOperation",
    "UpdateError",
    "database_sync_to_async",
    "datetime",
    "force_str",
    "http_date",
    "import_module",
    "parse_cookie",
    "settings",
    "time",
]


class CookieMiddleware:
    """
    Put the cookies of the connection into ``scope["cookies"]``.

    The value is a dict of strings, as Django's ``request.COOKIES``.
    """

    def __init__(self, inner: Application) -> None:
        self.inner = inner

    __repr__ = printed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """
        Put the cookies into the scope, and pass the connection on.

        Raises:
            ValueError: The scope has no headers.
        """
        try:
            headers = scope["headers"]
        except KeyError:
            raise ValueError(
                "CookieMiddleware was passed a scope that did not have a headers key "
                "(make sure it is only passed HTTP or WebSocket connections)"
            ) from None
        cookies: dict[str, str] = {}
        for name, value in headers:
            if name == b"cookie":
                cookies = parse_cookie(value.decode("latin1"))
                break  # the first header counts
        return await self.inner(dict(scope, cookies=cookies), receive, send)

    @classmethod
    def set_cookie(  # noqa: PLR0917 # upstream's signature
        cls,
        message: Message,
        key: str,
        value: Any = "",
        max_age: Optional[float] = None,
        expires: Optional[Union[str, datetime.datetime]] = None,
        path: Optional[str] = "/",
        domain: Optional[str] = None,
        secure: Optional[bool] = False,
        httponly: Optional[bool] = False,
        samesite: Optional[Union[str, bool]] = "lax",
    ) -> None:
        """
        Add a ``Set-Cookie`` header to *message*, an ``http.response.start``.

        The other arguments are those of Django's ``HttpResponse.set_cookie()``. A
        *samesite* of None or False leaves the attribute out, as in Django's
        setting ``SESSION_COOKIE_SAMESITE``. A naive *expires* is taken as UTC.

        Raises:
            AssertionError: *samesite* is another text.
        """
        cookies: SimpleCookie = SimpleCookie()
        cookies[key] = force_str(value)
        cookie = cookies[key]
        if isinstance(expires, datetime.datetime):
            max_age = _seconds_until(expires)
            expires = None
        if max_age is not None:
            cookie["max-age"] = max_age
            # Browsers that do not know max-age go by the date.
            expires = expires or http_date(time.time() + max_age)
        cookie["expires"] = expires or ""
        if path is not None:
            cookie["path"] = path
        if domain is not None:
            cookie["domain"] = domain
        if secure:
            cookie["secure"] = True
        if httponly:
            cookie["httponly"] = True
        if samesite is not None and samesite is not False:
            assert str(samesite).lower() in ("strict", "lax", "none"), (
                "samesite must be either 'strict', 'lax' or 'none'"
            )
            cookie["samesite"] = samesite
        message.setdefault("headers", []).append(
            (b"Set-Cookie", cookie.output(header="").strip().encode())
        )

    @classmethod
    def delete_cookie(
        cls,
        message: Message,
        key: str,
        path: Optional[str] = "/",
        domain: Optional[str] = None,
    ) -> None:
        """
        Add a ``Set-Cookie`` header that makes the client forget the cookie.

        A client forgets it only if *path* and *domain* are those it was set with.
        """
        epoch = "Thu, 01-Jan-1970 00:00:00 GMT"
        cls.set_cookie(message, key, max_age=0, path=path, domain=domain, expires=epoch)


class InstanceSessionWrapper:
    """
    The session of one connection: puts it into the scope, saves it on the way back.

    Made anew for every connection, so it may hold state.
    """

    #: Types of messages that a changed session is saved before.
    save_message_types = ["http.response.start"]

    #: Types of messages that can carry the session's cookie to the client.
    cookie_response_message_types = ["http.response.start"]

    def __init__(self, scope: Scope, send: Send) -> None:
        self.cookie_name = settings.SESSION_COOKIE_NAME
        self.session_store = import_module(settings.SESSION_ENGINE).SessionStore
        self.scope = dict(scope)
        self.real_send = send
        # A session that is already there belongs to middleware further out, which
        # also saves it.
        self.activated = "session" not in self.scope
        if self.activated:
            if "cookies" not in self.scope:
                raise ValueError(
                    "No cookies in scope - SessionMiddleware needs to run "
                    "inside of CookieMiddleware."
                )
            self.scope["session"] = LazyObject()

    async def resolve_session(self) -> None:
        """Open the session that the connection's cookie names, or an empty one."""
        if self.activated:
            key = self.scope["cookies"].get(self.cookie_name)
            if key and "\0" in key:
                # A client can write it as "\000". PostgreSQL raises an error for it,
                # and no session has such a key.
                key = None
            self.scope["session"]._wrapped = self.session_store(key)

    async def send(self, message: Message) -> Any:
        """
        Pass *message* on, after saving the session and adding its cookie if due.

        Raises:
            SuspiciousOperation: The session was deleted since it was opened.
        """
        if self.activated and self._saves_before(message):
            # Asked before saving: saving gives an empty session a key.
            empty = self.scope["session"].is_empty()
            await self.save_session()
            if message["type"] in self.cookie_response_message_types:
                self._add_cookie(message, empty)
        return await self.real_send(message)

    async def save_session(self) -> None:
        """Save the session. The error is that of ``send()``."""
        session = self.scope["session"]
        try:
            # Django has asave() from 5.1 on; older stores block, so they get a thread.
            if hasattr(session, "asave"):
                await session.asave()
            else:
                await database_sync_to_async(session.save)()
        except UpdateError as error:
            raise SuspiciousOperation(
                "The request's session was deleted before the "
                "request completed. The user may have logged "
                "out in a concurrent request, for example."
            ) from error

    def _saves_before(self, message: Message) -> bool:
        """
        Return whether the session is saved before *message* goes out.

        A response of status 500 comes from a view that failed half way, and what it
        did to the session is dropped with it, as Django does.
        """
        return (
            message["type"] in self.save_message_types
            and message.get("status", 200) != 500
            and (self.scope["session"].modified or settings.SESSION_SAVE_EVERY_REQUEST)
        )

    def _add_cookie(self, message: Message, empty: bool) -> None:
        """Give the client the cookie of the session, or take an empty one's away."""
        session = self.scope["session"]
        if not empty:
            max_age = expires = None
            if not session.get_expire_at_browser_close():
                max_age = session.get_expiry_age()
                expires = http_date(time.time() + max_age)
            CookieMiddleware.set_cookie(
                message,
                self.cookie_name,
                session.session_key,
                max_age=max_age,
                expires=expires,
                domain=settings.SESSION_COOKIE_DOMAIN,
                path=settings.SESSION_COOKIE_PATH,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=settings.SESSION_COOKIE_HTTPONLY,
                samesite=settings.SESSION_COOKIE_SAMESITE,
            )
        elif self.cookie_name in self.scope["cookies"]:
            CookieMiddleware.delete_cookie(
                message,
                self.cookie_name,
                path=settings.SESSION_COOKIE_PATH,
                domain=settings.SESSION_COOKIE_DOMAIN,
            )


class SessionMiddleware:
    """
    Put the Django session of the connection into ``scope["session"]``.

    Has to stand inside CookieMiddleware. The session is saved when an HTTP response
    starts. A WebSocket has no such moment: a consumer that changes the session
    saves it itself.
    """

    def __init__(self, inner: Application) -> None:
        self.inner = inner

    __repr__ = printed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Put the session into the scope, and save it when something is sent."""
        wrapper = InstanceSessionWrapper(scope, send)
        await wrapper.resolve_session()
        # PERF: nothing needs the outer scope while the connection lives: 0.6 KB.
        del scope
        return await self.inner(wrapper.scope, receive, wrapper.send)


def SessionMiddlewareStack(inner: Application) -> CookieMiddleware:  # noqa: N802 # upstream's name: it reads as a class
    """Wrap *inner* in SessionMiddleware and the CookieMiddleware that it needs."""
    return CookieMiddleware(SessionMiddleware(inner))


def _seconds_until(moment: datetime.datetime) -> int:
    """Return the whole seconds from this moment to *moment*, at least 0."""
    utc = datetime.timezone.utc
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=utc)
    # Rounded up: what is lost between the clock and the date string would make
    # the cookie expire a second early.
    left = moment - datetime.datetime.now(utc) + datetime.timedelta(seconds=1)
    return max(0, left.days * 86400 + left.seconds)
