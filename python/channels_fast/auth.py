"""Django's users in the scope: get them, log them in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_backends,
    get_user_model,
    load_backend,
    user_logged_in,
    user_logged_out,
)
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare
from django.utils.functional import LazyObject

from ._typing import Application, Receive, Scope, Send, User
from .db import DatabaseSyncToAsync, database_sync_to_async
from .middleware import BaseMiddleware
from .sessions import CookieMiddleware, SessionMiddleware

# What `import *` gives: the names of Channels, none that could hide a project's own.
__all__ = [
    "BACKEND_SESSION_KEY",
    "HASH_SESSION_KEY",
    "SESSION_KEY",
    "AuthMiddleware",
    "AuthMiddlewareStack",
    "BaseMiddleware",
    "CookieMiddleware",
    "LazyObject",
    "SessionMiddleware",
    "UserLazyObject",
    "constant_time_compare",
    "database_sync_to_async",
    "get_user",
    "get_user_model",
    "load_backend",
    "login",
    "logout",
    "settings",
    "user_logged_in",
    "user_logged_out",
]

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

_NO_SESSION = (
    "Cannot find session in scope. You should wrap your consumer in SessionMiddleware."
)


class _GetUser(DatabaseSyncToAsync):  # type: ignore[type-arg] # not at run time
    """``get_user()``: it goes to a thread only if the session holds something."""

    async def __call__(self, scope: Scope) -> User:
        if _is_empty(scope.get("session")):
            # A wrong AUTH_USER_MODEL is an error, also without a user.
            get_user_model()
            return _anonymous_user()
        return await super().__call__(scope)  # type: ignore[no-any-return] # as above


def _is_empty(session: Any) -> bool:
    """
    Return whether *session* is a session of Django without a key and without data.

    PERF: most visitors have one, and a trip to a thread would cost more than all
    the rest of their connection. Nothing here loads the session.
    """
    # Another kind of lazy object may have to open it, which a thread has to do.
    if type(session) is LazyObject:
        session = session._wrapped
    store = type(session)
    return (
        issubclass(store, SessionBase)
        # A store that reads in its own way may know a user all the same.
        and store.__getitem__ is SessionBase.__getitem__
        and session.session_key is None
        and session.is_empty()
    )


@_GetUser
def get_user(scope: Scope) -> User:
    """
    Return the user that the session in *scope* belongs to, or an AnonymousUser.

    A session whose hash no longer fits the user's password is flushed. A
    hash made with one of ``SECRET_KEY_FALLBACKS`` counts, as in Django.

    Raises:
        ValueError: There is no session in the scope.
    """
    session = _require_session(scope, _NO_SESSION)
    try:
        user_id = _get_user_session_key(session)
        backend_path = session[BACKEND_SESSION_KEY]
    except KeyError:
        return _anonymous_user()
    if backend_path not in settings.AUTHENTICATION_BACKENDS:
        return _anonymous_user()
    user: Optional[AbstractBaseUser] = load_backend(backend_path).get_user(user_id)
    if hasattr(user, "get_session_auth_hash") and not _session_hash_fits(session, user):
        session.flush()
        user = None
    return user or _anonymous_user()


@database_sync_to_async
def login(scope: Scope, user: Any, backend: Optional[str] = None) -> None:
    """
    Log *user* in: put it into the scope and its id into the session.

    What an anonymous visitor stored in the session stays. The session is not
    saved here; see SessionMiddleware.

    Args:
        scope: The scope of the connection.
        user: The user, or None for the one in the scope.
        backend: The dotted path of the authentication backend. May be left out
            if ``user.backend`` is set or only one backend is configured.

    Raises:
        ValueError: No session in the scope, no user given or in the scope, or the
            backend is ambiguous.
    """
    session = _require_session(scope, _NO_SESSION)
    if user is None:
        user = scope.get("user", None)
    if user is None:
        raise ValueError(
            "User must be passed as an argument or must be present in the scope."
        )
    session_hash = ""
    if hasattr(user, "get_session_auth_hash"):
        session_hash = user.get_session_auth_hash()
    if SESSION_KEY not in session:
        session.cycle_key()
    elif _belongs_to_another(session, user, session_hash):
        session.flush()
    if not backend and hasattr(user, "backend"):
        backend = user.backend
    elif not backend:
        if len(get_backends()) != 1:
            raise ValueError(
                "You have multiple authentication backends configured and "
                "therefore must provide the `backend` "
                "argument or set the `backend` attribute on the user."
            )
        backend = str(settings.AUTHENTICATION_BACKENDS[0])
    session[SESSION_KEY] = user._meta.pk.value_to_string(user)
    session[BACKEND_SESSION_KEY] = backend
    session[HASH_SESSION_KEY] = session_hash
    scope["user"] = user
    # There is no request here, so the CSRF token is not rotated as Django's
    # own login() does.
    user_logged_in.send(sender=user.__class__, request=None, user=user)


@database_sync_to_async
def logout(scope: Scope) -> None:
    """
    Log the user out: flush the session, and put an AnonymousUser into the scope.

    Raises:
        ValueError: There is no session in the scope.
    """
    session = _require_session(
        scope,
        # "Login": upstream's text, which users' tests compare.
        "Login cannot find session in scope. You should wrap your "
        "consumer in SessionMiddleware.",
    )
    user = scope.get("user", None)
    # Sent before the session is flushed, so that receivers learn who it was.
    if user is not None and getattr(user, "is_authenticated", True):
        user_logged_out.send(sender=user.__class__, request=None, user=user)
    session.flush()
    if "user" in scope:
        scope["user"] = _anonymous_user()


def _get_user_session_key(session: Any) -> Any:
    # The session holds text whatever the type of the primary key is.
    return get_user_model()._meta.pk.to_python(session[SESSION_KEY])


class UserLazyObject(LazyObject):  # type: ignore[type-arg] # generic in the stubs only
    """A user that is not known yet, and says so when it is asked for anything."""

    def _setup(self) -> None:
        raise ValueError("Accessing scope user before it is ready.")


class AuthMiddleware(BaseMiddleware):
    """
    Put the user of the connection's session into ``scope["user"]``.

    Has to stand inside SessionMiddleware. To find the user some other way,
    override ``resolve_scope``.
    """

    def populate_scope(self, scope: Scope) -> None:
        """
        Put a placeholder for the user into *scope*.

        Raises:
            ValueError: There is no session in the scope.
        """
        _require_session(
            scope,
            "AuthMiddleware cannot find session in scope. "
            "SessionMiddleware must be above it.",
        )
        if "user" not in scope:
            scope["user"] = UserLazyObject()

    async def resolve_scope(self, scope: Scope) -> None:
        """Find the user, and fill the placeholder of ``populate_scope``."""
        scope["user"]._wrapped = await get_user(scope)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Put the user into the scope, and pass the connection on."""
        scope = dict(scope)
        self.populate_scope(scope)
        await self.resolve_scope(scope)
        inner = super().__call__(scope, receive, send)
        # PERF: the base class makes a copy. This one would take 0.6 KB while the
        # connection lives.
        del scope
        return await inner


