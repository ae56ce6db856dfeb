"""Open a WebSocket as the browser of a visitor does: with its origin and cookies."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any, Optional, Union
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from .._typing import Application
from ..auth import login
from ..db import database_sync_to_async
from .client import WebsocketClient
from .transaction import shared_transaction

#: The host that Django's test client names, and that is allowed in tests.
_HOST = "testserver"


@contextlib.asynccontextmanager
async def connect(
    application: Application,
    path: str,
    *,
    user: Any = None,
    session: Union[Mapping[str, Any], SessionBase, None] = None,
    path_kwargs: Optional[Mapping[str, Any]] = None,
    subprotocols: Optional[Iterable[str]] = None,
    headers: Iterable[tuple[bytes, bytes]] = (),
    cookies: Optional[Mapping[str, Any]] = None,
    scope: Optional[Mapping[str, Any]] = None,
    refused: bool = False,
    timeout: float = 1,
) -> AsyncIterator[WebsocketClient]:
    """
    Open a WebSocket to *application*, and close it at the end of the block.

    The end waits for the application, cancels it if it hangs, and raises what the test
    does not know yet, such as an error in ``disconnect()``. If the block fails, its
    own error comes out. The application asks the database in the test's transaction.

    Args:
        user: Who is logged in. A whole application, or one with an AuthMiddleware, is
            sent the cookie of a session, as by ``force_login()`` of Django's test
            client. Others have *user* and *session* in the scope.
        session: The data of the session, or one that exists.
        path_kwargs: ``scope["url_route"]["kwargs"]``, for a consumer without a router.
        headers: Pairs of name and value. If there is no origin among them, one is sent
            that the OriginValidator in *application* allows.
        cookies: By name. May be the ``cookies`` of Django's test client.
        scope: More keys of the scope, such as "state".
        refused: Whether the test expects a refusal, which is ``client.refusal`` then.
        timeout: In seconds, for the application to answer and, at the end, to end.

    Raises:
        WebsocketRefusedError: The application refused the connection.
        TimeoutError: The application did not answer or end in time.
        ValueError: *user* is not in the database, and has to be.
    """
    async with shared_transaction():
        whole_scope = {
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "client": ["127.0.0.1", 50000],
            "extensions": {"websocket.http.response": {}},
            **await _scope_of_visitor(
                application, user, session, headers, cookies or {}
            ),
            **(scope or {}),
        }
        if path_kwargs is not None:
            whole_scope["url_route"] = {
                "args": (),
                "kwargs": dict(path_kwargs),
                "route": "",
                "name": None,
            }
        client = WebsocketClient(
            application,
            path,
            subprotocols,
            scope=whole_scope,
            refused=refused,
            timeout=timeout,
        )
        async with client:
            yield client


async def _scope_of_visitor(
    application: Any,
    user: Any,
    session: Union[Mapping[str, Any], SessionBase, None],
    headers: Iterable[tuple[bytes, bytes]],
    cookies: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the keys of the scope that depend on the visitor."""
    scope: dict[str, Any] = {}
    # A cookie of `Client.cookies` is an object that knows its text.
    texts = {name: getattr(each, "coded_value", each) for name, each in cookies.items()}
    by_cookie = _finds_users_itself(application)
    if by_cookie and not getattr(user, "is_authenticated", True):
        user = None  # an anonymous visitor has no cookie
    if user is not None or session is not None:
        store: Any = session
        if not isinstance(session, SessionBase):
            store = import_module(settings.SESSION_ENGINE).SessionStore()
            store.update(session or {})
        if by_cookie:
            if user is not None:
                await _log_in(store, user)
            await database_sync_to_async(store.save)()
            texts[settings.SESSION_COOKIE_NAME] = store.session_key
        else:
            scope["session"] = store
            if user is not None:
                scope["user"] = user
    scope["headers"] = _headers(_origin(application), headers, texts)
    return scope


def _all_in(application: Any) -> Iterator[Any]:
    """Yield *application* and all that is in it."""
    from .._routes.walk import walk  # noqa: PLC0415 # communicators do not need it

    return (visited.application for visited in walk(application, ""))


def _finds_users_itself(application: Any) -> bool:
    """Return whether *application* is a whole one, or a part with an AuthMiddleware."""
    return any(
        hasattr(each, "application_mapping") or hasattr(each, "resolve_scope")
        for each in _all_in(application)
    )


async def _log_in(session: Any, user: Any) -> None:
    """Log *user* in, as ``force_login()`` of Django's test client does."""
    if getattr(user, "pk", None) is None:
        raise ValueError(
            f"The user {user} is not in the database, where AuthMiddleware looks. "
            "Save it, or connect to the consumer itself."
        )
    backend = getattr(user, "backend", settings.AUTHENTICATION_BACKENDS[0])
    await login({"session": session}, user, backend)


def _origin(application: Any) -> str:
    """Return an origin that the OriginValidator in *application* allows."""
    for each in _all_in(application):
        allowed = getattr(each, "allowed_origins", ())
        if allowed and "*" not in allowed and _HOST not in allowed:
            pattern = str(next(iter(allowed)))
            scheme, _, host = pattern.rpartition("://")
            return f"{scheme or 'http'}://{host.lstrip('.')}"
    return f"http://{_HOST}"


def _headers(
    origin: str, given: Iterable[tuple[bytes, bytes]], cookies: Mapping[str, str]
) -> list[tuple[bytes, bytes]]:
    """Return the headers as a server passes them on: names in lower case."""
    headers = [(name.lower(), value) for name, value in given]
    names = {name for name, _ in headers}
    for name, text in ((b"host", urlsplit(origin).netloc), (b"origin", origin)):
        if name not in names:
            headers.append((name, text.encode()))
    # CookieMiddleware reads the first of several headers.
    parts = [value for name, value in headers if name == b"cookie"]
    parts += [f"{name}={text}".encode() for name, text in cookies.items()]
    if parts:
        headers = [each for each in headers if each[0] != b"cookie"]
        headers.append((b"cookie", b"; ".join(parts)))
    return headers
