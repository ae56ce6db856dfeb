"""Django's users in the scope: who is there, log in, log out."""

from __future__ import annotations

import sys
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import (  # type: ignore[attr-defined]  # `_get_backends` is private
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    _get_backends,
    get_user_model,
    load_backend,
    user_logged_in,
    user_logged_out,
)
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare
from django.utils.functional import LazyObject, empty

from ._settings import get_setting
from .db import database_sync_to_async
from .middleware import BaseMiddleware, has_step
from .sessions import (
    CookieMiddleware,
    SessionMiddleware,
    fill_lazy_object,
    get_past_lazy,
)

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    from ._typing import Application, Receive, Scope, Send
    from .middleware import Inside, MaybeInside

_NO_SESSION = (
    "Cannot find session in scope. You should wrap your consumer in SessionMiddleware."
)


@database_sync_to_async
def get_user(scope: Scope) -> AbstractBaseUser | AnonymousUser:
    """
    Return the user that the session in *scope* belongs to, or an AnonymousUser.

    A session whose hash does not fit the user's password any more is flushed. A
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
    user: AbstractBaseUser | None = load_backend(backend_path).get_user(user_id)
    if hasattr(user, "get_session_auth_hash") and not _session_hash_fits(session, user):
        session.flush()
        user = None
    return user or _anonymous_user()


@database_sync_to_async
def login(scope: Scope, user: Any, backend: str | None = None) -> None:
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
            backend cannot be told.
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
    if not backend:
        backend = user.backend if hasattr(user, "backend") else _only_backend()
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


class UserLazyObject(LazyObject):  # type: ignore[type-arg]  # generic in the stubs only
    """A user that is not known yet, and says so when it is asked for anything."""

    # PERF: Django's constructor gives this to each instance, in Python.
    _wrapped = empty
    __init__ = object.__init__

    def _setup(self) -> None:
        raise ValueError("Accessing scope user before it is ready.")


@has_step
class AuthMiddleware(BaseMiddleware):
    """
    Put the user of the connection's session into ``scope["user"]``.

    Has to stand inside SessionMiddleware. To find the user some other way,
    override ``resolve_scope``.
    """

    def populate_scope(self, scope: Scope) -> None:
        """
        Put a place for the user into *scope*.

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
        """Find the user, and fill the place that ``populate_scope`` made."""
        if _is_nobody(scope):
            # PERF: a trip to a thread is the largest single cost of a connection.
            user: Any = _anonymous_user()
        else:
            user = await get_user(scope)
        fill_lazy_object(scope["user"], user)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        scope = dict(scope)
        self.populate_scope(scope)
        await self.resolve_scope(scope)
        inner = super().__call__(scope, receive, send)
        # PERF: as in the base class.
        del scope
        return await inner

    def _step_inside(self, scope: Scope, send: Send) -> MaybeInside:
        if BaseMiddleware.__call__ is not _own_base_call:
            # It is asked for a scope to copy, and waits for the inner application.
            return self.__call__, scope, send
        # PERF: as in `middleware`.
        scope = {**scope}
        if _steps_of(type(self)) != _OWN_STEPS or len(self.__dict__) != 1:
            # Somebody has given it other methods, which may keep their scope.
            return self._resolve(scope, send)
        self.populate_scope(scope)
        if not _is_nobody(scope):
            return self._ask_for_user(scope, send)
        # PERF: what the method does, without a coroutine for it.
        fill_lazy_object(scope["user"], _anonymous_user())
        return self.inner, scope, send

    async def _ask_for_user(self, scope: Scope, send: Send) -> Inside:
        fill_lazy_object(scope["user"], await get_user(scope))
        return self.inner, dict(scope), send

    async def _resolve(self, scope: Scope, send: Send) -> Inside:
        self.populate_scope(scope)
        await self.resolve_scope(scope)
        # The copy that the base class makes.
        return self.inner, dict(scope), send


_own_base_call = BaseMiddleware.__call__
_steps_of = attrgetter("populate_scope", "resolve_scope")
_OWN_STEPS = _steps_of(AuthMiddleware)


def AuthMiddlewareStack(inner: Application) -> CookieMiddleware:  # noqa: N802  upstream's name: it reads as a class
    """Wrap *inner* in AuthMiddleware and the cookies and session that it needs."""
    return CookieMiddleware(SessionMiddleware(AuthMiddleware(inner)))


# What `get_user` was when this module was loaded; tests put others in its place.
_own_get_user = get_user
_own_get_user_session_key = _get_user_session_key

# Values of AUTH_USER_MODEL that have a model.
_known_models: set[str] = set()


def _is_nobody(scope: Scope) -> bool:
    """
    Tell whether `get_user` would find a session without a user, and no thread.

    It is not asked then. What somebody put into this module in place of what it
    consists of is always asked.
    """
    if (
        get_user is not _own_get_user
        or _get_user_session_key is not _own_get_user_session_key
    ):
        return False
    session: Any = scope.get("session")
    if type(session) is LazyObject or isinstance(session, LazyObject):
        session = get_past_lazy(session, "_wrapped")
    # PERF: the key alone tells that a visitor may be somebody.
    if not _reads_as_django(type(session)) or session._session_key:
        return False
    model = get_setting("AUTH_USER_MODEL")
    if model not in _known_models:
        # An error, also for somebody who is no user, if there is no such model.
        get_user_model()
        _known_models.add(model)
    if not hasattr(session, "_session_cache"):
        # PERF: what a session without a key opens, but there it costs two errors.
        session._session_cache = {}
    # This opens the session, as `get_user` does.
    return not session._session


def _reads_as_django(store: Any) -> bool:
    """
    Tell whether sessions of the class *store* come to their data as Django's do.

    A store that has another way may know a user without a session key.
    """
    # PERF: one call for all of them. A session's classes may change at any time.
    try:
        return bool(_reads_of(store) == _OWN_READS)
    except AttributeError:
        return False


_reads_of = attrgetter(
    "__getitem__", "_session", "is_empty", "_session_key", "session_key"
)
_OWN_READS = _reads_of(SessionBase)


def _require_session(scope: Scope, text: str) -> Any:
    """
    Return the session in *scope*.

    Raises:
        ValueError: There is none; the message is *text*.
    """
    if "session" not in scope:
        raise ValueError(text)
    return scope["session"]


def _session_hash_fits(session: Any, user: Any) -> bool:
    """
    Tell whether the session was opened with the password that *user* has.

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
    """Tell whether somebody else, or another password, is logged into *session*."""
    return bool(
        _get_user_session_key(session) != user.pk
        or (
            session_hash
            and not constant_time_compare(
                session.get(HASH_SESSION_KEY, ""), session_hash
            )
        )
    )


def _only_backend() -> str:
    """
    Return the dotted path of the only authentication backend.

    Raises:
        ValueError: More than one is configured.
    """
    backends = _get_backends(return_tuples=True)
    if len(backends) != 1:
        raise ValueError(
            "You have multiple authentication backends configured and "
            "therefore must provide the `backend` "
            "argument or set the `backend` attribute on the user."
        )
    return str(backends[0][1])


def _anonymous_user() -> AnonymousUser:
    # Imported late: asgi.py imports this module before django.setup() is done.
    # PERF: the statement asks the import system each time.
    try:
        models: Any = sys.modules["django.contrib.auth.models"]
    except KeyError:
        from django.contrib.auth import models  # noqa: PLC0415

    user: AnonymousUser = models.AnonymousUser()
    return user