def AuthMiddlewareStack(inner: Application) -> CookieMiddleware:  # noqa: N802 # upstream's name: it reads as a class
    """Wrap *inner* in AuthMiddleware and the cookies and session that it needs."""
    return CookieMiddleware(SessionMiddleware(AuthMiddleware(inner)))


def _require_session(scope: Scope, text: str) -> Any:
    """Return the session in *scope*; without one, raise a ValueError with *text*."""
    if "session" not in scope:
        raise ValueError(text)
    return scope["session"]


def _session_hash_fits(session: Any, user: Any) -> bool:
    """
    Return whether the session was opened with the password that *user* has.

    Django renews a session whose hash was made with an old secret key. That
    takes a new session key, and a WebSocket cannot hand the client a cookie, so
    the session is accepted as it is and left for the next HTTP request to renew.
    """
    session_hash = session.get(HASH_SESSION_KEY)
    if not session_hash:
        return False
    # Django and user models before 4.1 know no fallbacks.
    fallback_hashes = getattr(user, "get_session_auth_fallback_hash", tuple)
    return constant_time_compare(session_hash, user.get_session_auth_hash()) or any(
        constant_time_compare(session_hash, fallback) for fallback in fallback_hashes()
    )


def _belongs_to_another(session: Any, user: Any, session_hash: str) -> bool:
    """Return whether *session* has another user, or the hash of another password."""
    if _get_user_session_key(session) != user.pk:
        return True
    kept = session.get(HASH_SESSION_KEY, "")
    return bool(session_hash) and not constant_time_compare(kept, session_hash)


def _anonymous_user() -> AnonymousUser:
    # asgi.py imports this module before django.setup() is done.
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 # see above

    return AnonymousUser()
